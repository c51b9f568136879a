//! From JSON to a condition, with an error at each member that is wrong.

use super::{Clause, Condition, MAX_CLAUSES, MAX_DEPTH, Op, ROOTS};
use crate::invalid::{Invalid, Rule};
use serde::Deserialize as _;
use serde_json::{Map, Value};

impl Condition {
    /// Reads a condition that stands at `path`. `None` when something was wrong; what, is added
    /// to `errors`.
    pub fn read(value: &Value, path: &str, errors: &mut Invalid) -> Option<Self> {
        let before = errors.errors.len();
        let mut reader = Reader { clauses: 0, errors };
        let condition = reader.condition(value, path, 0);
        if reader.clauses > MAX_CLAUSES {
            reader.errors.push(path, format!("At most {MAX_CLAUSES} clauses fit into one condition."));
        }
        condition.filter(|_| errors.errors.len() == before)
    }
}

const SHAPE: &str =
    "A condition is {\"field\",\"op\",\"value\"}, or one of \"all\", \"any\" and \"not\" alone.";

struct Reader<'a> {
    clauses: usize,
    errors: &'a mut Invalid,
}

impl Reader<'_> {
    fn condition(&mut self, value: &Value, path: &str, depth: usize) -> Option<Condition> {
        let Some(map) = value.as_object() else {
            return self.wrong(path, SHAPE);
        };
        let group = ["all", "any", "not"].into_iter().find_map(|name| Some((name, map.get(name)?)));
        let Some((name, inner)) = group else {
            return self.clause(map, path).map(Condition::Clause);
        };
        if map.len() > 1 {
            return self.wrong(path, SHAPE);
        }
        if depth == MAX_DEPTH {
            return self.wrong(path, &format!("Conditions can be nested {MAX_DEPTH} levels deep at most."));
        }
        let path = format!("{path}.{name}");
        match name {
            "not" => self.condition(inner, &path, depth + 1).map(|of| Condition::Not(Box::new(of))),
            "all" => self.list(inner, &path, depth + 1).map(Condition::All),
            _ => self.list(inner, &path, depth + 1).map(Condition::Any),
        }
    }

    fn list(&mut self, value: &Value, path: &str, depth: usize) -> Option<Vec<Condition>> {
        match value.as_array() {
            Some(list) if !list.is_empty() => {
                let mut read = Vec::with_capacity(list.len().min(MAX_CLAUSES));
                for (i, each) in list.iter().enumerate() {
                    read.extend(self.condition(each, &format!("{path}.{i}"), depth));
                }
                (read.len() == list.len()).then_some(read)
            }
            _ => self.wrong(path, "A list of conditions holds at least one."),
        }
    }

    fn clause(&mut self, map: &Map<String, Value>, path: &str) -> Option<Clause> {
        self.clauses += 1;
        if let Some(unknown) = map.keys().find(|key| !matches!(key.as_str(), "field" | "op" | "value")) {
            return self.wrong(&format!("{path}.{unknown}"), SHAPE);
        }
        let field = match map.get("field").and_then(Value::as_str) {
            Some(field) if !field.is_empty() => self.field(field, path),
            _ => self.wrong(&format!("{path}.field"), "Name the field to compare, such as payload.email."),
        };
        let op = map.get("op").and_then(|op| Op::deserialize(op).ok());
        if op.is_none() {
            let names = "eq, ne, gt, gte, lt, lte, in, not_in, contains, starts_with, ends_with or exists";
            self.errors.push(format!("{path}.op"), format!("The comparison is one of {names}."));
        }
        let value = self.value(op?, map.get("value"), path);
        Some(Clause { field: field?, op: op?, value: value? })
    }

    fn field(&mut self, field: &str, path: &str) -> Option<String> {
        let (root, rest) = field.split_once('.').map_or((field, None), |(root, rest)| (root, Some(rest)));
        let members = match rest {
            None => true,
            Some(rest) => ROOTS[..2].contains(&root) && rest.split('.').all(|member| !member.is_empty()),
        };
        if members && ROOTS.contains(&root) {
            return Some(field.to_owned());
        }
        let message = format!(
            "Fields are payload and profile with their members (payload.email), {}.",
            ROOTS[2..].join(", ")
        );
        self.wrong(&format!("{path}.field"), &message)
    }

    fn value(&mut self, op: Op, value: Option<&Value>, path: &str) -> Option<Value> {
        // What is asked of `exists` is nearly always presence.
        if op == Op::Exists && value.is_none() {
            return Some(Value::Bool(true));
        }
        let (fits, needs) = match op {
            Op::Eq | Op::Ne => (value.is_some(), "Give the value to compare with."),
            Op::Gt | Op::Gte | Op::Lt | Op::Lte => (
                value.is_some_and(|v| v.is_number() || v.is_string()),
                "Give the number or the text to compare with.",
            ),
            Op::In | Op::NotIn => (
                value.and_then(Value::as_array).is_some_and(|list| !list.is_empty()),
                "Give a list of at least one value.",
            ),
            Op::Contains => (
                value.is_some_and(|v| !v.is_array() && !v.is_object()),
                "Give a text, or the element that the list must hold.",
            ),
            Op::StartsWith | Op::EndsWith => (value.is_some_and(Value::is_string), "Give a text."),
            Op::Exists => (value.is_some_and(Value::is_boolean), "The value is true or false."),
        };
        if fits {
            return value.cloned();
        }
        let rule = if matches!(op, Op::In | Op::NotIn) { Rule::Values } else { Rule::Any };
        self.errors.breaks(rule, format!("{path}.value"), needs);
        None
    }

    fn wrong<T>(&mut self, path: &str, message: &str) -> Option<T> {
        self.errors.push(path, message);
        None
    }
}
