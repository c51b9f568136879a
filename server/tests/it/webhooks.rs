//! Making, changing and switching webhooks.

use crate::support::{Crier, Receiver, fields, on_both, rows, text};
use serde_json::{Value, json};

on_both! {
    a_webhook_is_made_read_changed_and_deleted
    a_stale_revision_is_refused
    secrets_are_write_only_and_leave_with_the_host
    a_paused_webhook_holds_and_lets_go
    a_secret_is_rotated_and_a_copy_is_a_draft
}

const TOPIC: &str = "learning.user.created";

fn webhook(url: &str) -> Value {
    json!({ "name": "Student sync", "url": url, "topics": [TOPIC] })
}

async fn a_webhook_is_made_read_changed_and_deleted(crier: Crier) {
    let made = crier.http.post("/webhooks", webhook("https://example.com/a")).await.expect(201);
    for (member, value) in [
        ("method", json!("POST")),
        ("format", json!("json")),
        ("body_template", Value::Null),
        ("auth", json!({ "type": "none" })),
        ("headers", json!([])),
        ("conditions", Value::Null),
        ("success", json!("2xx")),
        ("on_410", json!("deactivate")),
        ("retry", json!({ "preset": "standard" })),
        ("timeout_ms", json!(15_000)),
        ("rate_per_second", Value::Null),
        ("max_in_flight", Value::Null),
        ("include_deleted_resource", json!(true)),
        ("alert_recipients", json!([])),
        ("state", json!("draft")),
        ("revision", json!(1)),
    ] {
        assert_eq!(made[member], value, "the default of {member}");
    }
    assert_eq!(made["signing"]["scheme"], "standard");
    let path = format!("/webhooks/{}", text(&made, "id"));
    let read = crier.http.get(&path).await.expect(200);
    assert_eq!(read["signing"]["secret"], json!({ "set": true }), "shown once");

    // What was read can be sent back, changed or not.
    let mut back = read.clone();
    back["timeout_ms"] = json!(5000);
    back["conditions"] = json!({ "all": [{ "field": "payload.user_id", "op": "gt", "value": 10 }] });
    let changed = crier.http.patch(&path, back).await.expect(200);
    assert_eq!((&changed["timeout_ms"], &changed["revision"]), (&json!(5000), &json!(2)));
    assert_eq!(changed["signing"], read["signing"]);

    for n in 0..3 {
        crier.http.post("/webhooks", webhook(&format!("https://example.com/{n}"))).await.expect(201);
    }
    let first = crier.http.get("/webhooks?limit=3").await.expect(200);
    let cursor = text(&first, "next_cursor");
    let second = crier.http.get(&format!("/webhooks?limit=3&cursor={cursor}")).await.expect(200);
    assert_eq!((rows(&first).len(), rows(&second).len()), (3, 1));
    assert_eq!(rows(&second)[0]["id"], made["id"], "newest first");
    assert_eq!(second["next_cursor"], Value::Null);

    let gone = crier.http.delete(&path).await;
    gone.expect(204);
    assert_eq!(gone.headers["crier-discarded"], "0");
    crier.http.get(&path).await.problem(404);
    crier.http.patch(&path, json!({ "name": "x" })).await.problem(404);
    crier.http.delete(&path).await.problem(404);
}

async fn a_stale_revision_is_refused(crier: Crier) {
    let made = crier.http.post("/webhooks", webhook("https://example.com/a")).await.expect(201);
    let path = format!("/webhooks/{}", text(&made, "id"));
    crier.http.patch(&path, json!({ "name": "Ann's", "revision": 1 })).await.expect(200);
    crier.http.patch(&path, json!({ "name": "Bob's", "revision": 1 })).await.problem(409);
    assert_eq!(crier.http.get(&path).await.expect(200)["name"], "Ann's");
    crier.http.patch(&path, json!({ "name": "Bob's", "revision": 2 })).await.expect(200);
}

async fn secrets_are_write_only_and_leave_with_the_host(crier: Crier) {
    let mut webhook = webhook("https://example.com/a");
    webhook["auth"] = json!({ "type": "basic", "username": "sync", "password": "canary-password" });
    webhook["headers"] = json!([{ "name": "x-api-key", "value": "canary-header", "secret": true }, { "name": "x-open", "value": "seen" }]);
    webhook["signing"] = json!({ "scheme": "hmac_hex", "secret": "canary-signing" });
    let made = crier.http.post("/webhooks", webhook).await;
    assert_eq!(made.expect(201)["signing"]["secret"], "canary-signing", "the answer to creation holds it");
    let path = format!("/webhooks/{}", text(&made.json(), "id"));
    let read = crier.http.get(&path).await;
    assert!(!read.text.contains("canary"), "{}", read.text);
    assert_eq!(
        read.json()["headers"][0],
        json!({ "name": "x-api-key", "value": { "set": true }, "secret": true })
    );
    assert_eq!(read.json()["headers"][1]["value"], "seen");

    let same_host = crier.http.patch(&path, json!({ "url": "https://example.com/b" })).await.expect(200);
    assert_eq!(same_host["auth"]["password"], json!({ "set": true }));
    let moved = crier.http.patch(&path, json!({ "url": "https://example.org/b" })).await.problem(422);
    assert!(fields(&moved).contains(&"auth.password"), "{moved:#}");
    let auth = json!({ "type": "basic", "username": "sync", "password": "typed again" });
    let headers = json!([{ "name": "x-open", "value": "seen" }]);
    let change = json!({ "url": "https://example.org/b", "auth": auth, "headers": headers, "signing": { "scheme": "none" } });
    crier.http.patch(&path, change).await.expect(200);
}

async fn a_paused_webhook_holds_and_lets_go(crier: Crier) {
    let receiver = Receiver::start();
    let id = crier.active(webhook(&receiver.url("/"))).await;
    let path = format!("/webhooks/{id}");
    let paused = crier.http.post(&format!("{path}/pause"), json!({})).await.expect(200);
    assert_eq!(paused["state"], "paused");
    crier.publish(TOPIC, json!({ "n": 1 })).await;
    crier.publish(TOPIC, json!({ "n": 2 })).await;
    crier.log(&format!("webhook={id}&state=held"), 2).await;
    crier.http.post(&format!("{path}/release"), json!({})).await.problem(409);

    let kept = crier.http.post(&format!("{path}/activate"), json!({ "held": "keep" })).await.expect(200);
    assert_eq!(kept["state"], "active");
    assert_eq!(crier.log(&format!("webhook={id}&state=held"), 2).await.len(), 2);
    let released = crier.http.post(&format!("{path}/release"), json!({})).await.expect(200);
    assert_eq!((&released["released"], &released["id"]), (&json!(2), &json!(id)));
    receiver.wait(2).await;
    crier.log(&format!("webhook={id}&state=delivered"), 2).await;

    crier.http.post(&format!("{path}/pause"), json!({})).await.expect(200);
    for n in 3..6 {
        crier.publish(TOPIC, json!({ "n": n })).await;
    }
    let discarded = crier.http.post(&format!("{path}/discard"), json!({})).await.expect(200);
    assert_eq!(discarded["discarded"], 3);
    crier.publish(TOPIC, json!({ "n": 6 })).await;
    crier.http.post(&format!("{path}/activate"), json!({ "held": "perhaps" })).await.problem(422);
    let gone = crier.http.delete(&path).await;
    gone.expect(204);
    assert_eq!(gone.headers["crier-discarded"], "1");
    let log = crier.log(&format!("webhook={id}"), 6).await;
    assert_eq!(log.iter().filter(|row| row["state"] == "discarded").count(), 4, "deletion keeps the log");
    assert_eq!(receiver.seen().len(), 2, "nothing else was sent");
}

async fn a_secret_is_rotated_and_a_copy_is_a_draft(crier: Crier) {
    let receiver = Receiver::start();
    let id = crier.active(webhook(&receiver.url("/"))).await;
    let path = format!("/webhooks/{id}");
    let rotated = crier.http.post(&format!("{path}/rotate-secret"), json!({})).await.expect(200);
    assert!(text(&rotated["signing"], "secret").starts_with("whsec_"));
    crier.publish(TOPIC, json!({})).await;
    let signatures = receiver.wait(1).await[0].header("webhook-signature").expect("it is signed").to_owned();
    assert_eq!(signatures.split(' ').count(), 2, "both keys sign during a rotation: {signatures}");
    let copy = crier.http.post(&format!("{path}/duplicate"), json!({})).await.expect(201);
    assert_eq!((&copy["state"], &copy["revision"]), (&json!("draft"), &json!(1)));
    assert_ne!(copy["id"], rotated["id"]);
    assert!(text(&copy, "name").starts_with("Student sync"));
    crier.http.post(&format!("{path}/duplicate"), json!({ "name": "x" })).await.problem(422);
}
