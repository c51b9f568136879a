//! The OpenAPI document: one part a resource, put together here, and held against the router by a test.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

const BASE: &str = include_str!("spec/base.json");
/// In the order of the pages.
const PARTS: &[&str] = &[
    include_str!("spec/events.json"),
    include_str!("spec/webhooks.json"),
    include_str!("spec/actions.json"),
    include_str!("spec/deliveries.json"),
    include_str!("spec/replays.json"),
    include_str!("spec/campaigns.json"),
    include_str!("spec/automations.json"),
    include_str!("spec/topics.json"),
    include_str!("spec/marketplace.json"),
    include_str!("spec/keys.json"),
    include_str!("spec/bins.json"),
    include_str!("spec/profiles.json"),
    include_str!("spec/visits.json"),
    include_str!("spec/tracking.json"),
];

/// The document.
pub(super) static DOCUMENT: LazyLock<Value> = LazyLock::new(build);

/// The document as text.
pub(crate) fn text() -> String {
    format!("{:#}", *DOCUMENT)
}

/// The handler of `/api/openapi.json`.
pub(super) async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text()).into_response()
}

fn build() -> Value {
    let mut document = read(BASE);
    document["info"]["version"] = json!(env!("CARGO_PKG_VERSION"));
    for part in PARTS.iter().map(|part| read(part)) {
        extend(&mut document["paths"], &part["paths"]);
        extend(&mut document["components"]["schemas"], &part["schemas"]);
    }
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    for (path, item) in paths {
        for (_, operation) in item.as_object_mut().into_iter().flatten() {
            refusals(path, operation);
        }
    }
    document
}

fn read(part: &str) -> Value {
    serde_json::from_str(part).expect("the embedded parts are JSON, as a test shows")
}

fn extend(into: &mut Value, from: &Value) {
    if let (Some(into), Some(from)) = (into.as_object_mut(), from.as_object()) {
        into.extend(from.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
}

/// Adds the answers that every call of a kind may give, in the order of their statuses.
fn refusals(path: &str, operation: &mut Value) {
    let mut statuses = vec!["401", "403", "default"];
    if path.contains('{') {
        statuses.push("404");
    }
    if operation.get("requestBody").is_some() {
        statuses.extend(["400", "413", "415", "422"]);
    }
    if operation["parameters"].as_array().is_some_and(|list| list.iter().any(is_in_query)) {
        statuses.push("422");
    }
    let mut responses = operation["responses"].as_object().cloned().unwrap_or_default();
    for status in statuses {
        responses
            .entry(status)
            .or_insert_with(|| json!({ "$ref": format!("#/components/responses/{status}") }));
    }
    let mut sorted: Vec<_> = responses.into_iter().collect();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    operation["responses"] = Value::Object(Map::from_iter(sorted));
}

fn is_in_query(parameter: &Value) -> bool {
    let shared = parameter["$ref"].as_str().is_some_and(|name| name.ends_with("/limit"));
    shared || parameter["in"] == "query"
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Every call of the document is routed, and every routed call is in the document.
    #[test]
    fn the_document_and_the_router_name_the_same_calls() {
        let routed: BTreeSet<_> =
            crate::api::calls().list.iter().map(|(method, path)| format!("{method} {path}")).collect();
        let written: BTreeSet<_> = operations().map(|(method, path, _)| format!("{method} {path}")).collect();
        assert_eq!(written, routed);
    }

    #[test]
    fn every_reference_leads_somewhere_and_every_name_is_once() {
        let text = text();
        for reference in text.split("\"$ref\": \"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(DOCUMENT.pointer(reference).is_some(), "{reference}");
        }
        let ids: Vec<_> =
            operations().map(|(_, _, operation)| operation["operationId"].to_string()).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    }

    #[test]
    fn every_parameter_of_a_path_is_declared() {
        for (method, path, operation) in operations() {
            let declared = operation["parameters"].as_array().map_or(0, |list| {
                list.iter()
                    .filter(|parameter| {
                        !is_in_query(parameter)
                            && parameter["$ref"] != json!("#/components/parameters/cursor")
                    })
                    .count()
            });
            assert_eq!(declared, path.matches('{').count(), "{method} {path}");
        }
    }

    fn operations() -> impl Iterator<Item = (String, &'static str, &'static Value)> {
        let paths = DOCUMENT["paths"].as_object().into_iter().flatten();
        paths.flat_map(|(path, item)| {
            let item = item.as_object().into_iter().flatten();
            item.map(move |(method, operation)| (method.to_uppercase(), path.as_str(), operation))
        })
    }
}
