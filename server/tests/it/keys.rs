//! API keys.

use crate::support::{Crier, fields, on_both, rows, text};
use serde_json::json;

on_both!(a_key_is_shown_once);

async fn a_key_is_shown_once(crier: Crier) {
    let made = crier.http.post("/keys", json!({ "name": "Platform", "scope": "events" })).await.expect(201);
    let key = text(&made, "key");
    assert!(key.starts_with("crk_") && key.len() > 40);
    let listed = crier.http.get("/keys").await;
    assert!(!listed.text.contains(key), "only its hint is kept");
    let listed = listed.expect(200);
    let entry = rows(&listed).iter().find(|row| row["id"] == made["id"]).expect("it is listed");
    assert!(key.starts_with(text(entry, "hint")));
    assert_eq!((text(entry, "name"), text(entry, "scope")), ("Platform", "events"));
    let publisher = crier.http.with_key(key);
    let event = json!({ "topic": "learning.user.created", "payload": {} });
    publisher.post("/events", event).await.expect(202);
    publisher.get("/events").await.problem(403);
    for (body, field) in [
        (json!({ "scope": "events" }), "name"),
        (json!({ "name": "", "scope": "events" }), "name"),
        (json!({ "name": "x" }), "scope"),
        (json!({ "name": "x", "scope": "all" }), "scope"),
        (json!({ "name": "x", "scope": "read", "key": "crk_mine" }), "key"),
    ] {
        assert_eq!(fields(&crier.http.post("/keys", body).await.problem(422)), [field]);
    }
    let path = format!("/keys/{}", text(&made, "id"));
    crier.http.delete(&path).await.expect(204);
    crier.http.delete(&path).await.problem(404);
    let event = json!({ "topic": "learning.user.created", "payload": {} });
    publisher.post("/events", event).await.problem(401);
}
