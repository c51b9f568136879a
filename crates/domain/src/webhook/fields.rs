//! Chosen fields: a flat body without a template, of values of the event and fixed ones.

use crate::{
    conditions::ROOTS,
    invalid::{Invalid, is_blank},
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// One field of the body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyField {
    /// Its name in the body; unique.
    pub name: String,
    /// What it holds.
    #[serde(flatten)]
    pub source: FieldSource,
}

/// What a field of the body holds: `"from":"payload.email"` or `"value":"…"`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldSource {
    /// What stands at this path, of the names that templates have; without it the field is left out.
    From(String),
    /// Always this text.
    Value(String),
}

/// The limit for the list.
pub const MAX_FIELDS: usize = 100;
/// The limit for a name, in characters.
const MAX_NAME: usize = 128;
/// The limit for a fixed value, in bytes: 4 KiB.
const MAX_VALUE: usize = 4096;
/// The limit for a path, in bytes.
const MAX_PATH: usize = 256;
/// What a path may begin with beside the names of conditions: the other names of templates.
const FURTHER_ROOTS: [&str; 1] = ["webhook"];

pub(super) fn check(fields: &[BodyField], has_template: bool, errors: &mut Invalid) {
    if has_template {
        errors.push("fields", "A body has a template or chosen fields, not both: take one of them out.");
    }
    if fields.is_empty() {
        errors.push("fields", "Choose at least one field.");
    }
    if fields.len() > MAX_FIELDS {
        errors.push("fields", format!("At most {MAX_FIELDS} fields can be chosen."));
    }
    let mut seen = HashSet::new();
    for (i, field) in fields.iter().enumerate().take(MAX_FIELDS) {
        let at = |member: &str| format!("fields.{i}.{member}");
        if is_blank(&field.name) {
            errors.push(at("name"), "Give the field a name.");
        } else if field.name.chars().count() > MAX_NAME {
            errors.push(at("name"), format!("The name is longer than {MAX_NAME} characters."));
        } else if !seen.insert(field.name.as_str()) {
            let message = format!("There is a field “{}” already; give this one another name.", field.name);
            errors.push(at("name"), message);
        }
        match &field.source {
            FieldSource::From(path) if !is_path(path) => {
                errors.push(at("from"), "Name a value of the event, such as payload.email.");
            }
            FieldSource::From(path) if path.len() > MAX_PATH => {
                errors.push(at("from"), format!("This is longer than {MAX_PATH} characters."));
            }
            FieldSource::Value(value) if value.is_empty() => {
                errors.push(at("value"), "Type a text, or take a value of the event.");
            }
            FieldSource::Value(value) if value.len() > MAX_VALUE => {
                errors.push(at("value"), "The value is larger than 4 KiB.");
            }
            FieldSource::From(_) | FieldSource::Value(_) => {}
        }
    }
}

fn is_path(path: &str) -> bool {
    let mut steps = path.split('.');
    steps.next().is_some_and(|root| ROOTS.contains(&root) || FURTHER_ROOTS.contains(&root))
        && steps.all(|step| !step.is_empty())
}
