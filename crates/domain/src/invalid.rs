//! What is wrong with what somebody typed, and where.

use serde::{Deserialize, Serialize};

/// Which rule was broken, where the message speaks the contract's language: a form has no `format`
/// to choose and shows seconds, so it says the same in its own words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rule {
    /// One whose message reads alike everywhere.
    #[default]
    Any,
    /// GET sends a form, and another format was chosen.
    GetSendsForm,
    /// The list of topics is too long.
    TopicCount,
    /// The signature's header has a fixed name in this scheme.
    FixedHeader,
    /// The waits between tries are no list of numbers, or too many or too few.
    Waits,
    /// One of the waits is too short or too long.
    Wait,
    /// The time limit is out of its range.
    TimeLimit,
    /// A span of time, in seconds, is too short or too long.
    Window,
    /// This must be a whole number.
    Whole,
    /// This must be a list of values to compare with.
    Values,
}

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
    /// For callers with words of their own; not part of the contract.
    #[serde(skip)]
    pub rule: Rule,
}

impl FieldError {
    /// An error in a text of several lines.
    #[must_use]
    pub fn placed(
        field: impl Into<String>,
        message: impl Into<String>,
        line: Option<u32>,
        column: Option<u32>,
    ) -> Self {
        Self { field: field.into(), message: message.into(), line, column, rule: Rule::Any }
    }
    /// Whether it is about `field` as a whole, a part of it, or what it is a part of.
    #[must_use]
    pub fn overlaps(&self, field: &str) -> bool {
        let within = |part: &str, whole: &str| {
            part.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        within(&self.field, field) || within(field, &self.field)
    }
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

impl From<FieldError> for Advice {
    fn from(error: FieldError) -> Self {
        let FieldError { field, message, line, column, .. } = error;
        Self { field, message, line, column }
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
        self.breaks(Rule::Any, field, message);
    }
    /// Adds an error that a form says in other words.
    pub fn breaks(&mut self, rule: Rule, field: impl Into<String>, message: impl Into<String>) {
        self.errors.push(FieldError { rule, ..FieldError::placed(field, message, None, None) });
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

/// Whether nothing can be seen of the text: it is empty, or spaces, control characters and what has
/// no width. A name like that could not be told from none, nor pressed.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    let marks = ['\u{200b}'..='\u{200f}', '\u{2028}'..='\u{202e}', '\u{2060}'..='\u{206f}'];
    let no_width = |c| matches!(c, '\u{ad}' | '\u{feff}') || marks.iter().any(|marks| marks.contains(&c));
    text.chars().all(|c| c.is_whitespace() || c.is_control() || no_width(c))
}
