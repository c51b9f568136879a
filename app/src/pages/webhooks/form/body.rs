//! Content type, body template, and what they make.

use super::preview;
use crate::{
    components::{
        field::{Field, choice},
        owned,
    },
    form::Returned,
    pairs::Pairs,
};
use domain::topic::Topic;
use leptos::prelude::*;

/// A few lines that show how a format looks.
fn example(text: &'static str) -> AnyView {
    view! { <pre class="example">{text}</pre> }.into_any()
}

/// Radio cards for the content type, then the template, then its preview.
pub fn view(form: &Returned, fields: &Pairs, all: &[Topic], shown: AnyView) -> AnyView {
    let formats = vec![
        (
            "json",
            "application/json",
            example("{ \"id\": \"evt_…\",\n  \"payload\": {\n    \"email\": \"ada@…\" } }"),
        ),
        (
            "xml",
            "application/xml",
            example("<webhook type=\"object\">\n  <id>evt_…</id>\n  <payload type=\"object\">…"),
        ),
        (
            "form",
            "application/x-www-form-urlencoded",
            example("id=evt_…\n&payload[email]=ada%40…\n&payload[user_id]=789"),
        ),
    ];
    view! {
        {choice(form, "format", "Content type", formats, fields.some("format").unwrap_or("json"))}
        {(!owned::sets(fields, "body_template")).then(|| template(form, fields))}
        {preview::view(form, fields, all, shown)}
    }
    .into_any()
}

fn template(form: &Returned, fields: &Pairs) -> AnyView {
    Field::code("body_template", "Body template", 7)
            .of(form, fields.raw("body_template").unwrap_or_default())
            .optional()
            .placeholder("{\"email\":\"{{ payload.email }}\",\"id\":{{ payload.user_id }}}")
            .help("Empty sends the topic's documented body. Write {{ payload.email }} for a value of the event; a template that starts with < is sent as XML.")
            .view()
}
