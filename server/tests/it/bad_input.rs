//! What can't work is refused at the field that is wrong, and nothing of it is stored.

use crate::support::{Crier, Database, fields, on_both, rows, text};
use serde_json::{Value, json};

on_both!(webhooks_are_refused_at_the_field events_are_refused_and_nothing_is_stored bodies_are_refused);

/// A change to a webhook that is good otherwise, and the field that must be named.
fn bad_members() -> Vec<(Value, &'static str)> {
    vec![
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x".repeat(121) }), "name"),
        (json!({ "name": 7 }), "name"),
        (json!({ "url": "not a url" }), "url"),
        (json!({ "url": "ftp://example.com/" }), "url"),
        (json!({ "url": "https://user:pass@example.com/" }), "url"),
        (json!({ "url": "http://10.0.0.1/" }), "url"),
        (json!({ "url": "http://169.254.169.254/latest" }), "url"),
        (json!({ "url": "http://[::ffff:10.0.0.1]/" }), "url"),
        (json!({ "url": "https://example.com:25/" }), "url"),
        (json!({ "method": "PUT" }), "method"),
        (json!({ "method": "GET", "format": "json" }), "format"),
        (json!({ "topics": [] }), "topics"),
        (json!({ "topics": ["learning.user.invented"] }), "topics"),
        (json!({ "topics": "learning.user.created" }), "topics"),
        (json!({ "format": "yaml" }), "format"),
        (json!({ "body_template": "{{ payload.email" }), "body_template"),
        (json!({ "body_template": "{\"a\": }" }), "body_template"),
        (json!({ "format": "xml", "body_template": "<a><b></a>" }), "body_template"),
        (json!({ "auth": { "type": "basic", "username": "sync" } }), "auth.password"),
        (json!({ "auth": { "type": "basic", "username": "a:b", "password": "x" } }), "auth.username"),
        (json!({ "auth": { "type": "header", "name": "host", "value": "x" } }), "auth.name"),
        (json!({ "auth": { "type": "bearer" } }), "auth.token"),
        (json!({ "auth": { "type": "magic" } }), "auth.type"),
        (json!({ "auth": { "type": "oauth2_client_credentials" } }), "auth"),
        (json!({ "auth": { "type": "oauth1" } }), "auth.type"),
        (json!({ "headers": [{ "name": "webhook-id", "value": "x" }] }), "headers.0.name"),
        (json!({ "headers": [{ "name": "transfer-encoding", "value": "x" }] }), "headers.0.name"),
        (json!({ "headers": [{ "name": "x-a", "value": "a\r\nb: c" }] }), "headers.0.value"),
        (
            json!({ "headers": [{ "name": "x-a", "value": "1" }, { "name": "X-A", "value": "2" }] }),
            "headers.1.name",
        ),
        (json!({ "signing": { "scheme": "md5" } }), "signing.scheme"),
        (json!({ "conditions": { "field": "payload.a", "op": "like", "value": 1 } }), "conditions.op"),
        (json!({ "success": "3xx" }), "success"),
        (json!({ "on_410": "ignore" }), "on_410"),
        (json!({ "retry": { "preset": "forever" } }), "retry.preset"),
        (json!({ "timeout_ms": 999 }), "timeout_ms"),
        (json!({ "timeout_ms": 30_001 }), "timeout_ms"),
        (json!({ "max_in_flight": 0 }), "max_in_flight"),
        (json!({ "rate_per_second": 0 }), "rate_per_second"),
        (json!({ "rate_per_second": 10_001 }), "rate_per_second"),
        (json!({ "frequency": { "key": "payload.id", "window_s": 59 } }), "frequency.window_s"),
        (json!({ "frequency": { "key": "id", "window_s": 60 } }), "frequency.key"),
        (json!({ "fields": [{ "name": "a", "from": "payload.a", "value": "1" }] }), "fields.0.from"),
        (json!({ "fields": [{ "name": "a", "from": "order.a" }] }), "fields.0.from"),
        (
            json!({ "fields": [{ "name": "a", "from": "payload.a" }, { "name": "a", "value": "1" }] }),
            "fields.1.name",
        ),
        (json!({ "fields": [] }), "fields"),
        (json!({ "fields": [{ "name": "a", "value": "1" }], "body_template": "{}" }), "fields"),
        (json!({ "preset": "acme" }), "preset"),
        (json!({ "preset": "appdirect", "format": "xml" }), "format"),
        (json!({ "preset": "dap", "method": "GET", "format": "form" }), "method"),
        (json!({ "alert_recipients": ["ann@example.com"] }), "alert_recipients"),
        (json!({ "colour": "blue" }), "colour"),
    ]
}

fn good() -> Value {
    json!({ "name": "Good", "url": "https://example.com/hook", "topics": ["learning.user.created"] })
}

fn with(change: &Value) -> Value {
    let mut webhook = good();
    for (name, value) in change.as_object().expect("an object") {
        webhook[name] = value.clone();
    }
    webhook
}

async fn webhooks_are_refused_at_the_field(crier: Crier) {
    let saved = crier.http.post("/webhooks", good()).await.expect(201);
    let path = format!("/webhooks/{}", text(&saved, "id"));
    for (change, field) in bad_members() {
        let problem = crier.http.post("/webhooks", with(&change)).await.problem(422);
        assert_at(&problem, field, &change);
        let mut patch = change.clone();
        patch["revision"] = json!(1);
        let problem = crier.http.patch(&path, patch).await.problem(422);
        assert_at(&problem, field, &change);
        let unsaved = json!({ "webhook": with(&change), "topic": "learning.user.created" });
        let problem = crier.http.post("/webhooks/test", unsaved).await.problem(422);
        assert_at(&problem, &format!("webhook.{field}"), &change);
    }
    for missing in ["name", "url", "topics"] {
        let mut webhook = good();
        webhook.as_object_mut().expect("an object").remove(missing);
        let problem = crier.http.post("/webhooks", webhook).await.problem(422);
        assert_eq!(fields(&problem), [missing]);
    }
    let webhook = json!({ "name": "", "url": "x", "topics": [], "timeout_ms": 1 });
    let problem = crier.http.post("/webhooks", webhook).await.problem(422);
    assert_eq!(fields(&problem), ["name", "url", "topics", "timeout_ms"], "everything at once");
    let problem =
        crier.http.post("/webhooks", with(&json!({ "body_template": "{\n  \"a\": {{ oops }\n}" }))).await;
    let error = &problem.problem(422)["errors"][0];
    assert_eq!(error["line"], 2, "{error}");
    assert!(error["column"].is_u64(), "{error}");
    let list = crier.http.get("/webhooks").await.expect(200);
    assert_eq!(rows(&list).len(), 1, "only the good one is stored");
    assert_eq!(rows(&list)[0]["revision"], 1, "and nothing changed it");
}

/// Every error is at the field or inside it, and one of them is exactly there or below.
fn assert_at(problem: &Value, field: &str, change: &Value) {
    let named = fields(problem);
    let inside = |name: &&str| *name == field || name.starts_with(&format!("{field}."));
    assert!(!named.is_empty() && named.iter().all(inside), "{change}: {named:?} instead of {field}");
}

async fn events_are_refused_and_nothing_is_stored(crier: Crier) {
    crier.active(json!({ "name": "All", "url": "https://example.com/", "topics": ["learning.*"] })).await;
    let topic = "learning.user.created";
    let deep = format!("{}1{}", r#"{"a":"#.repeat(129), "}".repeat(129));
    let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(1 << 20));
    let bad = [
        (r#"{"payload":{}}"#.to_owned(), "topic"),
        (r#"{"topic":"learning.user.invented","payload":{}}"#.to_owned(), "topic"),
        (r#"{"topic":7,"payload":{}}"#.to_owned(), "topic"),
        (format!(r#"{{"topic":"{topic}"}}"#), "payload"),
        (format!(r#"{{"topic":"{topic}","payload":null}}"#), "payload"),
        (format!(r#"{{"topic":"{topic}","payload":[1]}}"#), "payload"),
        (format!(r#"{{"topic":"{topic}","payload":"{{}}"}}"#), "payload"),
        (format!(r#"{{"topic":"{topic}","payload":{deep}}}"#), "payload"),
        (format!(r#"{{"topic":"{topic}","payload":{large}}}"#), "payload"),
        (format!(r#"{{"topic":"{topic}","payload":{{"a":"\ud800"}}}}"#), "payload"),
        (format!(r#"{{"topic":"{topic}","payload":{{"a":1,"b":2,"a":3}}}}"#), "payload"),
        (format!(r#"{{"topic":"{topic}","payload":{{}},"id":"{}"}}"#, "x".repeat(256)), "id"),
        (format!(r#"{{"topic":"{topic}","payload":{{}},"occurred_at":"yesterday"}}"#), "occurred_at"),
        (format!(r#"{{"topic":"{topic}","payload":{{}},"priority":1}}"#), "priority"),
        (format!(r#"{{"topic":"{topic}","topic":"{topic}","payload":{{}}}}"#), "topic"),
    ];
    for (body, field) in bad {
        let shown = body.chars().take(120).collect::<String>();
        let problem = crier.http.raw("POST", "/events", body.clone()).await.problem(422);
        assert_eq!(fields(&problem), [field], "{shown}");
        if body.len() < 1000 {
            let good = format!(r#"{{"topic":"{topic}","payload":{{}}}}"#);
            let batch = format!(r#"{{"events":[{good},{body}]}}"#);
            let problem = crier.http.raw("POST", "/events/batch", batch).await.problem(422);
            assert_eq!(fields(&problem), [format!("events.1.{field}")], "{shown}");
        }
    }
    let many: Vec<Value> = (0..1001).map(|_| json!({ "topic": topic, "payload": {} })).collect();
    let problem = crier.http.post("/events/batch", json!({ "events": many })).await.problem(422);
    assert_eq!(fields(&problem), ["events"]);
    let stored = crier.http.get("/events").await.expect(200);
    assert!(rows(&stored).is_empty(), "{stored:#}");
    let sent = crier.http.get("/deliveries").await.expect(200);
    assert!(rows(&sent).is_empty(), "{sent:#}");
}

async fn bodies_are_refused(crier: Crier) {
    for path in ["/events", "/events/batch", "/webhooks", "/topics", "/keys", "/webhooks/test"] {
        crier.http.raw("POST", path, "{\"topic\":").await.problem(400);
        crier.http.raw("POST", path, "").await.problem(400);
        crier.http.raw("POST", path, b"{\"a\":\"\xff\"}".to_vec()).await.problem(400);
        crier.http.raw("POST", path, "[]").await.problem(422);
        let form = crier.http.request("POST", &format!("/api/v1{path}")).body("a=1");
        crate::support::finish(form.header("content-type", "application/x-www-form-urlencoded"))
            .await
            .problem(415);
    }
    let large = format!(r#"{{"topic":"{}"}}"#, "x".repeat(3 << 20));
    crier.http.raw("POST", "/events", large).await.problem(413);
    let large = format!(r#"{{"events":"{}"}}"#, "x".repeat(17 << 20));
    crier.http.raw("POST", "/events/batch", large).await.problem(413);
    for (path, field) in [
        ("/deliveries?limit=0", "limit"),
        ("/deliveries?limit=201", "limit"),
        ("/deliveries?cursor=!", "cursor"),
        ("/deliveries?state=done", "state"),
        ("/deliveries?outcome=bad", "outcome"),
        ("/deliveries?webhook=7", "webhook"),
        ("/deliveries?http_status=9000", "http_status"),
        ("/deliveries?from=yesterday", "from"),
        ("/deliveries?sort=up", "sort"),
        ("/events?state=held", "state"),
        ("/webhooks?limit=x", "limit"),
    ] {
        let problem = crier.http.get(path).await.problem(422);
        assert_eq!(fields(&problem), [field], "{path}");
    }
    crier.http.get("/nothing").await.problem(404);
    crier.http.get("/campaign").await.problem(404);
    crier.http.post("/events/1/replay", json!({})).await.problem(404);
    crier.http.raw("PUT", "/events", "{}").await.problem(405);
    for path in
        ["/events/evt_1", "/webhooks/x", "/deliveries/dlv_00000000000070008000000000000000", "/bins/x"]
    {
        crier.http.get(path).await.problem(404);
    }
    crier.http.get("/topics/learning.user.invented").await.problem(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_private_address_is_taken_unless_the_operator_says_so() {
    let crier = Crier::start_with(Database::Sqlite, &[("CRIER_OUTGOING__ALLOWED_NETWORKS", "")]).await;
    for url in [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://[::1]/",
        "http://localhost/",
        "http://foo.localhost/",
        "http://metadata.google.internal./",
        "http://100.64.0.1/",
        "http://[fd00::1]/",
    ] {
        let problem = crier.http.post("/webhooks", with(&json!({ "url": url }))).await.problem(422);
        assert_eq!(fields(&problem), ["url"], "{url}");
    }
    // A test receiver of our own is answered inside the process, wherever that listens.
    let bin = crier.http.post("/bins", json!({})).await.expect(201);
    crier.http.post("/webhooks", with(&json!({ "url": bin["url"] }))).await.expect(201);
}
