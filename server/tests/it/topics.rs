//! Topics: the catalog's and own ones.

use crate::support::{Crier, fields, on_both, rows, text};
use serde_json::json;

on_both!(own_topics_are_made_changed_and_deleted);

async fn own_topics_are_made_changed_and_deleted(crier: Crier) {
    let built_in = crier.http.get("/topics/learning.sale.created").await.expect(200);
    assert_eq!(built_in["built_in"], true);
    assert!(built_in["sample"].is_object());
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
