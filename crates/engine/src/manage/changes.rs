//! What a change did, for the audit log: before and after of each member that differs, secrets hidden.

use serde::Serialize;
use serde_json::{Map, Value, json};

/// `{"name":{"before":…,"after":…}}` of the members that differ.
///
/// Settings already write their secrets as `{"set":true}`; a secret that was replaced is named in
/// `secrets`, without its text.
pub(super) fn between(before: &impl Serialize, after: &impl Serialize, secrets: &[String]) -> Value {
    let (before, after) = (members(before), members(after));
    let mut changes = Map::new();
    for (name, new) in &after {
        let old = before.get(name).unwrap_or(&Value::Null);
        if old != new {
            changes.insert(name.clone(), json!({ "before": old, "after": new }));
        }
    }
    for (name, old) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
        changes.insert(name.clone(), json!({ "before": old, "after": null }));
    }
    if !secrets.is_empty() {
        changes.insert("secrets".to_owned(), json!(secrets));
    }
    Value::Object(changes)
}

/// Only which secrets were replaced.
pub(super) fn replaced(secrets: &[String]) -> Value {
    json!({ "secrets": secrets })
}

fn members(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(members)) => members,
        Ok(other) => Map::from_iter([("value".to_owned(), other)]),
        Err(_) => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        let told = between(
            &json!({"name":"a","url":"u","gone":1}),
            &json!({"name":"b","url":"u","new":2}),
            &["auth.password".to_owned()],
        );
        assert_eq!(
            told,
            json!({"name":{"before":"a","after":"b"},"new":{"before":null,"after":2},
                   "gone":{"before":1,"after":null},"secrets":["auth.password"]})
        );
    }
}
