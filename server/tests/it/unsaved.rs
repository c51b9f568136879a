//! *Send test* and *Test connection*, saved and unsaved.

use crate::support::{Crier, Receiver, fields, on_both, rows, text};
use serde_json::{Value, json};

on_both!(a_test_says_what_the_receiver_did an_unsaved_test_stores_nothing a_check_tries_head_then_post);

const TOPIC: &str = "learning.user.created";

fn webhook(url: &str) -> Value {
    json!({ "name": "Student sync", "url": url, "topics": [TOPIC] })
}

async fn a_test_says_what_the_receiver_did(crier: Crier) {
    let receiver = Receiver::start();
    for (url, outcome, status) in [
        (receiver.url("/"), "delivered", json!(200)),
        (receiver.url("/status/500"), "status", json!(500)),
        (receiver.url("/redirect"), "status", json!(302)),
        ("http://127.0.0.1:1/".to_owned(), "connect", Value::Null),
        ("http://nowhere.invalid/".to_owned(), "dns", Value::Null),
    ] {
        let mut new = webhook(&url);
        // Where no name server answers, it takes 10 s or 20 s to learn that.
        new["timeout_ms"] = json!(30_000);
        let made = crier.http.post("/webhooks", new).await.expect(201);
        let path = format!("/webhooks/{}/test", text(&made, "id"));
        let tested =
            crier.http.post(&path, json!({ "topic": TOPIC, "payload": { "user_id": 7 } })).await.expect(200);
        let attempt = &tested["attempts"][0];
        assert_eq!(attempt["outcome"], outcome, "{url}");
        assert_eq!(attempt["response"]["status"], status, "{url}");
        assert_eq!(tested["test"], true);
        let logged = crier.http.get(&format!("/deliveries/{}", text(&tested, "id"))).await.expect(200);
        assert_eq!(logged["attempts"][0]["outcome"], outcome);
    }
    assert_eq!(receiver.seen().len(), 3, "redirects are not followed");
    assert!(receiver.seen()[0].body().contains(r#""user_id":7"#), "{}", receiver.seen()[0].body());
    assert_eq!(crier.log("test=true", 5).await.len(), 5);
    let made = crier.http.post("/webhooks", webhook(&receiver.url("/"))).await.expect(201);
    let path = format!("/webhooks/{}/test", text(&made, "id"));
    let problem = crier.http.post(&path, json!({ "topic": "learning.user.invented" })).await.problem(422);
    assert_eq!(fields(&problem), ["topic"]);
    let problem = crier.http.post(&path, json!({ "topic": TOPIC, "payload": [] })).await.problem(422);
    assert_eq!(fields(&problem), ["payload"]);
}

async fn an_unsaved_test_stores_nothing(crier: Crier) {
    let receiver = Receiver::start();
    let mut saved = webhook(&receiver.url("/saved"));
    saved["auth"] = json!({ "type": "bearer", "token": "canary-token" });
    let saved = crier.http.post("/webhooks", saved).await.expect(201);

    let mut typed = webhook(&receiver.url("/typed"));
    typed["auth"] = json!({ "type": "bearer", "token": { "set": true } });
    let body = json!({ "webhook": typed, "from": saved["id"], "topic": TOPIC });
    let tested = crier.http.post("/webhooks/test", body.clone()).await.expect(200);
    assert_eq!(tested.get("id"), None);
    assert_eq!(tested["state"], "delivered");
    let arrived = receiver.wait(1).await.remove(0);
    assert_eq!(
        (arrived.path.as_str(), arrived.header("authorization")),
        ("/typed", Some("Bearer canary-token"))
    );
    assert_eq!(arrived.header("webhook-test"), Some("true"));
    assert!(!tested.to_string().contains("canary"), "{tested:#}");

    let elsewhere = Receiver::start();
    let mut stolen = body.clone();
    stolen["webhook"]["url"] = json!(elsewhere.url("/"));
    let problem = crier.http.post("/webhooks/test", stolen).await.problem(422);
    assert_eq!(fields(&problem), ["webhook.auth.token"], "stored secrets stay with their host");
    assert!(elsewhere.seen().is_empty());

    assert!(rows(&crier.http.get("/deliveries").await.expect(200)).is_empty());
    assert_eq!(rows(&crier.http.get("/webhooks").await.expect(200)).len(), 1);
    let problem = crier.http.post("/webhooks/test", json!({ "topic": TOPIC })).await.problem(422);
    assert_eq!(fields(&problem), ["webhook"]);
}

async fn a_check_tries_head_then_post(crier: Crier) {
    let receiver = Receiver::start();
    let made = crier.http.post("/webhooks", webhook(&receiver.url("/"))).await.expect(201);
    let path = format!("/webhooks/{}/check", text(&made, "id"));
    let found = crier.http.post(&path, json!({})).await.expect(200);
    assert_eq!(found["ok"], true);
    assert_eq!(found["head"]["response"]["status"], 200);
    let unsaved = json!({ "webhook": webhook(&receiver.url("/status/404")) });
    let found = crier.http.post("/webhooks/check", unsaved).await.expect(200);
    assert_eq!(found["ok"], false);
    assert_eq!(
        (&found["head"]["response"]["status"], &found["post"]["response"]["status"]),
        (&json!(404), &json!(404))
    );
    let methods: Vec<_> = receiver.seen().iter().map(|request| request.method.clone()).collect();
    assert_eq!(methods.last().map(String::as_str), Some("POST"), "{methods:?}");
    assert_eq!(methods[0], "HEAD");
}
