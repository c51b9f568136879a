//! The main job: a manager's "Student sync", from the first test to events of all 24 topics.

use crate::support::{Crier, Receiver, Request, on_both, rows, text};
use serde_json::{Value, json};
use std::collections::BTreeMap;

on_both!(student_sync);

/// `sync:open sesame`, as RFC 7617 writes it.
const AUTHORIZATION: &str = "Basic c3luYzpvcGVuIHNlc2FtZQ==";

async fn student_sync(crier: Crier) {
    let receiver = Receiver::start();
    let topics = learning_topics(&crier).await;
    assert_eq!(topics.len(), 24);

    let made = crier.http.post("/webhooks", webhook(&receiver, &topics)).await.expect(201);
    let id = text(&made, "id").to_owned();
    assert_eq!((&made["state"], &made["revision"]), (&json!("draft"), &json!(1)));
    assert_eq!(made["auth"], json!({ "type": "basic", "username": "sync", "password": { "set": true } }));
    assert!(text(&made["signing"], "secret").starts_with("whsec_"));

    let tested =
        crier.http.post(&format!("/webhooks/{id}/test"), json!({ "topic": "learning.user.created" })).await;
    let tested = tested.expect(200);
    let attempt = &tested["attempts"][0];
    assert_eq!((&attempt["outcome"], &attempt["response"]["status"]), (&json!("delivered"), &json!(200)));
    assert_eq!(attempt["response"]["body"], "thank you");
    let arrived = receiver.wait(1).await.remove(0);
    assert_eq!(arrived.header("webhook-test"), Some("true"));
    check_xml(&arrived, "learning.user.created");

    let active = crier.http.post(&format!("/webhooks/{id}/activate"), json!({})).await.expect(200);
    assert_eq!(active["state"], "active");

    publish_all(&crier, &topics).await;
    let arrived = by_topic(&receiver.wait(25).await[1..]);
    assert_eq!(arrived.len(), 24, "one of each");
    for (topic, request) in &arrived {
        check_xml(request, topic);
        assert_eq!(request.header("webhook-test"), None);
    }
    check_log(&crier, &id, &arrived).await;

    let template = r#"{"email":"{{ payload.email }}","id":{{ payload.user_id }}}"#;
    let change = json!({ "format": "json", "body_template": template, "revision": active["revision"] });
    let changed = crier.http.patch(&format!("/webhooks/{id}"), change).await.expect(200);
    assert_eq!(changed["format"], "json");
    publish_all(&crier, &topics).await;
    let arrived = by_topic(&receiver.wait(49).await[25..]);
    assert_eq!(arrived.len(), 24, "one of each");
    for (topic, request) in &arrived {
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert_eq!(request.header("authorization"), Some(AUTHORIZATION));
        let payload = &topics[topic];
        let email = payload["email"].as_str().unwrap_or_default();
        let id = payload.get("user_id").unwrap_or(&Value::Null);
        assert_eq!(request.body(), format!(r#"{{"email":"{email}","id":{id}}}"#), "{topic}");
    }
    assert!(arrived["learning.user.created"].body().contains('@'), "the sample has an address");
}

fn webhook(receiver: &Receiver, topics: &BTreeMap<String, Value>) -> Value {
    json!({
        "name": "Student sync",
        "url": receiver.url("/students"),
        "topics": topics.keys().collect::<Vec<_>>(),
        "format": "xml",
        "auth": { "type": "basic", "username": "sync", "password": "open sesame" },
    })
}

/// Topics and their sample payloads.
async fn learning_topics(crier: &Crier) -> BTreeMap<String, Value> {
    let list = crier.http.get("/topics").await.expect(200);
    let learning = rows(&list).iter().filter(|topic| topic["catalog"] == "learning");
    learning.map(|topic| (text(topic, "key").to_owned(), topic["sample"].clone())).collect()
}

async fn publish_all(crier: &Crier, topics: &BTreeMap<String, Value>) {
    for (topic, payload) in topics {
        let body = json!({ "topic": topic, "payload": payload });
        let accepted = crier.http.post("/events", body).await.expect(202);
        assert_eq!(accepted["deliveries"], 1, "{topic}");
    }
}

fn by_topic(requests: &[Request]) -> BTreeMap<String, Request> {
    let topic = |request: &Request| request.header("webhook-topic").expect("it has a topic").to_owned();
    requests.iter().map(|request| (topic(request), request.clone())).collect()
}

/// The request is the documented envelope in XML, as the contract says.
fn check_xml(request: &Request, topic: &str) {
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/students"));
    assert_eq!(request.header("content-type"), Some("application/xml"));
    assert_eq!(request.header("authorization"), Some(AUTHORIZATION));
    assert_eq!(request.header("webhook-topic"), Some(topic));
    assert_eq!(request.header("webhook-attempt"), Some("1"));
    let version = concat!("Crier/", env!("CARGO_PKG_VERSION"));
    assert_eq!(request.header("user-agent"), Some(version));
    assert!(request.header("webhook-signature").is_some_and(|signature| signature.starts_with("v1,")));
    assert!(request.header("webhook-delivery").is_some_and(|id| id.starts_with("dlv_")));
    let body = request.body();
    let event = request.header("webhook-id").expect("an event's id");
    let root = body.find("<webhook").unwrap_or_else(|| panic!("no root element: {body}"));
    assert!(body.trim_end().ends_with("</webhook>"), "{body}");
    // The envelope's members, in the documented order; a few topics have `tenant_id` for `domain_id`.
    let tenant = if body.contains("<domain_id>") { "domain_id" } else { "tenant_id" };
    let mut at = root;
    for member in ["id", "resource", "action", tenant] {
        let tag = format!("<{member}>");
        at += body[at..].find(&tag).unwrap_or_else(|| panic!("{topic}: no <{member}> in its place: {body}"));
    }
    assert!(body.contains(&format!("<{tenant}>default</{tenant}>")), "{body}");
    assert!(body.contains(&format!("<id>{event}</id>")), "{body}");
    assert!(body.contains("<payload "), "{body}");
}

/// Everything that arrived stands in the log: request byte for byte, response, timing.
async fn check_log(crier: &Crier, webhook: &str, arrived: &BTreeMap<String, Request>) {
    let filter = format!("webhook={webhook}&state=delivered&test=false");
    for row in crier.log(&filter, 24).await {
        let delivery = crier.http.get(&format!("/deliveries/{}", text(&row, "id"))).await.expect(200);
        let request = &arrived[text(&delivery, "topic")];
        let attempt = &delivery["attempts"][0];
        assert_eq!(attempt["request"]["body"], request.body());
        assert_eq!(attempt["request"]["method"], "POST");
        assert_eq!(attempt["response"]["status"], 200);
        assert_eq!(attempt["response"]["body"], "thank you");
        assert!(attempt["timing_ms"]["total"].as_f64().is_some_and(|ms| ms > 0.0), "{attempt:#}");
        let shown = attempt["request"]["headers"].to_string();
        assert!(shown.contains("authorization") || shown.contains("Authorization"), "{shown}");
        assert!(!shown.contains(AUTHORIZATION), "secrets are masked: {shown}");
        assert_eq!(request.header("webhook-id"), delivery["event_id"].as_str());
        assert_eq!(request.header("webhook-delivery"), delivery["id"].as_str());
    }
}
