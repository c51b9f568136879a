//! Campaigns over REST, and the `frequency` of any webhook.

use crate::support::{Browser, Crier, Receiver, fields, on_both, rows, text};
use serde_json::{Value, json};

on_both!(a_campaign_goes_from_draft_to_receiver a_webhook_lets_one_event_of_a_key_through);

fn whole(url: &str) -> Value {
    json!({
        "name": "Packing",
        "trigger": { "on": "item", "match": "prefix", "value": "TP-", "known_only": false },
        "webhook": {
            "url": url, "method": "GET", "profile_fields": ["profileid"],
            "static_fields": [{ "name": "automationid", "value": "4 2" }],
            "headers": [{ "name": "X-Api-Key", "value": "s3cret", "secret": true }],
        },
        "stop": { "restart_after_s": 3600 },
    })
}

async fn a_campaign_goes_from_draft_to_receiver(crier: Crier) {
    let receiver = Receiver::start();
    let refused = crier.http.post("/campaigns", whole(&receiver.url("/start"))).await.problem(422);
    assert_eq!(fields(&refused), ["trigger"], "its catalog is off");
    let owner = Browser::owner(&crier).await;
    owner.post("/do/marketplace/catalogs", &[("catalogs", "learning"), ("catalogs", "visitor")]).await;

    let draft = crier.http.post("/campaigns", json!({ "name": "Packing" })).await.expect(201);
    assert_eq!((text(&draft, "state"), &draft["webhook_id"]), ("draft", &Value::Null));
    let path = format!("/campaigns/{}", text(&draft, "id"));
    let activate = format!("{path}/activate");
    let missing = crier.http.post(&activate, json!({})).await.problem(422);
    assert_eq!(fields(&missing), ["trigger", "webhook", "stop"]);
    crier.http.post(&format!("{path}/pause"), json!({})).await.problem(409);

    let saved = crier.http.patch(&path, whole(&receiver.url("/start"))).await.expect(200);
    assert_eq!(saved["webhook"]["headers"][0]["value"], json!({ "set": true }));
    assert_eq!(crier.http.get(&path).await.expect(200), saved);
    let active = crier.http.post(&activate, json!({})).await.expect(200);
    assert_eq!(text(&active, "state"), "active");
    // An answer can be sent back.
    assert_eq!(crier.http.patch(&path, active.clone()).await.expect(200), active);
    for (change, field) in [
        (json!({ "stop": null }), "stop"),
        (json!({ "trigger": { "value": "" } }), "trigger.value"),
        (
            json!({ "webhook": { "static_fields": [{ "name": "profileid", "value": "1" }] } }),
            "webhook.static_fields.0.name",
        ),
        (json!({ "webhook": { "colour": 1 } }), "webhook.colour"),
        (json!({ "webhook": { "url": "http://10.0.0.1/" } }), "webhook.url"),
    ] {
        let refused = crier.http.patch(&path, change).await.problem(422);
        assert!(fields(&refused).contains(&field), "{refused}");
    }
    assert_eq!(crier.http.get(&path).await.expect(200), active, "nothing is half saved");

    let item = |id: &str| json!({ "visitorid": "v-1", "item": { "id": id } });
    crier.publish("visitor.item.viewed", item("TP-28")).await;
    crier.publish("visitor.item.viewed", item("TP-30")).await;
    crier.publish("visitor.item.viewed", item("XX-1")).await;
    let webhook = text(&active, "webhook_id");
    let log = crier.log(&format!("webhook={webhook}"), 2).await;
    let seen = &receiver.wait(1).await[0];
    assert_eq!(seen.path, "/start?automationid=4+2");
    let held: Vec<_> = log.iter().filter(|row| row["state"] == "discarded").collect();
    assert_eq!((held.len(), &held[0]["outcome"]), (1, &json!("frequency")));
    let shown = crier.http.get(&format!("/deliveries/{}", text(held[0], "id"))).await.expect(200);
    assert_eq!(
        (&shown["outcome"], shown["attempts"].as_array().map(Vec::len)),
        (&json!("frequency"), Some(0))
    );

    crier.http.delete(&format!("/webhooks/{webhook}")).await.problem(409);
    assert_eq!(rows(&crier.http.get("/campaigns?limit=1").await.expect(200)).len(), 1);
    let deleted = crier.http.delete(&path).await;
    deleted.expect(204);
    crier.http.get(&path).await.problem(404);
    crier.http.get(&format!("/webhooks/{webhook}")).await.problem(404);
}

async fn a_webhook_lets_one_event_of_a_key_through(crier: Crier) {
    let receiver = Receiver::start();
    let frequency = json!({ "key": ["payload.user.id", "payload.email"], "window_s": 86_400 });
    let webhook = json!({
        "name": "Once", "url": receiver.url("/"), "topics": ["learning.user.created"], "frequency": frequency,
    });
    let made = crier.http.post("/webhooks", webhook).await.expect(201);
    assert_eq!(made["frequency"], frequency);
    crier.http.post(&format!("/webhooks/{}/activate", text(&made, "id")), json!({})).await.expect(200);
    for payload in [
        json!({ "user": { "id": 7 } }),
        json!({ "user": { "id": "7" }, "email": "a@example.com" }),
        json!({ "email": "a@example.com" }),
        json!({ "email": null }),
        json!({ "email": null }),
    ] {
        crier.publish("learning.user.created", payload).await;
    }
    receiver.wait(4).await;
    let held = crier.log("outcome=frequency", 1).await;
    let event = crier.http.get(&format!("/events/{}/explain", text(&held[0], "event_id"))).await.expect(200);
    let verdict = &event["data"][0];
    assert_eq!(verdict["sent"], false, "{event}");
    assert_eq!(verdict["reason"], "Not sent: the same payload.user.id had one in the last 24 hours.");
}
