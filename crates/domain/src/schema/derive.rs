//! The schema that a sample stands for.

use super::DIALECT;
use crate::format::Json;

/// The schema that a sample stands for: the type of each value, the members of each object, all of them required.
///
/// Items of a list are taken together: their shapes are merged, and a member is required when every item has it.
/// `null` says nothing, so any value may stand there. Objects are not closed: receivers may get more members.
#[must_use]
pub fn of_sample(sample: &Json) -> Json {
    let mut members = vec![("$schema".to_owned(), Json::from(DIALECT))];
    members.extend(shape(&[sample]));
    Json::Object(members)
}

/// The keywords for a place where the samples have these values.
fn shape(values: &[&Json]) -> Vec<(String, Json)> {
    let mut types: Vec<&str> = Vec::new();
    for value in values.iter().filter(|value| ***value != Json::Null) {
        let name = type_of(value);
        if !types.contains(&name) {
            types.push(name);
        }
    }
    // Only a place that holds something now and then is known to be empty otherwise.
    if !types.is_empty() && values.contains(&&Json::Null) {
        types.push("null");
    }
    let mut keywords = Vec::new();
    match types.as_slice() {
        [] => {}
        [one] => keywords.push(("type".to_owned(), Json::from(*one))),
        several => keywords.push(("type".to_owned(), list(several.iter().copied()))),
    }
    object(values, &mut keywords);
    items(values, &mut keywords);
    keywords
}

const fn type_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> Json {
    Json::Array(names.map(Json::from).collect())
}

fn object(values: &[&Json], keywords: &mut Vec<(String, Json)>) {
    let objects =
        || values.iter().filter_map(|value| if let Json::Object(m) = value { Some(m) } else { None });
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in objects().flatten() {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return;
    }
    let found = |name: &str| -> Vec<&Json> {
        objects()
            .filter_map(|members| members.iter().find(|(n, _)| n == name).map(|(_, value)| value))
            .collect()
    };
    let count = objects().count();
    let required: Vec<_> = names.iter().copied().filter(|name| found(name).len() == count).collect();
    if !required.is_empty() {
        keywords.push(("required".to_owned(), list(required.into_iter())));
    }
    let property = |name: &&str| ((*name).to_owned(), Json::Object(shape(&found(name))));
    keywords.push(("properties".to_owned(), Json::Object(names.iter().map(property).collect())));
}

fn items(values: &[&Json], keywords: &mut Vec<(String, Json)>) {
    let lists =
        values.iter().filter_map(|value| if let Json::Array(items) = value { Some(items) } else { None });
    let items: Vec<&Json> = lists.flatten().collect();
    if !items.is_empty() {
        keywords.push(("items".to_owned(), Json::Object(shape(&items))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(sample: &str) -> String {
        let text = of_sample(&Json::parse(sample).expect("JSON")).to_text();
        text.replace(&format!(r#""$schema":"{DIALECT}","#), "")
    }

    #[test]
    fn types_members_and_what_is_required_come_from_the_sample() {
        assert_eq!(
            derived(r#"{"id":7,"name":"Ann","ok":true,"none":null,"user":{"x":1e400}}"#),
            r#"{"type":"object","required":["id","name","ok","none","user"],"properties":{"id":{"type":"number"},"name":{"type":"string"},"ok":{"type":"boolean"},"none":{},"user":{"type":"object","required":["x"],"properties":{"x":{"type":"number"}}}}}"#
        );
        assert_eq!(
            derived(r#"{"a":[],"b":{}}"#),
            r#"{"type":"object","required":["a","b"],"properties":{"a":{"type":"array"},"b":{"type":"object"}}}"#
        );
    }

    #[test]
    fn items_of_a_list_are_merged() {
        assert_eq!(
            derived(r#"{"l":[{"a":1,"b":null},{"a":"x","c":true},{"a":2,"b":[1]}]}"#),
            r#"{"type":"object","required":["l"],"properties":{"l":{"type":"array","items":{"type":"object","required":["a"],"properties":{"a":{"type":["number","string"]},"b":{"type":["array","null"],"items":{"type":"number"}},"c":{"type":"boolean"}}}}}}"#
        );
    }
}
