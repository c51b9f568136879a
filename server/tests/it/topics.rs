//! Topics: the catalog's and own ones.

use crate::support::{Crier, fields, on_both, rows, text};
use serde_json::json;

on_both! {
    own_topics_are_made_changed_and_deleted
    schemas_are_shown_taken_and_checked
    bc_41_enterprise_topics_are_locked_and_unlocked
    the_marketplace_is_read_and_changed
}

async fn own_topics_are_made_changed_and_deleted(crier: Crier) {
    let built_in = crier.http.get("/topics/learning.sale.created").await.expect(200);
    assert_eq!(built_in["built_in"], true);
    assert!(built_in["sample"].is_object() && built_in["schema"]["properties"]["total"].is_object());
    crier.http.patch("/topics/learning.sale.created", json!({ "title": "Mine" })).await.problem(409);
    crier.http.delete("/topics/learning.sale.created").await.problem(409);

    let sample = r#"{"order_id":1042,"total":19.90,"rate":1e2}"#;
    let body =
        format!(r#"{{"key":"shop.order.placed","title":"Order placed","description":"","sample":{sample}}}"#);
    let made = crier.http.raw("POST", "/topics", body.clone()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert!(made.text.contains(r#""rate":1e2"#) && made.text.contains(r#""total":19.90"#), "{}", made.text);
    crier.http.raw("POST", "/topics", body).await.problem(422);
    let changed =
        crier.http.patch("/topics/shop.order.placed", json!({ "title": "Ordered" })).await.expect(200);
    assert_eq!((text(&changed, "title"), &changed["built_in"]), ("Ordered", &json!(false)));
    assert_eq!(rows(&crier.http.get("/topics").await.expect(200)).len(), 25);
    for (body, field) in [
        (json!({ "title": "x", "sample": {} }), "key"),
        (json!({ "key": "shop.order", "title": "x", "sample": {} }), "key"),
        (json!({ "key": "learning.order.placed", "title": "x", "sample": {} }), "key"),
        (json!({ "key": "shop.order.paid", "sample": {} }), "title"),
        (json!({ "key": "shop.order.paid", "title": "x", "sample": [] }), "sample"),
        (json!({ "key": "shop.order.paid", "title": "x", "sample": {}, "colour": 1 }), "colour"),
    ] {
        assert_eq!(fields(&crier.http.post("/topics", body).await.problem(422)), [field]);
    }
    let webhook = json!({ "name": "Shop", "url": "https://example.com/", "topics": ["shop.order.placed"] });
    crier.http.post("/webhooks", webhook).await.expect(201);
    crier.http.delete("/topics/shop.order.placed").await.problem(409);
    crier
        .http
        .raw("POST", "/topics", r#"{"key":"shop.order.paid","title":"Paid","sample":{}}"#)
        .await
        .expect(201);
    crier.http.delete("/topics/shop.order.paid").await.expect(204);
    crier.http.get("/topics/shop.order.paid").await.problem(404);
}

async fn schemas_are_shown_taken_and_checked(crier: Crier) {
    let built_in = crier.http.get("/topics/learning.test.completed").await.expect(200);
    let properties = &built_in["schema"]["properties"];
    assert_eq!(properties["manual_scoring"]["type"], json!(["string", "null"]), "may be null");
    assert_eq!((&properties["id"]["type"], &built_in["enterprise"]), (&json!("number"), &json!(false)));

    let schema = r#"{"required":["id"],"properties":{"id":{"type":"integer","maximum":1e400}}}"#;
    let topic = |sample: &str, schema: &str| {
        format!(r#"{{"key":"shop.order.placed","title":"Placed","sample":{sample},"schema":{schema}}}"#)
    };
    for (sample, schema, field) in [
        ("{}", r#"{"type":"thing"}"#, "schema"),
        ("{}", r#"{"$ref":"https://example.com/schema.json"}"#, "schema"),
        ("{}", "[]", "schema"),
        (r#"{"id":"1"}"#, schema, "sample"),
    ] {
        let refused = crier.http.raw("POST", "/topics", topic(sample, schema)).await.problem(422);
        assert_eq!(fields(&refused), [field], "{refused:#}");
    }
    crier.http.get("/topics/shop.order.placed").await.problem(404);
    let made = crier.http.raw("POST", "/topics", topic(r#"{"id":1}"#, schema)).await;
    assert!(made.status == 201 && made.text.contains(schema), "as it was written: {}", made.text);

    let event = |payload: serde_json::Value| json!({ "topic": "shop.order.placed", "payload": payload });
    let set =
        async |how: &str| crier.http.patch("/marketplace", json!({ "schema_check": how })).await.expect(200);
    set("warn").await;
    let noted = crier.http.post("/events", event(json!({ "id": "x" }))).await.expect(202);
    let noted = crier.http.get(&format!("/events/{}", text(&noted, "id"))).await.expect(200);
    assert_eq!(
        noted["schema_errors"],
        json!([{ "field": "payload.id", "message": "This has to be a whole number." }])
    );
    set("refuse").await;
    let refused = crier.http.post("/events", event(json!({}))).await.problem(422);
    assert_eq!(fields(&refused), ["payload.id"]);
    let batch = json!({ "events": [event(json!({ "id": 1 })), event(json!({ "id": 1.5 }))] });
    assert_eq!(fields(&crier.http.post("/events/batch", batch).await.problem(422)), ["events.1.payload.id"]);
    assert_eq!(rows(&crier.http.get("/events").await.expect(200)).len(), 1, "nothing of it is stored");
    crier.http.patch("/topics/shop.order.placed", json!({ "schema": null })).await.expect(200);
    crier.http.post("/events", event(json!({}))).await.expect(202);
}

async fn bc_41_enterprise_topics_are_locked_and_unlocked(crier: Crier) {
    let group = "learning.group.created";
    let webhook = json!({ "name": "Groups", "url": "https://example.com/", "topics": [group] });
    let made = crier.http.post("/webhooks", webhook.clone()).await.expect(201);
    let lock = json!({ "enterprise_topics": "locked" });
    let refused = crier.http.patch("/marketplace", lock.clone()).await.problem(422);
    assert_eq!(fields(&refused), ["enterprise_topics"]);
    crier.http.delete(&format!("/webhooks/{}", text(&made, "id"))).await;
    crier.http.patch("/marketplace", lock).await.expect(200);
    let shown = crier.http.get(&format!("/topics/{group}")).await.expect(200);
    assert_eq!((&shown["enterprise"], &shown["locked"]), (&json!(true), &json!(true)));
    assert_eq!(fields(&crier.http.post("/webhooks", webhook).await.problem(422)), ["topics.0"]);
    let event = json!({ "topic": group, "payload": {} });
    assert_eq!(fields(&crier.http.post("/events", event).await.problem(422)), ["topic"]);
}

async fn the_marketplace_is_read_and_changed(crier: Crier) {
    let read = crier.http.get("/marketplace").await.expect(200);
    let all = json!({
        "slug": "default", "name": "default", "domain_id": "default", "tenant_id": "default",
        "catalogs": ["learning"], "schema_check": "off", "enterprise_topics": "available",
    });
    assert_eq!(read, all);
    assert_eq!(
        crier.http.patch("/marketplace", read).await.expect(200),
        all,
        "what was read can be sent back"
    );
    let half =
        json!({ "name": "Half", "catalogs": ["acme"], "schema_check": "perhaps", "enterprise_topics": 1 });
    let refused = crier.http.patch("/marketplace", half).await.problem(422);
    assert_eq!(fields(&refused), ["catalogs", "schema_check", "enterprise_topics"]);
    let refused =
        crier.http.patch("/marketplace", json!({ "slug": "other", "colour": 1 })).await.problem(422);
    assert_eq!(fields(&refused), ["slug", "colour"]);
    assert_eq!(crier.http.get("/marketplace").await.expect(200), all, "nothing is half saved");
    let new = json!({ "tenant_id": "3", "catalogs": ["visitor", "access"], "schema_check": "refuse" });
    let changed = crier.http.patch("/marketplace", new).await.expect(200);
    assert_eq!(changed["catalogs"], json!(["access", "visitor"]), "in the order of the catalogs");
    assert_eq!((&changed["tenant_id"], &changed["name"]), (&json!("3"), &json!("default")));
    assert_eq!(crier.http.get("/marketplace").await.expect(200), changed);
}
