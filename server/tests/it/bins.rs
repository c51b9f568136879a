//! Test receivers.

use crate::support::{Crier, fields, finish, on_both, rows, text};
use serde_json::json;

on_both!(a_test_receiver_answers_as_told deliveries_reach_it_inside_the_process);

async fn a_test_receiver_answers_as_told(crier: Crier) {
    let made = crier.http.raw("POST", "/bins", "").await.expect(201);
    let (id, url) = (text(&made, "id"), text(&made, "url"));
    assert_eq!(url, format!("{}/bin/{id}", crier.http.base));
    assert_eq!((&made["status"], &made["delay_ms"]), (&json!(200), &json!(0)));
    let path = format!("/bins/{id}");

    let anybody = reqwest::Client::new();
    let sent = anybody.put(format!("{url}?a=1")).header("x-note", "hello").body("<xml/>").send().await;
    assert_eq!(sent.expect("an answer").status(), 200);
    let caught = crier.http.get(&format!("{path}/requests")).await.expect(200);
    let request = &rows(&caught)[0];
    assert_eq!((text(request, "method"), text(request, "body")), ("PUT", "<xml/>"));
    assert_eq!(text(request, "path"), format!("/bin/{id}?a=1"));
    assert!(request["headers"].as_array().expect("headers").contains(&json!(["x-note", "hello"])));

    let changed = crier.http.patch(&path, json!({ "status": 503, "delay_ms": 1 })).await.expect(200);
    assert_eq!(changed["status"], 503);
    for method in ["GET", "POST", "DELETE", "OPTIONS", "HEAD"] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let answer = anybody.request(method, url).send().await.expect("an answer");
        assert_eq!(answer.status(), 503);
    }
    assert_eq!(crier.http.get(&path).await.expect(200)["requests"], 6);
    // Another site may make a browser send here: nobody is signed in.
    let foreign = anybody.post(url).header("origin", "https://shop.example").body("x");
    assert_eq!(finish(foreign).await.status, 503);

    for (body, field) in [
        (json!({ "status": 101 }), "status"),
        (json!({ "status": 600 }), "status"),
        (json!({ "status": "ok" }), "status"),
        (json!({ "delay_ms": 30_001 }), "delay_ms"),
        (json!({ "delay_ms": -1 }), "delay_ms"),
        (json!({ "delay": 1 }), "delay"),
    ] {
        assert_eq!(fields(&crier.http.post("/bins", body.clone()).await.problem(422)), [field]);
        assert_eq!(fields(&crier.http.patch(&path, body).await.problem(422)), [field]);
    }
    let list = crier.http.get("/bins").await.expect(200);
    assert_eq!(rows(&list).len(), 1);
    crier.http.delete(&path).await.expect(204);
    crier.http.get(&path).await.problem(404);
    assert_eq!(anybody.post(url).send().await.expect("an answer").status(), 404);
}

async fn deliveries_reach_it_inside_the_process(crier: Crier) {
    let bin = crier.http.post("/bins", json!({ "status": 202 })).await.expect(201);
    let webhook = json!({ "name": "Try", "url": bin["url"], "topics": ["learning.user.created"] });
    let id = crier.active(webhook).await;
    let event = crier.publish("learning.user.created", json!({ "user_id": 1 })).await;
    let row = crier.log(&format!("webhook={id}&state=delivered"), 1).await.remove(0);
    assert_eq!(row["http_status"], 202);
    let caught = crier.http.get(&format!("/bins/{}/requests", text(&bin, "id"))).await.expect(200);
    let headers = rows(&caught)[0]["headers"].as_array().expect("headers").clone();
    assert!(headers.contains(&json!(["webhook-id", event])), "{headers:?}");
    assert!(text(&rows(&caught)[0], "body").contains("\"user_id\":1"));
}
