//! What changed, in words: each member with its value before and after.

use crate::words;
use leptos::prelude::*;
use serde_json::{Map, Value};

/// Members that say which object it was, not what changed.
const NOT_SAID: [&str; 2] = ["id", "replay"];

/// The members that are told, in their order.
fn told(detail: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let members = detail.as_object().into_iter().flatten();
    members.filter(|(name, value)| !NOT_SAID.contains(&name.as_str()) && !is_nothing(value))
}

/// Neither before nor after holds anything: a member of a new object that was left empty.
fn is_nothing(value: &Value) -> bool {
    pair(value).is_some_and(|(before, after)| before.is_null() && after.is_null())
}

/// `{"before":…,"after":…}`.
fn pair(value: &Value) -> Option<(&Value, &Value)> {
    let members = value.as_object().filter(|members| members.len() == 2)?;
    Some((members.get("before")?, members.get("after")?))
}

/// What changed in a few words: "URL, Time limit"; empty when there is nothing to tell.
#[must_use]
pub fn summary(detail: &Value) -> String {
    let names: Vec<&str> = told(detail).map(|(name, _)| words::member(name)).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first, second] => format!("{first}, {second}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} more", rest.len()),
    }
}

/// Every change: name, before, after.
pub fn list(detail: &Value) -> AnyView {
    let line = |(name, value): (&String, &Value)| {
        let value = match pair(value) {
            Some((before, after)) => change(before, after),
            None => shown(value),
        };
        view! { <div><dt>{words::member(name).to_owned()}</dt><dd>{value}</dd></div> }
    };
    view! { <dl class="changes">{told(detail).map(line).collect_view()}</dl> }.into_any()
}

fn change(before: &Value, after: &Value) -> AnyView {
    if before.is_null() {
        return view! { <ins>{shown(after)}</ins> }.into_any();
    }
    if after.is_null() {
        return view! { <del>{shown(before)}</del> }.into_any();
    }
    view! {
        <del>{shown(before)}</del>
        <span class="changes-to" aria-hidden="true">"→"</span>
        <ins>{shown(after)}</ins>
    }
    .into_any()
}

fn shown(value: &Value) -> AnyView {
    let text = text(value);
    if text.contains('\n') {
        return view! { <pre tabindex="0" role="group" aria-label="Value">{text}</pre> }.into_any();
    }
    text.into_any()
}

/// A value for people: lists with commas, members with their names, secrets as "set".
fn text(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.is_empty() => "empty".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Object(members) if is_secret(members) => "set".to_owned(),
        Value::Object(members) => {
            let member =
                |(name, value): (&String, &Value)| format!("{} {}", name.replace('_', " "), text(value));
            let said = members.iter().filter(|(_, value)| !value.is_null());
            said.map(member).collect::<Vec<_>>().join(", ")
        }
    }
}

fn is_secret(members: &Map<String, Value>) -> bool {
    members.len() == 1 && members.get("set") == Some(&Value::Bool(true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_summary_names_what_changed() {
        let of = |detail| summary(&detail);
        assert_eq!(of(json!({})), "");
        assert_eq!(of(json!({ "id": "whk_1" })), "");
        assert_eq!(of(json!({ "id": "whk_1", "url": { "before": "a", "after": "b" } })), "URL");
        let new = json!({ "name": { "before": null, "after": "x" }, "conditions": { "before": null, "after": null } });
        assert_eq!(of(new), "Name");
        let many = json!({ "url": 1, "timeout_ms": 2, "topics": 3, "retry": 4 });
        assert_eq!(of(many), "URL, Time limit in ms and 2 more");
    }

    #[test]
    fn values_read_as_words() {
        assert_eq!(text(&json!(["a", "b"])), "a, b");
        assert_eq!(text(&json!({ "set": true })), "set");
        assert_eq!(
            text(&json!({ "type": "basic", "username": "ann", "password": { "set": true } })),
            "type basic, username ann, password set"
        );
        assert_eq!(text(&json!(null)), "nothing");
    }
}
