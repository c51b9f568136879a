//! What the page says about the shape of JSON: a table of members, or a few words.

use super::{
    escape,
    page::{table, text},
    prose,
};
use serde_json::{Map, Value};

/// A schema as its description and a table of its members.
pub(super) fn block(schema: &Value) -> String {
    let mut html = match text(&schema["description"]) {
        "" => String::new(),
        description => format!("<p>{}</p>", prose(description)),
    };
    let parts: Vec<&Value> = schema["allOf"].as_array().into_iter().flatten().collect();
    for part in parts.iter().filter(|part| part.get("$ref").is_some()) {
        html += &format!("<p>All of {}, and:</p>", kind(part));
    }
    for members in std::iter::once(schema).chain(parts).filter_map(|part| part["properties"].as_object()) {
        let mut rows = Vec::new();
        list("", members, &mut rows);
        html += &table(
            "Members",
            rows.iter().map(|(name, member)| (name.as_str(), kind(member), meaning(member))),
        );
    }
    let choices: Vec<String> = schema["oneOf"].as_array().into_iter().flatten().map(choice).collect();
    if !choices.is_empty() {
        html += &format!("<p>One of:</p><ul>{}</ul>", choices.concat());
    } else if schema.get("properties").is_none() && schema.get("allOf").is_none() {
        html += &format!("<p>{}</p>", kind(schema));
    }
    html
}

/// Lists members, and those of objects inside them under dotted names as in errors.
fn list<'a>(prefix: &str, members: &'a Map<String, Value>, rows: &mut Vec<(String, &'a Value)>) {
    for (name, member) in members {
        let name = format!("{prefix}{name}");
        rows.push((name.clone(), member));
        let choices = member["anyOf"].as_array().into_iter().flatten();
        for inner in std::iter::once(member).chain(choices).filter_map(|it| it["properties"].as_object()) {
            // What a secret reads is told where it is described.
            if !inner.contains_key("set") {
                list(&format!("{name}."), inner, rows);
            }
        }
        if let Some(inner) = member["items"]["properties"].as_object() {
            list(&format!("{name}.0."), inner, rows);
        }
    }
}

/// The description, and what stands when the member is left out.
fn meaning(schema: &Value) -> String {
    let words = text(&schema["description"]);
    match schema.get("default") {
        Some(default) => format!("{words} Default: `{}`.", plain(default)).trim_start().to_owned(),
        None => words.to_owned(),
    }
}

/// One of several objects, as the names of its members.
fn choice(schema: &Value) -> String {
    let members = schema["properties"].as_object().into_iter().flatten();
    let names: Vec<String> = members
        .map(|(name, member)| match member["const"].as_str() {
            Some(value) => format!("<code>{}: \"{}\"</code>", escape(name), escape(value)),
            None => format!("<code>{}</code>", escape(name)),
        })
        .collect();
    format!("<li>{}</li>", names.join(", "))
}

/// A schema in a few words of HTML: a link, a list of values, a type.
pub(super) fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        return format!("<a href=\"#schema-{0}\">{0}</a>", escape(name));
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> =
            values.iter().map(|value| format!("<code>{}</code>", escape(&plain(value)))).collect();
        return values.join(" ");
    }
    if let Some(value) = schema.get("const") {
        return format!("<code>{}</code>", escape(&plain(value)));
    }
    for several in ["anyOf", "allOf"] {
        if let Some(kinds) = schema[several].as_array() {
            let kinds: Vec<String> = kinds.iter().map(kind).filter(|kind| !kind.is_empty()).collect();
            return kinds.join(if several == "anyOf" { " or " } else { " and " });
        }
    }
    let named = match &schema["type"] {
        Value::Array(names) => names.iter().map(text).collect::<Vec<_>>().join(" or "),
        name => text(name).to_owned(),
    };
    match (named.as_str(), schema.get("items")) {
        ("array", Some(items)) => format!("list of {}", kind(items)),
        ("object", _) if !text(&schema["title"]).is_empty() => escape(text(&schema["title"])),
        _ => format!("{}{}", escape(&named), range(schema)),
    }
}

fn range(schema: &Value) -> String {
    match (schema["minimum"].as_i64(), schema["maximum"].as_i64()) {
        (Some(least), Some(most)) => format!(", {least}–{most}"),
        _ => String::new(),
    }
}

/// A value without the quotes of a text.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
