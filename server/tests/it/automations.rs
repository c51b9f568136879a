//! Automations over REST.

use crate::support::{Browser, Crier, Receiver, fields, on_both, rows, text};
use serde_json::json;

on_both!(an_automation_is_made_changed_and_deleted what_the_automation_sets_is_refused_elsewhere);

const KEY: &str = "s3cretKEY";

async fn switch_on(crier: &Crier) -> Browser {
    let browser = Browser::owner(crier).await;
    browser.post("/do/marketplace/catalogs", &[("catalogs", "learning"), ("catalogs", "access")]).await;
    browser
}

async fn an_automation_is_made_changed_and_deleted(crier: Crier) {
    let receiver = Receiver::start();
    let off = crier.http.post("/automations", json!({ "product": "7" })).await.problem(409);
    assert!(text(&off, "detail").contains("Settings"), "{off}");
    let browser = switch_on(&crier).await;
    browser.post("/do/marketplace/secret-key", &[("secret_key", KEY)]).await;

    for (body, wrong) in [
        (json!({}), vec!["product"]),
        (json!({ "product": true }), vec!["product"]),
        (json!({ "product": 7, "trigger": "gained", "colour": 1 }), vec!["trigger", "colour"]),
        (json!({ "product": 7, "actions": [{ "url": "https://example.com" }] }), vec!["trigger"]),
        (
            json!({ "product": "", "trigger": "granted", "actions": [{ "url": "ftp://x" }, { "topics": [] }] }),
            vec!["product", "actions.0.url", "actions.1.topics"],
        ),
        (json!({ "product": 7, "actions": [7] }), vec!["actions.0"]),
    ] {
        assert_eq!(fields(&crier.http.post("/automations", body).await.problem(422)), wrong);
    }
    assert!(rows(&crier.http.get("/automations").await.expect(200)).is_empty(), "all or nothing");
    assert!(rows(&crier.http.get("/webhooks").await.expect(200)).is_empty(), "all or nothing");

    let body = json!({ "product": 7, "name": "Gold", "trigger": "granted", "actions": [{ "url": receiver.url("/in") }] });
    let made = crier.http.post("/automations", body).await.expect(201);
    assert_eq!(
        (&made["product"], &made["name"], &made["trigger"]),
        (&json!("7"), &json!("Gold"), &json!("granted"))
    );
    let action = &made["actions"][0];
    assert_eq!((&action["state"], &action["preset"]), (&json!("active"), &json!("dap")));
    assert!(text(&action["signing"], "secret").starts_with("whsec_"), "told once");
    let path = format!("/automations/{}", text(&made, "id"));
    let read = crier.http.get(&path).await.expect(200);
    assert_eq!(read["actions"][0]["signing"]["secret"], json!({ "set": true }));
    assert_eq!(action["owner"], made["id"]);

    crier.publish("access.product.granted", json!({ "user_id": 1, "productId": 7 })).await;
    crier.publish("access.product.granted", json!({ "user_id": 2, "productId": 70 })).await;
    crier.publish("access.product.revoked", json!({ "user_id": 3, "productId": 7 })).await;
    let seen = receiver.wait(1).await;
    let sent = format!(r#"{{"user_id":1,"productId":7,"fields":{{"secretKey":"{KEY}"}}}}"#);
    assert_eq!(seen[0].body(), sent);
    let log = crier.log("state=delivered", 1).await;
    let delivery = crier.http.get(&format!("/deliveries/{}", text(&log[0], "id"))).await;
    assert!(delivery.text.contains("••••••••") && !delivery.text.contains(KEY), "{}", delivery.text);

    let changed = crier.http.patch(&path, json!({ "trigger": "revoked", "name": null })).await.expect(200);
    assert_eq!((&changed["trigger"], &changed["name"]), (&json!("revoked"), &json!(null)));
    assert_eq!(changed["actions"][0]["topics"], json!(["access.product.revoked"]));
    let problem = crier.http.patch(&path, json!({ "product": 8 })).await.problem(422);
    assert_eq!(fields(&problem), ["product"]);
    crier.publish("access.product.revoked", json!({ "productId": "7" })).await;
    assert_eq!(receiver.wait(2).await[1].header("webhook-topic"), Some("access.product.revoked"));

    let more = json!({ "url": receiver.url("/more"), "name": "More", "format": "xml" });
    let added = crier.http.post(&format!("{path}/actions"), more).await.expect(201);
    assert_eq!((&added["name"], &added["state"]), (&json!("More"), &json!("active")));
    let list = crier.http.get("/automations?limit=1").await.expect(200);
    assert_eq!(rows(&list)[0]["actions"].as_array().map(Vec::len), Some(2));
    assert_eq!(list["next_cursor"], json!(null));

    crier.http.delete(&path).await.expect(204);
    crier.http.get(&path).await.problem(404);
    crier.http.get(&format!("/webhooks/{}", text(&added, "id"))).await.problem(404);
    assert_eq!(crier.log("", 2).await.len(), 2, "the log stays");
}

async fn what_the_automation_sets_is_refused_elsewhere(crier: Crier) {
    let browser = switch_on(&crier).await;
    let url = "https://example.com/hook";
    let body = json!({ "product": "gold", "trigger": "granted", "actions": [{ "url": url, "name": "CRM" }] });
    let made = crier.http.post("/automations", body).await.expect(201);
    let action = &made["actions"][0];
    let path = format!("/webhooks/{}", text(action, "id"));
    for owned in [json!({ "topics": ["learning.*.created"] }), json!({ "conditions": null })] {
        crier.http.patch(&path, owned).await.problem(422);
    }
    let actions = format!("/automations/{}/actions", text(&made, "id"));
    let problem = crier.http.post(&actions, json!({ "url": url, "conditions": null })).await.problem(422);
    assert_eq!(fields(&problem), ["conditions"]);

    // The webhook's pages say so, and its form changes the rest.
    for page in ["", "/settings"] {
        let page = browser.open(&format!("{path}{page}")).await;
        assert!(page.words().contains("Part of the automation “Product gold”"), "{}", page.words());
    }
    assert!(browser.open("/webhooks").await.words().contains("Part of the automation “Product gold”"));
    let id = text(action, "id");
    let form = [
        ("id", id),
        ("revision", "1"),
        ("name", "Billing"),
        ("url", url),
        ("preset", "dap"),
        ("owner", text(&made, "id")),
    ];
    let saved = browser.post("/do/webhooks/save", &form).await;
    assert!(saved.words().contains("Saved."), "{}", saved.words());
    let read = crier.http.get(&path).await.expect(200);
    assert_eq!((&read["name"], &read["topics"]), (&json!("Billing"), &action["topics"]));
    assert_eq!(read["conditions"], action["conditions"]);
}
