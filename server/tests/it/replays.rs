//! *Replay*: everything that a filter matches, sent again.

use crate::support::{Crier, Receiver, eventually, on_both, rows, text};
use serde_json::json;

on_both!(what_failed_is_counted_and_sent_again what_can_not_be_replayed_is_refused);

const TOPIC: &str = "learning.user.created";

async fn what_failed_is_counted_and_sent_again(crier: Crier) {
    let receiver = Receiver::start();
    let webhook = json!({ "name": "Down", "url": receiver.url("/status/503"), "topics": ["learning.user.*"], "retry": { "preset": "none" } });
    let id = crier.active(webhook).await;
    let mut events = Vec::new();
    for email in ["ada@example.com", "bob@example.com", "ada@example.com"] {
        events.push(crier.publish(TOPIC, json!({ "email": email })).await);
    }
    crier.publish("learning.user.deleted", json!({ "email": "ada@example.com" })).await;
    crier.log(&format!("webhook={id}&state=exhausted"), 4).await;
    let path = format!("/webhooks/{id}");
    let replay = format!("{path}/replay");
    for (filter, count) in [
        (json!({}), 4),
        (json!({ "state": "exhausted" }), 4),
        (json!({ "state": ["delivered", "discarded"] }), 0),
        (json!({ "topic": TOPIC }), 3),
        (json!({ "q": "ada@example.com", "topic": TOPIC }), 2),
        (json!({ "http_status": "5xx" }), 4),
        (json!({ "http_status": 503, "outcome": "status" }), 4),
        (json!({ "from": "2020-01-01", "to": "2021-01-01" }), 0),
    ] {
        let body = json!({ "filter": filter, "count_only": true });
        assert_eq!(crier.http.post(&replay, body).await.expect(200), json!({ "count": count }), "{filter}");
    }
    assert_eq!(receiver.seen().len(), 4, "counting sends nothing");

    crier.http.patch(&path, json!({ "url": receiver.url("/") })).await.expect(200);
    let filter = json!({ "topic": TOPIC, "q": "ada@example.com" });
    let started = crier.http.post(&replay, json!({ "filter": filter, "body": "same" })).await.expect(202);
    assert!(text(&started, "id").starts_with("rpl_"));
    let told = |name: &str| started[name].clone();
    assert_eq!((told("state"), told("body"), told("total")), (json!("running"), json!("same"), json!(2)));
    assert_eq!((told("filter"), told("webhook_id"), told("ended_at")), (filter, json!(id), json!(null)));
    let one = format!("{path}/replays/{}", text(&started, "id"));
    let finished = eventually("the end", || async {
        let replay = crier.http.get(&one).await.expect(200);
        (replay["state"] == "finished").then_some(replay)
    })
    .await;
    assert_eq!((&finished["done"], finished["ended_at"].is_string()), (&json!(2), true));
    crier.log(&format!("webhook={id}&state=delivered&q=ada@example.com"), 2).await;
    crier.log(&format!("webhook={id}&state=exhausted"), 2).await;
    let seen = receiver.wait(6).await;
    let mut again: Vec<_> = seen[4..].iter().filter_map(|request| request.header("webhook-id")).collect();
    again.sort_unstable();
    assert_eq!(again, [&*events[0], &*events[2]]);

    let list = crier.http.get(&format!("{path}/replays")).await.expect(200);
    assert_eq!(rows(&list), std::slice::from_ref(&finished));
    let stopped = crier.http.post(&format!("{one}/stop"), json!({})).await.expect(200);
    assert_eq!(stopped, finished, "one that has ended stays as it is");
}

async fn what_can_not_be_replayed_is_refused(crier: Crier) {
    let webhook = json!({ "name": "W", "url": "https://example.com/", "topics": [TOPIC] });
    let draft = crier.http.post("/webhooks", webhook.clone()).await.expect(201);
    let replay = format!("/webhooks/{}/replay", text(&draft, "id"));
    let problem = crier.http.post(&replay, json!({})).await.problem(409);
    assert!(text(&problem, "detail").contains("draft"), "{problem:#}");
    let id = crier.active(webhook).await;
    let path = format!("/webhooks/{id}");
    for (body, field) in [
        (json!({ "filter": { "state": "done" } }), "filter.state"),
        (json!({ "filter": { "webhook": id } }), "filter.webhook"),
        (json!({ "filter": [] }), "filter"),
        (json!({ "body": "new" }), "body"),
        (json!({ "count": true }), "count"),
    ] {
        let problem = crier.http.post(&format!("{path}/replay"), body).await.problem(422);
        assert_eq!(problem["errors"][0]["field"], field, "{problem:#}");
    }
    crier.http.get(&format!("{path}/replays/rpl_1")).await.problem(404);
    crier.http.post(&format!("{path}/pause"), json!({})).await.expect(200);
    let problem = crier.http.post(&format!("{path}/replay"), json!({})).await.problem(409);
    assert!(text(&problem, "detail").contains("Activate"), "{problem:#}");
    let other = format!("/webhooks/{}/replays", text(&draft, "id"));
    assert!(rows(&crier.http.get(&other).await.expect(200)).is_empty());
}
