//! Publishing and reading events.

use crate::support::{Crier, Receiver, on_both, rows, text};
use serde_json::json;

on_both! {
    an_idempotency_key_is_honoured
    a_batch_is_all_or_nothing_and_in_order
    payloads_arrive_as_they_were_written
    events_are_found_and_explained
}

const TOPIC: &str = "learning.user.created";

async fn an_idempotency_key_is_honoured(crier: Crier) {
    let event = json!({ "topic": TOPIC, "payload": { "user_id": 1 }, "id": "signup-1" });
    let first = crier.http.post("/events", event.clone()).await.expect(202);
    assert_eq!(first["deliveries"], 0, "there is no webhook");
    assert_eq!(crier.http.post("/events", event.clone()).await.expect(200), first);
    let mut other = event.clone();
    other["payload"]["user_id"] = json!(2);
    crier.http.post("/events", other).await.problem(409);
    let again = crier.http.post("/events/batch", json!({ "events": [event] })).await.expect(202);
    assert_eq!(rows(&again), std::slice::from_ref(&first));
    let stored = crier.http.get("/events").await.expect(200);
    assert_eq!(rows(&stored).len(), 1);
    let event = crier.http.get(&format!("/events/{}", text(&first, "id"))).await.expect(200);
    assert_eq!(event["idempotency_key"], "signup-1");
}

async fn a_batch_is_all_or_nothing_and_in_order(crier: Crier) {
    let event = |n: i32| json!({ "topic": TOPIC, "payload": { "n": n } });
    let events: Vec<_> = (0..1000).map(event).collect();
    let accepted = crier.http.post("/events/batch", json!({ "events": events })).await.expect(202);
    assert_eq!(rows(&accepted).len(), 1000);
    let ids: Vec<_> = rows(&accepted).iter().map(|row| text(row, "id").to_owned()).collect();
    assert!(ids.is_sorted(), "ids grow in the order of acceptance");
    let last = crier.http.get(&format!("/events/{}", ids[999])).await.expect(200);
    assert_eq!(last["payload"], json!({ "n": 999 }));
    let taken = json!({ "topic": TOPIC, "payload": { "n": 1 }, "id": "taken" });
    crier.http.post("/events", taken).await.expect(202);
    let clash = json!({ "topic": TOPIC, "payload": { "n": 2 }, "id": "taken" });
    crier.http.post("/events/batch", json!({ "events": [event(0), clash] })).await.problem(409);
    let mut seen = 0;
    let mut path = "/events?limit=200".to_owned();
    loop {
        let page = crier.http.get(&path).await.expect(200);
        seen += rows(&page).len();
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/events?limit=200&cursor={cursor}");
    }
    assert_eq!(seen, 1001, "nothing of the refused batch is there");
}

async fn payloads_arrive_as_they_were_written(crier: Crier) {
    let receiver = Receiver::start();
    let topic = json!({ "key": "shop.order.placed", "title": "Order placed", "sample": { "id": 1 } });
    crier.http.post("/topics", topic).await.expect(201);
    let webhook = json!({ "name": "Shop", "url": receiver.url("/"), "topics": ["shop.*"], "body_template": "{{ payload }}" });
    crier.active(webhook).await;
    let payload = r#"{"z":1.0,"a":1e400,"big":12345678901234567890123,"text":"\u00e9é\/"}"#;
    let body = format!(r#"{{ "payload" : {payload} , "topic":"shop.order.placed"}}"#);
    let accepted = crier.http.raw("POST", "/events", body).await.expect(202);
    let body = receiver.wait(1).await[0].body();
    for spelled in [r#""z":1.0"#, r#""a":1e400"#, r#""big":12345678901234567890123"#] {
        assert!(body.contains(spelled), "{spelled} in {body}");
    }
    assert!(body.find("\"z\"") < body.find("\"a\""), "members keep their order: {body}");
    let shown = crier.http.get(&format!("/events/{}", text(&accepted, "id"))).await;
    assert!(shown.text.contains(payload), "{}", shown.text);
}

async fn events_are_found_and_explained(crier: Crier) {
    let bin = crier.http.post("/bins", json!({})).await.expect(201);
    let webhook = |name: &str, topic: &str| json!({ "name": name, "url": bin["url"], "topics": [topic] });
    let wanted = crier.active(webhook("Wants it", "learning.user.*")).await;
    let other = crier.active(webhook("Other", "learning.course.created")).await;
    let event = crier.publish(TOPIC, json!({ "email": "ann.lee@example.com", "order": "A-1042" })).await;
    crier.publish(TOPIC, json!({ "email": "bob@example.com" })).await;
    for query in ["q=ann.lee@example.com", "q=A-1042", &format!("q={event}")] {
        let found = crier.http.get(&format!("/events?{query}")).await.expect(200);
        assert_eq!(rows(&found).len(), 1, "{query}");
        assert_eq!(rows(&found)[0]["id"], event, "{query}");
    }
    let none = crier.http.get("/events?topic=learning.course.*").await.expect(200);
    assert!(rows(&none).is_empty());
    let verdicts = crier.http.get(&format!("/events/{event}/explain")).await.expect(200);
    let verdict =
        |id: &str| rows(&verdicts).iter().find(|row| row["webhook_id"] == id).expect("a verdict").clone();
    assert_eq!(verdict(&wanted)["sent"], true);
    assert_eq!(verdict(&other)["sent"], false);
    assert!(!text(&verdict(&other), "reason").is_empty());
    let shown = crier.http.get(&format!("/events/{event}")).await.expect(200);
    assert_eq!(shown["payload"]["order"], "A-1042");
    assert_eq!(shown["deliveries"][0]["webhook_id"], wanted);
}
