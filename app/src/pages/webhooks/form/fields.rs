//! Chosen fields, in rows: a flat body without a template. Each row that is open offers the next.

use super::patch::rows;
use crate::{
    components::{card::folded_part, field::Field, icon::icon},
    form::Returned,
    pairs::Pairs,
    words,
};
use domain::webhook::fields::MAX_FIELDS;
use leptos::prelude::*;

/// The rows.
pub fn view(form: &Returned, fields: &Pairs) -> AnyView {
    let filled = rows(fields, "fields").max().map_or(0, |last| last + 1);
    let summary = match filled {
        0 => "The whole body".to_owned(),
        n => words::count(n as i64, "field", "fields"),
    };
    let inner = || {
        view! {
            <p class="help">
                "Sends only these, side by side, in place of the topic’s own body. Name a value of the event, such as payload.email, or type a fixed one. What an event does not have is left out."
            </p>
            {(0..filled).map(|i| row(form, fields, i)).collect_view()}
            {next(form, fields, filled, filled)}
        }
        .into_any()
    };
    folded_part(form, "fields", "Chosen fields", summary, inner)
}

/// An empty row behind *Add a field*, which holds the one after it.
fn next(form: &Returned, fields: &Pairs, i: usize, filled: usize) -> AnyView {
    if i >= MAX_FIELDS.min(filled + 6) {
        return ().into_any();
    }
    view! {
        <details class="add-row">
            <summary class="button quiet small">{icon("plus")} "Add a field"</summary>
            {row(form, fields, i)}
            {next(form, fields, i + 1, filled)}
        </details>
    }
    .into_any()
}

fn row(form: &Returned, fields: &Pairs, i: usize) -> AnyView {
    let at = |key: &str| format!("fields.{i}.{key}");
    let stored = |key: &str| fields.get(&at(key)).to_owned();
    view! {
        <div class="row-fields" role="group" aria-label=format!("Chosen field {}", i + 1)>
            {Field::text(at("name"), "Send as").of(form, &stored("name")).row(i).placeholder("email").view()}
            {Field::text(at("from"), "Taken from").of(form, &stored("from")).row(i).placeholder("payload.email").view()}
            {Field::text(at("value"), "Or always").of(form, &stored("value")).row(i).view()}
        </div>
    }
    .into_any()
}
