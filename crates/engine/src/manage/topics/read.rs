//! From what somebody sent to an own topic.

use crate::manage::check;
use domain::{
    catalog, envelope::Envelope, format::parse_payload, invalid::Invalid, schema::Schema, topic::Topic,
};
use serde_json::{Map, Value};

/// The most characters of a key.
const KEY: usize = 120;
/// The most characters of a title.
const TITLE: usize = 120;
/// The most characters of a description.
const DESCRIPTION: usize = 500;

/// A new topic, or `base` with what is given changed.
pub(super) fn topic(base: Option<&Topic>, members: &Map<String, Value>) -> Result<Topic, Invalid> {
    let mut invalid = Invalid::default();
    let mut topic = base.cloned().unwrap_or_else(|| Topic {
        key: String::new(),
        catalog: String::new(),
        title: String::new(),
        description: String::new(),
        resource: None,
        action: None,
        envelope: Envelope::Own,
        sample: String::new(),
        schema: None,
        profile: None,
        enterprise: false,
        locked: false,
        built_in: false,
    });
    if base.is_none() {
        topic.key = key(&mut invalid, members.get("key"));
        topic.catalog = topic.key.split('.').next().unwrap_or_default().to_owned();
    }
    if base.is_none() || members.contains_key("title") {
        let title = string(&mut invalid, "title", members.get("title"));
        topic.title = check::text(&mut invalid, "title", "The title", title, TITLE);
    }
    if let Some(description) = members.get("description").filter(|value| !value.is_null()) {
        topic.description = string(&mut invalid, "description", Some(description)).trim().to_owned();
        if topic.description.chars().count() > DESCRIPTION {
            invalid.push("description", format!("The description has at most {DESCRIPTION} characters."));
        }
    }
    if base.is_none() || members.contains_key("sample") {
        topic.sample = sample(&mut invalid, members.get("sample"));
    }
    if let Some(value) = members.get("schema") {
        topic.schema = schema(&mut invalid, value);
    }
    fits(&mut invalid, &topic);
    refuse_others(&mut invalid, base, members);
    invalid.into_result()?;
    Ok(topic)
}

/// What may not be set: the key of an existing topic, what nobody knows. Members that are sent back as they were
/// read pass.
fn refuse_others(invalid: &mut Invalid, base: Option<&Topic>, members: &Map<String, Value>) {
    let shown = base.and_then(|base| serde_json::to_value(base).ok()).unwrap_or_default();
    for (name, value) in members {
        match name.as_str() {
            "title" | "description" | "sample" | "schema" => {}
            "key" if base.is_none() => {}
            _ if shown.get(name) == Some(value) => {}
            "key" => invalid.push(name, "The key of a topic stays. Make another topic instead."),
            _ => invalid.push(name, "A topic has no such member, or it can't be set."),
        }
    }
}

fn string<'a>(invalid: &mut Invalid, field: &str, value: Option<&'a Value>) -> &'a str {
    match value {
        Some(Value::String(text)) => text,
        None | Some(Value::Null) => "",
        Some(_) => {
            invalid.push(field, "This must be a text.");
            ""
        }
    }
}

fn key(invalid: &mut Invalid, value: Option<&Value>) -> String {
    let key = string(invalid, "key", value).trim();
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let catalog = key.split('.').next().unwrap_or_default();
    if key.split('.').count() != 3 || !key.split('.').all(part) || key.len() > KEY {
        let how = "A key has three parts, such as shop.order.paid: lower-case letters, digits and _, \
                   each part beginning with a letter.";
        invalid.push("key", how);
    } else if catalog::all().iter().any(|built_in| built_in.key == catalog) {
        invalid.push("key", format!("“{catalog}” is a catalog of Crier. Begin with another word."));
    }
    key.to_owned()
}

/// The schema as it was written, when it came as text; as plain JSON, when it came as an object, `true` or `false`.
/// None takes it away.
fn schema(invalid: &mut Invalid, value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Null => String::new(),
        Value::Object(_) | Value::Bool(_) => format!("{value:#}"),
        _ => {
            invalid.push("schema", "A schema is a JSON object, or true or false.");
            String::new()
        }
    };
    if let Some(Err(wrong)) = (!text.is_empty()).then(|| Schema::read(&text)) {
        invalid.errors.push(wrong);
    }
    (!text.is_empty()).then_some(text)
}

/// Notes where the sample is not as the schema wants it; both have to be right by themselves first.
fn fits(invalid: &mut Invalid, topic: &Topic) {
    let Some(schema) = topic.schema.as_deref().and_then(|text| Schema::read(text).ok()) else { return };
    let Ok(sample) = parse_payload(&topic.sample) else { return };
    for mismatch in schema.mismatches(&sample) {
        let place = mismatch.field.strip_prefix("payload.").unwrap_or("the sample as a whole");
        invalid.push("sample", format!("Not as the schema wants it, at {place}: {}", mismatch.message));
    }
}

/// The sample as it was written, when it came as text; as plain JSON, when it came as an object.
fn sample(invalid: &mut Invalid, value: Option<&Value>) -> String {
    let text = match value {
        Some(Value::String(text)) => text.trim().to_owned(),
        None | Some(Value::Null) => String::new(),
        Some(value) => format!("{value:#}"),
    };
    if text.is_empty() {
        invalid.push("sample", "The sample is missing: a JSON object such as an event brings.");
    } else if let Err(wrong) = parse_payload(&text) {
        for mut error in wrong.errors {
            error.field = "sample".to_owned();
            invalid.errors.push(error);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn new(members: &Value) -> Result<Topic, Invalid> {
        topic(None, members.as_object().expect("an object"))
    }

    #[test]
    fn a_sample_keeps_its_spelling_when_it_is_text() {
        let made = new(&json!({"key":"shop.order.paid","title":" Order paid ","sample":"{\"n\": 1e400}"}));
        let made = made.expect("valid");
        assert_eq!((made.catalog.as_str(), made.title.as_str()), ("shop", "Order paid"));
        assert_eq!(made.sample, "{\"n\": 1e400}");
        assert!(!made.built_in);
    }

    #[test]
    fn each_wrong_member_is_named() {
        for (key, wrong) in [
            ("learning.user.created", true),
            ("engagement.x.y", true),
            ("shop.order", true),
            ("Shop.order.paid", true),
            ("shop..paid", true),
            ("shop.order.paid.twice", true),
            ("shop.2.paid", true),
            ("shop.order_2.paid", false),
        ] {
            let got = new(&json!({"key": key, "title": "T", "sample": {}}));
            assert_eq!(got.is_err_and(|invalid| invalid.at("key").is_some()), wrong, "{key}");
        }
        let wrong = new(&json!({"key":1,"sample":[],"schema":7,"color":"red"})).expect_err("invalid");
        for field in ["key", "title", "sample", "schema", "color"] {
            assert!(wrong.at(field).is_some(), "{field}: {wrong:?}");
        }
    }

    #[test]
    fn a_schema_has_to_be_one_and_the_sample_as_it_wants() {
        let with = |sample: &str, schema: Value| {
            new(&json!({"key":"shop.order.paid","title":"T","sample":sample,"schema":schema}))
        };
        let schema = r#"{"required":["id"],"properties":{"id":{"type":"integer"}}}"#;
        let made = with(r#"{"id":1e400}"#, schema.into()).expect("valid");
        assert_eq!(made.schema.as_deref(), Some(schema), "as it was written");
        assert_eq!(with("{}", json!(" ")).expect("valid").schema, None);
        let wrong = with(r#"{"id":"7"}"#, schema.into()).expect_err("invalid");
        let told: Vec<_> = wrong.errors.iter().map(|e| (e.field.as_str(), e.message.as_str())).collect();
        assert_eq!(told, [("sample", "Not as the schema wants it, at id: This has to be a whole number.")]);
        let wrong = with("{}", json!({"properties":{"id":{"type":"int"}}})).expect_err("invalid");
        assert!(
            wrong.at("schema").is_some_and(|e| e.message.starts_with("At properties.id.type: ")),
            "{wrong:?}"
        );
        let later = json!({"schema":{"required":["more"]}});
        let wrong = topic(Some(&made), later.as_object().expect("an object")).expect_err("the sample stays");
        assert!(wrong.at("sample").is_some_and(|e| e.message.contains("more: This is missing")), "{wrong:?}");
        let gone = json!({"schema":null});
        assert_eq!(topic(Some(&made), gone.as_object().expect("an object")).expect("valid").schema, None);
    }

    #[test]
    fn a_topic_that_is_sent_back_passes_and_its_key_stays() {
        let made = new(&json!({"key":"shop.order.paid","title":"T","sample":{"a":1}})).expect("valid");
        let shown = serde_json::to_value(&made).expect("JSON");
        assert_eq!(topic(Some(&made), shown.as_object().expect("an object")), Ok(made.clone()));
        let moved = json!({"key":"shop.order.sold"});
        let wrong = topic(Some(&made), moved.as_object().expect("an object")).expect_err("invalid");
        assert!(wrong.at("key").is_some());
    }
}
