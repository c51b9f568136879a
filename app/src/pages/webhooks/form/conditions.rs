//! Conditions: which events of the chosen topics are wanted, in rows of field, comparison and value.

use super::MAX_ROWS;
use crate::{
    components::{card::folded_part, field::Field, icon::icon},
    form::Returned,
    pairs::Pairs,
    words,
};
use leptos::prelude::*;

/// The contract's comparisons, as people say them.
pub(super) const OPS: [(&str, &str); 13] = [
    ("eq", "is"),
    ("ne", "is not"),
    ("gt", "is more than"),
    ("gte", "is at least"),
    ("lt", "is less than"),
    ("lte", "is at most"),
    ("in", "is one of (a, b, c)"),
    ("not_in", "is none of (a, b, c)"),
    ("contains", "contains"),
    ("starts_with", "starts with"),
    ("ends_with", "ends with"),
    ("matches", "matches (* is any text)"),
    ("exists", "exists (true or false)"),
];

/// The rows; a tree that rows can't show is edited as JSON.
pub fn view(form: &Returned, fields: &Pairs) -> AnyView {
    let used = |i: &usize| {
        ["field", "value"].iter().any(|key| fields.some(&format!("conditions.{i}.{key}")).is_some())
    };
    let filled = (0..MAX_ROWS).filter(used).max().map_or(0, |last| last + 1);
    let as_json = fields.some("conditions.json");
    let summary = match (as_json, filled) {
        (Some(_), _) => "A tree of conditions".to_owned(),
        (None, 0) => "Every event of the topics".to_owned(),
        (None, n) => words::count(n as i64, "condition", "conditions"),
    };
    let inner = || match as_json {
        Some(json) => Field::code("conditions.json", "Conditions as JSON", 8)
            .of(form, json)
            .help("These conditions are nested, so they are written as JSON. Empty it to use rows again.")
            .view(),
        None => view! {
            {Field::select("conditions.join", "Send when", vec![
                ("all".into(), "all of these are true".into()),
                ("any".into(), "any of these is true".into()),
            ])
                .of(form, fields.some("conditions.join").unwrap_or("all"))
                .view()}
            {(0..filled).map(|i| row(form, fields, i)).collect_view()}
            {next(form, fields, filled, filled)}
        }
        .into_any(),
    };
    folded_part(form, "conditions", "Conditions", summary, inner)
}

/// An empty row behind *Add a condition*, which holds the one after it.
fn next(form: &Returned, fields: &Pairs, i: usize, filled: usize) -> AnyView {
    if i >= MAX_ROWS.min(filled + 6) {
        return ().into_any();
    }
    view! {
        <details class="add-row">
            <summary class="button quiet small">{icon("plus")} "Add a condition"</summary>
            {row(form, fields, i)}
            {next(form, fields, i + 1, filled)}
        </details>
    }
    .into_any()
}

fn row(form: &Returned, fields: &Pairs, i: usize) -> AnyView {
    let at = |key: &str| format!("conditions.{i}.{key}");
    let stored = |key: &str| fields.get(&at(key)).to_owned();
    let ops = OPS.iter().map(|(op, says)| ((*op).to_owned(), (*says).to_owned())).collect();
    let op = if stored("op").is_empty() { "eq".to_owned() } else { stored("op") };
    view! {
        <div class="row-fields" role="group" aria-label=format!("Condition {}", i + 1)>
            {Field::text(at("field"), "Field").of(form, &stored("field")).row(i).placeholder("payload.user.id").view()}
            {Field::select(at("op"), "Comparison", ops).of(form, &op).row(i).view()}
            {Field::text(at("value"), "Value").of(form, &stored("value")).row(i).view()}
        </div>
    }
    .into_any()
}
