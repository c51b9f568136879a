//! Which events a webhook wants beyond their topic: `all`, `any`, `not`, nested, over clauses.

mod eval;
mod explain;
mod read;
mod wildcard;

pub use eval::Fields;
pub use read::is_field;
pub use wildcard::wildcard_matches;

use crate::invalid::Invalid;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Value;

/// A condition, spelt `{"all":[…]}`, `{"any":[…]}`, `{"not":…}` or `{"field":…,"op":…,"value":…}`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Holds when each of these does.
    All(Vec<Self>),
    /// Holds when at least one of these does.
    Any(Vec<Self>),
    /// Holds when this does not.
    Not(Box<Self>),
    /// Compares one field.
    #[serde(untagged)]
    Clause(Clause),
}

/// One comparison. A field that is missing makes it false, whatever the operator (also `ne` and
/// `not_in`); only `exists` with `false` asks for that.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clause {
    /// A name as in templates: `payload.user.id`, `payload.items.0.name`, `profile.email`, `topic`, …
    pub field: String,
    /// How it compares.
    pub op: Op,
    /// With what: a list for `in` and `not_in`, true or false for `exists`, a text for
    /// `contains` (or an element of a list), `starts_with`, `ends_with` and `matches`.
    pub value: Value,
}

/// How a clause compares. Numbers compare by value, exactly; texts by code points; a number and
/// a text are never equal and have no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// Is the value.
    Eq,
    /// Is there, and is not the value.
    Ne,
    /// Is more than the value.
    Gt,
    /// Is the value or more.
    Gte,
    /// Is less than the value.
    Lt,
    /// Is the value or less.
    Lte,
    /// Is one of the values.
    In,
    /// Is there, and is none of the values.
    NotIn,
    /// Is a text that holds the value, or a list of which it is an element.
    Contains,
    /// Is a text that begins so.
    StartsWith,
    /// Is a text that ends so.
    EndsWith,
    /// Is a text that the pattern fits as a whole; `*` stands for any text, also none.
    Matches,
    /// Is there (`true`, also when null) or is missing (`false`).
    Exists,
}

/// The names that a field may begin with; only `payload` and `profile` have members.
pub const ROOTS: [&str; 11] = [
    "payload",
    "profile",
    "id",
    "topic",
    "resource",
    "action",
    "domain_id",
    "tenant_id",
    "created_at",
    "timestamp",
    "test",
];
/// How deep `all`, `any` and `not` may be nested.
pub const MAX_DEPTH: usize = 8;
/// How many clauses a condition may have.
pub const MAX_CLAUSES: usize = 100;

impl Condition {
    /// Whether any clause asks for this field.
    #[must_use]
    pub fn asks_for(&self, field: &str) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.asks_for(field)),
            Self::Not(part) => part.asks_for(field),
            Self::Clause(clause) => clause.field == field,
        }
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let mut errors = Invalid::default();
        let read = Self::read(&Value::deserialize(d)?, "conditions", &mut errors);
        read.ok_or_else(|| D::Error::custom(errors))
    }
}

#[cfg(test)]
mod tests;
