//! What templates do, what they refuse and where.

mod errors;
mod hostile;
mod hostile_list;
mod json;
mod language;
mod random;
mod unknown;
mod xml;

use super::{TemplateError, render};
use crate::{format::Json, webhook::Format};

/// The names that the tests' templates use.
const EVENT: &str = r#"{
    "id": "evt_1", "topic": "learning.user.created", "test": false, "resource": null,
    "payload": {
        "email": "a\"b\\c\n@example.com", "name": "<Zoë & Co>", "user_id": 12345678901234567890123, "price": 1.10, "big": 1e400,
        "zero": -0, "none": null, "yes": true, "empty": "", "first name": "Ann", "text": "one two three",
        "items": [
            {"sku": "b", "price": 10.5, "qty": 2, "tags": ["x", "y"]},
            {"sku": "a", "price": 3, "qty": 1, "tags": []},
            {"sku": "c", "price": 3.00, "qty": 4, "tags": ["z"]}
        ],
        "user": {"id": 7, "role": {"name": "Student"}}
    }
}"#;

fn event() -> Json {
    Json::parse(EVENT).expect("JSON")
}

fn try_render(template: &str, format: Format) -> Result<String, TemplateError> {
    render(template, &event(), format)
}

fn json(template: &str) -> String {
    try_render(template, Format::Json).unwrap_or_else(|error| panic!("{template}: {error}"))
}

fn xml(template: &str) -> String {
    try_render(template, Format::Xml).unwrap_or_else(|error| panic!("{template}: {error}"))
}

/// The value of an expression as JSON.
fn value(expression: &str) -> String {
    json(&format!("{{{{ {expression} }}}}"))
}

/// The error of a template, with its place.
fn refused(template: &str, format: Format) -> (u32, u32, String) {
    let error = try_render(template, format).expect_err(template);
    (error.line.unwrap_or_default(), error.column.unwrap_or_default(), error.message)
}
