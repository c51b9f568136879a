//! Further request headers, in rows. Each row that is open offers the next: no script is needed.

use super::{MAX_ROWS, auth::secret};
use crate::{
    components::{card::folded_part, field::Field, icon::icon},
    form::Returned,
    pairs::Pairs,
    words,
};
use leptos::prelude::*;

/// The rows.
pub fn view(form: &Returned, fields: &Pairs) -> AnyView {
    let filled = filled(fields, "headers");
    let summary = match filled {
        0 => "None".to_owned(),
        n => words::count(n as i64, "header", "headers"),
    };
    let rows = || {
        view! {
            <p class="help">"Sent with every request. A secret value is never shown again and masked in the log."</p>
            {inputs(form, fields, "headers")}
        }
        .into_any()
    };
    folded_part(form, "headers", "Request headers", summary, rows)
}

/// The rows of `list` that are filled, and the way to further ones.
pub fn inputs(form: &Returned, fields: &Pairs, list: &'static str) -> AnyView {
    let filled = filled(fields, list);
    view! {
        {(0..filled).map(|i| row(form, fields, list, i)).collect_view()}
        {next(form, fields, list, filled)}
    }
    .into_any()
}

/// How many rows of `list` there are up to the last one that is filled.
#[must_use]
pub fn filled(fields: &Pairs, list: &str) -> usize {
    let used = |i: &usize| {
        ["name", "value", "value.set"].iter().any(|k| fields.some(&format!("{list}.{i}.{k}")).is_some())
    };
    (0..MAX_ROWS).filter(used).max().map_or(0, |last| last + 1)
}

/// An empty row behind *Add a header*, which holds the one after it.
fn next(form: &Returned, fields: &Pairs, list: &'static str, i: usize) -> AnyView {
    if i >= MAX_ROWS.min(filled(fields, list) + 6) {
        return ().into_any();
    }
    view! {
        <details class="add-row">
            <summary class="button quiet small">{icon("plus")} "Add a header"</summary>
            {row(form, fields, list, i)}
            {next(form, fields, list, i + 1)}
        </details>
    }
    .into_any()
}

fn row(form: &Returned, fields: &Pairs, list: &'static str, i: usize) -> AnyView {
    let at = |key: &str| format!("{list}.{i}.{key}");
    let is_secret = fields.get(&at("secret")) == "1";
    let value = if is_secret {
        secret(form, fields, &at("value"), "Header value")
    } else {
        Field::text(at("value"), "Header value").of(form, fields.get(&at("value")))
    };
    let box_id = format!("f-{}-{i}-secret", list.replace('.', "-"));
    view! {
        <div class="row-fields" role="group" aria-label=format!("Header {}", i + 1)>
            {Field::text(at("name"), "Header").of(form, fields.get(&at("name"))).row(i).view()}
            {value.row(i).view()}
            <div class="check">
                <input type="checkbox" id=box_id.clone() name=at("secret") value="1" checked=is_secret />
                <label for=box_id>"Secret"</label>
            </div>
        </div>
    }
    .into_any()
}
