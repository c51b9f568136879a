//! What is wrong with what somebody typed, and where.

use serde::{Deserialize, Serialize};

/// One thing that is wrong, at one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Dotted path as in the REST contract: `auth.password`, `headers.0.name`.
    pub field: String,
    /// What is wrong and what to do, in one sentence a manager understands.
    pub message: String,
    /// Line in a template, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in a template, in characters from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

/// Something that may be saved but is probably a mistake, such as a field that no sample has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// Dotted path as in the REST contract.
    pub field: String,
    /// What looks wrong, in one sentence a manager understands.
    pub message: String,
    /// Line in a template, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in a template, in characters from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

impl Advice {
    /// Advice about one field, without a position.
    #[must_use]
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into(), line: None, column: None }
    }
}

/// Everything that is wrong with one input; never empty when returned as an error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}", .errors.first().map_or("invalid", |e| e.message.as_str()))]
pub struct Invalid {
    /// In the order of the fields.
    pub errors: Vec<FieldError>,
}

impl Invalid {
    /// One error at one field.
    #[must_use]
    pub fn one(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut invalid = Self::default();
        invalid.push(field, message);
        invalid
    }
    /// Adds an error without a position.
    pub fn push(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.errors.push(FieldError {
            field: field.into(),
            message: message.into(),
            line: None,
            column: None,
        });
    }
    /// Adds what another check found.
    pub fn extend(&mut self, other: Self) {
        self.errors.extend(other.errors);
    }
    /// `Ok` when nothing is wrong.
    ///
    /// # Errors
    /// Itself, when it holds at least one error.
    pub fn into_result(self) -> Result<(), Self> {
        if self.errors.is_empty() { Ok(()) } else { Err(self) }
    }
    /// The message at `field`, if there is one.
    #[must_use]
    pub fn at(&self, field: &str) -> Option<&FieldError> {
        self.errors.iter().find(|e| e.field == field)
    }
}
