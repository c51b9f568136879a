//! Whether a condition holds for an event.

use super::{Clause, Condition, Op, wildcard_matches};
use crate::format::{Json, number};
use serde_json::Value;
use std::{borrow::Cow, cmp::Ordering};

/// Where a condition looks its fields up.
pub trait Fields {
    /// The value of a field by its dotted name; `None` when it is missing.
    fn field(&self, name: &str) -> Option<Cow<'_, Json>>;
}

impl Condition {
    /// Whether it holds.
    #[must_use]
    pub fn holds(&self, fields: &dyn Fields) -> bool {
        match self {
            Self::All(of) => of.iter().all(|each| each.holds(fields)),
            Self::Any(of) => of.iter().any(|each| each.holds(fields)),
            Self::Not(of) => !of.holds(fields),
            Self::Clause(clause) => clause.holds(fields),
        }
    }
}

impl Clause {
    /// Whether it holds.
    #[must_use]
    pub fn holds(&self, fields: &dyn Fields) -> bool {
        let found = fields.field(&self.field);
        match (self.op, found) {
            (Op::Exists, found) => self.value.as_bool() == Some(found.is_some()),
            (_, None) => false,
            (op, Some(found)) => compares(op, &found, &self.value),
        }
    }
}

fn compares(op: Op, found: &Json, value: &Value) -> bool {
    let among = || value.as_array().is_some_and(|list| list.iter().any(|each| same(found, each)));
    match op {
        Op::Eq => same(found, value),
        Op::Ne => !same(found, value),
        Op::Gt => order(found, value).is_some_and(Ordering::is_gt),
        Op::Gte => order(found, value).is_some_and(Ordering::is_ge),
        Op::Lt => order(found, value).is_some_and(Ordering::is_lt),
        Op::Lte => order(found, value).is_some_and(Ordering::is_le),
        Op::In => among(),
        Op::NotIn => !among(),
        Op::Contains => match found {
            Json::Array(list) => list.iter().any(|each| same(each, value)),
            _ => texts(found, value).is_some_and(|(found, part)| found.contains(part)),
        },
        Op::StartsWith => texts(found, value).is_some_and(|(found, part)| found.starts_with(part)),
        Op::EndsWith => texts(found, value).is_some_and(|(found, part)| found.ends_with(part)),
        Op::Matches => texts(found, value).is_some_and(|(found, pattern)| wildcard_matches(pattern, found)),
        Op::Exists => true,
    }
}

fn texts<'a>(found: &'a Json, value: &'a Value) -> Option<(&'a str, &'a str)> {
    match (found, value) {
        (Json::String(found), Value::String(value)) => Some((found, value)),
        _ => None,
    }
}

fn order(found: &Json, value: &Value) -> Option<Ordering> {
    match (found, value) {
        (Json::Number(found), Value::Number(value)) => number::compare(found, &value.to_string()),
        (Json::String(found), Value::String(value)) => Some(found.as_str().cmp(value)),
        _ => None,
    }
}

/// Equal in type and value; members of objects in any order.
fn same(found: &Json, value: &Value) -> bool {
    match (found, value) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(found), Value::Bool(value)) => found == value,
        (Json::Number(_), Value::Number(_)) | (Json::String(_), Value::String(_)) => {
            order(found, value) == Some(Ordering::Equal)
        }
        (Json::Array(found), Value::Array(value)) => {
            found.len() == value.len() && found.iter().zip(value).all(|(found, value)| same(found, value))
        }
        (Json::Object(found), Value::Object(value)) => {
            found.len() == value.len()
                && found.iter().all(|(name, found)| value.get(name).is_some_and(|value| same(found, value)))
        }
        _ => false,
    }
}
