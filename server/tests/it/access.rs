//! Every call of the OpenAPI document refuses who has no key, a wrong key, or a key of another scope.

use crate::support::{Crier, Database, Http, finish, on_both, text};
use serde_json::{Value, json};

on_both!(every_call_refuses_strangers_and_wrong_scopes);

/// A call as the document describes it.
struct Call {
    method: String,
    path: String,
    scope: String,
    body: Option<Value>,
}

async fn every_call_refuses_strangers_and_wrong_scopes(crier: Crier) {
    let calls = calls(&crier).await;
    assert!(calls.len() > 30, "{}", calls.len());
    let stranger = Http::new(&crier.http.base);
    let forger = stranger.with_key("crk_0000000000000000000000000000000000000000000000000000000000000000");
    let keys = [("events", crier.with_scope("events")), ("read", crier.with_scope("read"))];
    for call in &calls {
        let Call { method, path, scope, .. } = call;
        let answer = send(&stranger, call).await;
        answer.problem(401);
        assert_eq!(answer.headers["www-authenticate"], r#"Bearer realm="crier""#, "{method} {path}");
        let answer = send(&forger, call).await;
        answer.problem(401);
        assert!(answer.headers["www-authenticate"].contains("invalid_token"), "{method} {path}");
        for (held, http) in keys.iter().filter(|(held, _)| held != scope) {
            let answer = send(http, call).await;
            assert_eq!(answer.status, 403, "{method} {path} with a key for {held}: {}", answer.text);
            answer.problem(403);
            assert!(answer.headers["www-authenticate"].contains("insufficient_scope"), "{method} {path}");
        }
    }
    let basic = stranger.request("GET", "/api/v1/events").basic_auth("a", Some("b"));
    finish(basic).await.problem(401);
    let key = crier.key("read");
    let other_case =
        stranger.request("GET", "/api/v1/events").header("authorization", format!("bearer {key}"));
    finish(other_case).await.expect(200);
}

async fn send(http: &Http, call: &Call) -> crate::support::Answer {
    match &call.body {
        Some(body) => http.raw(&call.method, &call.path, body.to_string()).await,
        None => http.raw(&call.method, &call.path, "").await,
    }
}

/// Every call with the ids of things that exist and the document's example as body.
async fn calls(crier: &Crier) -> Vec<Call> {
    let printed = crier.run(&["openapi"], "");
    let document: Value = serde_json::from_slice(&printed.stdout).expect("the document is JSON");
    let on = json!({ "catalogs": ["learning", "access", "visitor"] });
    crier.http.patch("/marketplace", on).await.expect(200);
    let automation = crier.http.post("/automations", json!({ "product": "7" })).await.expect(201);
    let campaign = crier.http.post("/campaigns", json!({ "name": "It" })).await.expect(201);
    crier.http.raw("PUT", "/profiles/p-1", "{}").await.expect(201);
    let webhook = json!({ "name": "It", "url": "https://example.com/", "topics": ["learning.user.created"] });
    let webhook = crier.http.post("/webhooks", webhook).await.expect(201);
    let own = json!({ "key": "shop.order.placed", "title": "Order placed", "sample": { "id": 1 } });
    crier.http.post("/topics", own).await.expect(201);
    let event = crier.publish("learning.user.created", json!({})).await;
    let bin = crier.http.post("/bins", json!({})).await.expect(201);
    let key = crier.http.post("/keys", json!({ "name": "it", "scope": "read" })).await.expect(201);
    let url = text(&bin, "url");
    let paused = crier.active(json!({ "name": "P", "url": url, "topics": ["learning.user.updated"] })).await;
    crier.http.post(&format!("/webhooks/{paused}/pause"), json!({})).await.expect(200);
    crier.publish("learning.user.updated", json!({})).await;
    let delivery = crier.log("state=held", 1).await.remove(0);
    let id_in = |path: &str| match path.split('/').nth(1) {
        Some("webhooks") => text(&webhook, "id").to_owned(),
        Some("events") => event.clone(),
        Some("deliveries") => text(&delivery, "id").to_owned(),
        Some("bins") => text(&bin, "id").to_owned(),
        Some("keys") => text(&key, "id").to_owned(),
        Some("automations") => text(&automation, "id").to_owned(),
        Some("campaigns") => text(&campaign, "id").to_owned(),
        Some("profiles") => "p-1".to_owned(),
        other => panic!("a path of an unknown family: {other:?}"),
    };
    let mut calls = Vec::new();
    // Pages report views with a key that is none of these.
    let paths = document["paths"].as_object().expect("paths").iter().filter(|(path, _)| *path != "/visits");
    for (path, item) in paths {
        for (method, operation) in item.as_object().expect("operations") {
            let words = text(operation, "description");
            let scope = words.split("Needs the scope `").nth(1).and_then(|rest| rest.split('`').next());
            let path = path.replace("{key}", "shop.order.placed");
            let path = if path.contains("{id}") { path.replace("{id}", &id_in(&path)) } else { path };
            let body = operation["requestBody"]["content"]["application/json"]["example"].clone();
            calls.push(Call {
                method: method.to_uppercase(),
                path,
                scope: scope.expect("every call says its scope").to_owned(),
                body: Some(body).filter(|body| !body.is_null()),
            });
        }
    }
    calls
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_key_is_refused_at_once() {
    let crier = Crier::start(Database::Sqlite).await;
    let made = crier.http.post("/keys", json!({ "name": "short", "scope": "read" })).await.expect(201);
    let http = crier.http.with_key(text(&made, "key"));
    http.get("/events").await.expect(200);
    crier.http.delete(&format!("/keys/{}", text(&made, "id"))).await.expect(204);
    http.get("/events").await.problem(401);
}
