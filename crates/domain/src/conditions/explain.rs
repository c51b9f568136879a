//! Conditions in words: what a clause asks for, and which one an event fails.

use super::{Clause, Condition, Fields, Op};
use crate::format::Json;
use serde_json::Value;

impl Condition {
    /// Why it does not hold, as a sentence that names the clause; `None` when it holds.
    #[must_use]
    pub fn explain(&self, fields: &dyn Fields) -> Option<String> {
        match self {
            _ if self.holds(fields) => None,
            Self::All(of) => of.iter().find_map(|each| each.explain(fields)),
            Self::Any(of) if of.len() == 1 => of[0].explain(fields),
            Self::Any(_) => Some(format!("None of these holds: {}.", self.describe())),
            Self::Not(of) => Some(format!("“{}” holds, but must not.", of.describe())),
            Self::Clause(clause) => Some(clause.explain(fields)),
        }
    }

    /// What it asks for, in words.
    #[must_use]
    pub fn describe(&self) -> String {
        let list = |of: &[Self], word: &str| {
            let each: Vec<_> = of
                .iter()
                .map(|each| match each {
                    Self::Clause(clause) => clause.describe(),
                    group => format!("({})", group.describe()),
                })
                .collect();
            each.join(word)
        };
        match self {
            Self::All(of) => list(of, " and "),
            Self::Any(of) => list(of, " or "),
            Self::Not(of) => format!("not ({})", of.describe()),
            Self::Clause(clause) => clause.describe(),
        }
    }
}

impl Clause {
    /// What it asks for, in words: `payload.total is at least 100`.
    #[must_use]
    pub fn describe(&self) -> String {
        let Self { field, op, value } = self;
        let words = match op {
            Op::Eq => "is",
            Op::Ne => "is not",
            Op::Gt => "is more than",
            Op::Gte => "is at least",
            Op::Lt => "is less than",
            Op::Lte => "is at most",
            Op::In => "is one of",
            Op::NotIn => "is none of",
            Op::Contains => "contains",
            Op::StartsWith => "starts with",
            Op::EndsWith => "ends with",
            Op::Matches => "matches",
            Op::Exists if *value == Value::Bool(false) => return format!("{field} is missing"),
            Op::Exists => return format!("{field} is there"),
        };
        let value = match (op, value) {
            (Op::In | Op::NotIn, Value::Array(list)) => {
                list.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")
            }
            _ => value.to_string(),
        };
        format!("{field} {words} {}", shortened(&value))
    }

    fn explain(&self, fields: &dyn Fields) -> String {
        let asked = self.describe();
        match fields.field(&self.field) {
            None => format!("“{asked}” does not hold: the event has no {}.", self.field),
            Some(found) => {
                let hint = hint(&found, &self.value);
                format!("“{asked}” does not hold: it is {}{hint}.", shortened(&found.to_string()))
            }
        }
    }
}

/// The mistake that is made most often: `"1"` is not `1`.
fn hint(found: &Json, value: &Value) -> &'static str {
    match (found, value) {
        (Json::String(_), Value::Number(_)) => ", a text and not a number",
        (Json::Number(_), Value::String(_)) => ", a number and not a text",
        _ => "",
    }
}

/// At most 80 characters of a value.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(80) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
