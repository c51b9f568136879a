//! Reads schemas and holds payloads against them.

use super::{bounds, words};
use crate::{
    format::{Json, number},
    invalid::FieldError,
};
use jsonschema::{Draft, PatternOptions, ValidationError, Validator, error::ValidationErrorKind as Kind};
use serde_json::{Map, Number, Value};
use std::{cmp::Ordering, fmt};

/// The limit for a schema, in bytes: 64 KiB.
pub const MAX_SCHEMA_BYTES: usize = 64 * 1024;
/// The most mismatches that are told of one payload.
pub const MAX_MISMATCHES: usize = 10;
/// From so many values on, a payload is told of its first mismatch alone.
const MANY_VALUES: usize = 1000;
/// The most bytes of a compiled pattern, and of what its matching keeps.
const PATTERN_BYTES: usize = 256 * 1024;

/// A schema that payloads can be held against.
///
/// Numbers are compared as integers of 64 bits or as floating point: beyond about 16 digits neighbours count as
/// equal, and what is too large for either counts as the largest number there is. `format` is a remark, as the
/// standard has it.
pub struct Schema(Validator);

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Schema")
    }
}

impl Schema {
    /// Reads a schema: an object, `true` or `false`, of at most 64 KiB, whose references lead to parts of itself
    /// and not in a circle. Nothing is fetched.
    ///
    /// # Errors
    /// At the field `schema`, what is wrong with it and where.
    pub fn read(text: &str) -> Result<Self, FieldError> {
        let refuse = |message: String| Err(FieldError::placed("schema", message, None, None));
        if text.len() > MAX_SCHEMA_BYTES {
            return refuse("The schema is larger than 64 KiB.".to_owned());
        }
        let schema = match Json::parse(text) {
            Ok(schema @ (Json::Object(_) | Json::Bool(_))) => schema,
            Ok(_) => return refuse("A schema is a JSON object, or true or false.".to_owned()),
            Err(error) => {
                let message = format!("The schema is not valid JSON: {}", error.message);
                return Err(FieldError::placed("schema", message, Some(error.line), Some(error.column)));
            }
        };
        if let Err((place, rule)) = bounds::check(&schema) {
            return refuse(at_place(&place, &rule));
        }
        let patterns = PatternOptions::regex().size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES);
        let options = jsonschema::options().with_draft(Draft::Draft202012).with_pattern_options(patterns);
        match options.build(&value(&schema)) {
            Ok(validator) => Ok(Self(validator)),
            Err(error) => refuse(unfit(&error)),
        }
    }

    /// What in the payload is not as the schema wants it, each at its dotted place (`payload.items.0.price`); at
    /// most [`MAX_MISMATCHES`], in the order of the schema; of a payload of more than a thousand values the first
    /// alone.
    #[must_use]
    pub fn mismatches(&self, payload: &Json) -> Vec<FieldError> {
        let payload = value(payload);
        if self.0.is_valid(&payload) {
            return Vec::new();
        }
        // The validator collects all findings of a list before it gives the first of them.
        if values(&payload) > MANY_VALUES {
            let first = self.0.validate(&payload).err();
            return first.iter().flat_map(mismatch).take(MAX_MISMATCHES).collect();
        }
        let each = self.0.iter_errors(&payload).flat_map(|error| mismatch(&error));
        each.take(MAX_MISMATCHES).collect()
    }
}

/// How many values a payload has, at every depth.
fn values(payload: &Value) -> usize {
    1 + match payload {
        Value::Array(list) => list.iter().map(values).sum::<usize>(),
        Value::Object(members) => members.values().map(values).sum(),
        _ => 0,
    }
}

/// What one finding says, of each member that it is about.
fn mismatch(error: &ValidationError<'_>) -> Vec<FieldError> {
    let told = |member: Option<&str>| {
        let field = words::path("payload", error.instance_path(), member);
        FieldError::placed(field, words::sentence(error), None, None)
    };
    match words::members(error.kind()).as_slice() {
        [] => vec![told(None)],
        members => members.iter().map(|member| told(Some(member))).collect(),
    }
}

/// Why a text that is JSON is no schema.
fn unfit(error: &ValidationError<'_>) -> String {
    if matches!(error.kind(), Kind::Format { .. }) {
        // Told when it is built, and so at the place in the schema.
        let rule = "This is no regular expression that can be checked: look-around and references to groups can't, \
                    nor what is very large.";
        return at_place(&words::path("", error.schema_path(), None), rule);
    }
    let place = words::path("", error.instance_path(), words::members(error.kind()).first().copied());
    let rule = if place == "type" || place.ends_with(".type") {
        "The types are string, number, integer, boolean, array, object and null.".to_owned()
    } else {
        words::sentence(error)
    };
    at_place(&place, &rule)
}

fn at_place(place: &str, rule: &str) -> String {
    if place.is_empty() { rule.to_owned() } else { format!("At {place}: {rule}") }
}

/// The same value for the checker.
fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(text) => Value::Number(nearest(text)),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::Array(items.iter().map(value).collect()),
        Json::Object(members) => {
            let member = |(name, member): &(String, Json)| (name.clone(), value(member));
            Value::Object(members.iter().map(member).collect::<Map<_, _>>())
        }
    }
}

/// The number that is written so, or its nearest neighbour: neither endless nor zero where it is not.
fn nearest(text: &str) -> Number {
    if let Ok(whole) = text.parse::<i64>() {
        return whole.into();
    }
    if let Ok(whole) = text.parse::<u64>() {
        return whole.into();
    }
    let mut float = text.parse::<f64>().unwrap_or_default().clamp(f64::MIN, f64::MAX);
    if float == 0.0 {
        match number::compare(text, "0") {
            Some(Ordering::Less) => float = -f64::MIN_POSITIVE,
            Some(Ordering::Greater) => float = f64::MIN_POSITIVE,
            _ => {}
        }
    }
    Number::from_f64(float).unwrap_or_else(|| 0.into())
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
