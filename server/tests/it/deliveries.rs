//! The log and *Retry*.

use crate::support::{Crier, Receiver, eventually, on_both, rows, text};
use serde_json::json;

on_both!(a_failed_delivery_is_retried_by_hand filters_narrow_the_log);

const TOPIC: &str = "learning.user.created";

async fn a_failed_delivery_is_retried_by_hand(crier: Crier) {
    let receiver = Receiver::start();
    let webhook = json!({ "name": "Down", "url": receiver.url("/status/503"), "topics": [TOPIC], "retry": { "preset": "none" } });
    let id = crier.active(webhook).await;
    crier.publish(TOPIC, json!({ "user_id": 7 })).await;
    let failed = crier.log(&format!("webhook={id}&state=exhausted"), 1).await.remove(0);
    assert_eq!((&failed["outcome"], &failed["http_status"]), (&json!("status"), &json!(503)));
    let path = format!("/deliveries/{}", text(&failed, "id"));

    crier
        .http
        .patch(
            &format!("/webhooks/{id}"),
            json!({ "url": receiver.url("/"), "body_template": "{\"new\":true}" }),
        )
        .await
        .expect(200);
    let problem = crier.http.post(&format!("{path}/retry"), json!({ "body": "other" })).await.problem(422);
    assert_eq!(problem["errors"][0]["field"], "body");
    let retried = crier.http.raw("POST", &format!("{path}/retry"), "").await.expect(202);
    assert_eq!(retried["id"], failed["id"]);
    let arrived = receiver.wait(2).await;
    assert_eq!(arrived[0].body(), arrived[1].body(), "the same bytes");
    assert_eq!(arrived[0].header("webhook-id"), arrived[1].header("webhook-id"));
    assert_eq!(arrived[1].header("webhook-attempt"), Some("2"));
    let delivered = eventually("the delivery", || async {
        let delivery = crier.http.get(&path).await.expect(200);
        (delivery["state"] == "delivered").then_some(delivery)
    })
    .await;
    let outcomes: Vec<_> =
        delivered["attempts"].as_array().expect("attempts").iter().map(|a| a["outcome"].clone()).collect();
    assert_eq!(outcomes, ["status", "delivered"]);

    crier.http.post(&format!("{path}/retry"), json!({ "body": "render" })).await.expect(202);
    assert_eq!(receiver.wait(3).await[2].body(), r#"{"new":true}"#, "rendered again");
}

async fn filters_narrow_the_log(crier: Crier) {
    let receiver = Receiver::start();
    let webhook = |name: &str, path: &str, topic: &str| json!({ "name": name, "url": receiver.url(path), "topics": [topic], "retry": { "preset": "none" } });
    let good = crier.active(webhook("Good", "/", "learning.user.*")).await;
    let bad = crier.active(webhook("Bad", "/status/404", "learning.user.created")).await;
    let event = crier.publish(TOPIC, json!({ "email": "ann.lee@example.com" })).await;
    crier.publish("learning.user.updated", json!({ "email": "bob@example.com" })).await;
    crier.log("state=delivered,exhausted", 3).await;
    for (filter, count) in [
        (format!("webhook={good}"), 2),
        (format!("webhook={bad}&state=exhausted"), 1),
        ("topic=learning.user.created".to_owned(), 2),
        ("topic=learning.user.*".to_owned(), 3),
        ("state=exhausted".to_owned(), 1),
        ("state=delivered&state=exhausted".to_owned(), 3),
        ("outcome=status".to_owned(), 1),
        ("http_status=404".to_owned(), 1),
        ("http_status=4xx".to_owned(), 1),
        ("http_status=2xx".to_owned(), 2),
        ("test=true".to_owned(), 0),
        ("test=false".to_owned(), 3),
        (format!("event={event}"), 2),
        (format!("q={event}"), 2),
        ("q=ann.lee@example.com".to_owned(), 2),
        ("q=nobody@example.com".to_owned(), 0),
        ("from=2020-01-01&to=2021-01-01".to_owned(), 0),
        ("from=2020-01-01".to_owned(), 3),
    ] {
        let list = crier.http.get(&format!("/deliveries?{filter}")).await.expect(200);
        assert_eq!(rows(&list).len(), count, "{filter}");
    }
    let first = crier.http.get("/deliveries?limit=2").await.expect(200);
    let cursor = text(&first, "next_cursor");
    let second = crier.http.get(&format!("/deliveries?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!((rows(&first).len(), rows(&second).len()), (2, 1));
    assert!(rows(&first).iter().all(|row| row["id"] != rows(&second)[0]["id"]));
}
