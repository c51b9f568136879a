//! The tree of values that events and bodies are made of.
//!
//! Members keep their order and numbers their spelling: what a publisher wrote as `1.10` or
//! `12345678901234567890123` reaches the receiver so. `serde_json` would respell `1e400` and let
//! lone surrogates through, which is why parser and printer are the crate's own.

use super::{json_parse, json_print};
use crate::{
    event::MAX_PAYLOAD_BYTES,
    invalid::{FieldError, Invalid},
};

/// The deepest nesting of arrays and objects that is read.
pub const MAX_DEPTH: usize = 128;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as written, by RFC 8259's grammar; see `number` for comparing.
    Number(String),
    /// A text.
    String(String),
    /// Values in order.
    Array(Vec<Json>),
    /// Members in order; names are unique.
    Object(Vec<(String, Json)>),
}

/// Where and why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct JsonError {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// Bytes from the start of the text.
    pub offset: usize,
    /// What is wrong, in one sentence.
    pub message: String,
}

impl Json {
    /// Reads RFC 8259 JSON: nothing after the value, at most `MAX_DEPTH` levels, no duplicate
    /// members, no lone surrogates.
    ///
    /// # Errors
    /// The first place that breaks one of these rules.
    pub fn parse(text: &str) -> Result<Self, JsonError> {
        json_parse::parse(text)
    }
    /// JSON text without white space.
    #[must_use]
    pub fn to_text(&self) -> String {
        json_print::compact(self)
    }
    /// JSON text for people: two spaces a level, one member a line.
    #[must_use]
    pub fn pretty(&self) -> String {
        json_print::pretty(self)
    }
    /// The value at a dotted path: `user.id`, with array indexes from 0: `items.0.name`.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Self> {
        path.split('.').try_fold(self, Self::child)
    }
    /// The member with this name, or the item with this index (from 0, in decimal digits).
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            Self::Array(items) if name.bytes().all(|b| b.is_ascii_digit()) => {
                items.get(name.parse::<usize>().ok()?)
            }
            _ => None,
        }
    }
    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
    /// The value as plain text, as it stands inside quotes: strings as they are, null empty, numbers
    /// as written, arrays and objects as compact JSON.
    #[must_use]
    pub fn to_plain_text(&self) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Null => "".into(),
            Self::Bool(true) => "true".into(),
            Self::Bool(false) => "false".into(),
            Self::Number(text) | Self::String(text) => text.into(),
            Self::Array(_) | Self::Object(_) => self.to_text().into(),
        }
    }
}

impl std::fmt::Display for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_text())
    }
}
impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}
impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Self::Number(number.to_string())
    }
}
impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

/// Reads the payload of an event: JSON as `Json::parse` takes it, an object, at most 1 MiB.
///
/// # Errors
/// At the field `payload`, with line and column where the text breaks a rule of JSON.
pub fn parse_payload(text: &str) -> Result<Json, Invalid> {
    if text.len() > MAX_PAYLOAD_BYTES {
        return Err(Invalid::one("payload", "The payload is larger than 1 MiB."));
    }
    match Json::parse(text) {
        Ok(object @ Json::Object(_)) => Ok(object),
        Ok(_) => Err(Invalid::one("payload", "The payload must be a JSON object: {\"…\": …}.")),
        Err(error) => {
            let message = format!("The payload is not valid JSON: {}", error.message);
            let placed = FieldError::placed("payload", message, Some(error.line), Some(error.column));
            Err(Invalid { errors: vec![placed] })
        }
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
