//! Views that pages report: by a public key, from allowed websites, and known visitors by proof.

use crate::support::{Answer, Browser, Crier, Http, fields, finish, on_both, rows, text};
use domain::{signature::Signer, webhook::Signing};
use serde_json::{Value, json};

on_both! {
    the_website_tag_is_set_and_rotated
    pages_of_allowed_websites_report_views
    a_proof_makes_a_visitor_known
    profiles_are_kept_by_the_platforms_key
}

const SHOP: &str = "https://shop.example.com";

async fn catalogs(crier: &Crier, on: &[&str]) {
    let fields: Vec<_> = on.iter().map(|key| ("catalogs", *key)).collect();
    Browser::owner(crier).await.post("/do/marketplace/catalogs", &fields).await;
}

fn anonymous(crier: &Crier) -> Http {
    Http::new(&crier.http.base)
}

/// Switches catalog and tag on; the tag with its secret.
async fn switch_on(crier: &Crier) -> Value {
    catalogs(crier, &["learning", "visitor"]).await;
    let body = json!({"origins": [format!("{SHOP}/"), "http://127.0.0.1:8080"]});
    crier.http.raw("PUT", "/tracking", body.to_string()).await.expect(201)
}

/// What a page of `origin` sends.
async fn view(crier: &Crier, query: &str, origin: Option<&str>, body: impl Into<String>) -> Answer {
    let request = anonymous(crier).request("POST", &format!("/api/v1/visits{query}"));
    let request = request.header("content-type", "text/plain;charset=UTF-8").body(body.into());
    finish(match origin {
        Some(origin) => request.header("origin", origin),
        None => request,
    })
    .await
}

fn page() -> Value {
    json!({"url": format!("{SHOP}/guides"), "title": "Guides", "referrer": "", "page_type": null})
}

/// HMAC-SHA256 in hex, as a webhook would sign a body that is the id.
fn proof(id: &str, secret: &str) -> String {
    let signing: Signing =
        serde_json::from_value(json!({"scheme": "hmac_hex", "header": null})).expect("signing");
    let signer = Signer::new(&signing, secret, None).expect("reads").expect("signs");
    let signed = signer.sign("", 0, id.as_bytes(), false).expect("signs");
    signed.strip_prefix("sha256=").expect("its scheme").to_owned()
}

async fn the_website_tag_is_set_and_rotated(crier: Crier) {
    let none = crier.http.get("/tracking").await.expect(200);
    let off = json!({"on": false, "key": null, "origins": [], "identify_secret": {"set": false}, "last_view_at": null});
    assert_eq!(none, off);
    crier.http.post("/tracking/rotate", json!({"what": "key"})).await.problem(409);
    let put = async |body: Value| crier.http.raw("PUT", "/tracking", body.to_string()).await;
    for (body, field) in [
        (json!({}), "origins"),
        (json!({"origins": "https://shop.example.com"}), "origins"),
        (json!({"origins": ["https://a.example", "a.example"]}), "origins.1"),
        (json!({"origins": [], "on": 1}), "on"),
        (json!({"origins": [], "key": "crt_mine"}), "key"),
        (json!({"origins": [], "identify_secret": "cis_mine"}), "identify_secret"),
        (json!({"origins": [], "colour": 1}), "colour"),
    ] {
        assert_eq!(fields(&put(body).await.problem(422)), [field]);
    }
    let made = switch_on(&crier).await;
    assert!(
        text(&made, "key").starts_with("crt_") && text(&made, "identify_secret").starts_with("cis_"),
        "{made}"
    );
    assert_eq!(made["origins"], json!([SHOP, "http://127.0.0.1:8080"]));
    let shown = crier.http.get("/tracking").await.expect(200);
    assert_eq!(shown["identify_secret"], json!({"set": true}));
    assert_eq!(put(shown.clone()).await.expect(200), shown, "sent back as it was read");

    let rotated = crier.http.post("/tracking/rotate", json!({"what": "identify_secret"})).await.expect(200);
    assert!(rotated["identify_secret"] != made["identify_secret"] && rotated["identify_secret"].is_string());
    assert_eq!(rotated["key"], made["key"]);
    let rotated = crier.http.post("/tracking/rotate", json!({"what": "key"})).await.expect(200);
    assert_ne!(rotated["key"], made["key"]);
    assert_eq!(rotated["identify_secret"], json!({"set": true}));
    for (body, field) in [(json!({}), "what"), (json!({"what": "all"}), "what")] {
        assert_eq!(fields(&crier.http.post("/tracking/rotate", body).await.problem(422)), [field]);
    }
    let old = view(&crier, &format!("?key={}", text(&made, "key")), Some(SHOP), page().to_string()).await;
    old.problem(401);
}

async fn pages_of_allowed_websites_report_views(crier: Crier) {
    crier.http.raw("PUT", "/tracking", json!({"origins": [SHOP]}).to_string()).await.expect(201);
    let key = text(&crier.http.get("/tracking").await.expect(200), "key").to_owned();
    let query = format!("?key={key}");
    let off = view(&crier, &query, Some(SHOP), page().to_string()).await;
    let told = off.problem(409);
    assert!(text(&told, "detail").contains("Settings → Marketplace"), "{told}");
    catalogs(&crier, &["visitor"]).await;

    let seen = view(&crier, &query, Some(SHOP), page().to_string()).await;
    let id = seen.expect(202)["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        (seen.headers["access-control-allow-origin"].as_str(), seen.headers["vary"].as_str()),
        (SHOP, "origin")
    );
    assert!(
        !seen.headers.contains_key("set-cookie")
            && !seen.headers.contains_key("access-control-allow-credentials")
    );
    let event = crier.http.get(&format!("/events/{id}")).await.expect(200);
    assert_eq!(event["topic"], "visitor.page.viewed");
    assert_eq!(event["payload"], json!({"url": format!("{SHOP}/guides"), "title": "Guides"}));
    assert_eq!(event["profile"], Value::Null);
    let item = format!(
        r#"{{"item":{{"price":1.10,"id":"TP-28"}},"visitor":"v-1","url":"{SHOP}/p/1","page_type":"product","key":"{key}"}}"#
    );
    let id = view(&crier, "", Some(SHOP), item).await.expect(202)["id"].as_str().expect("an id").to_owned();
    let event = crier.http.get(&format!("/events/{id}")).await;
    let kept = format!(
        r#""payload":{{"visitorid":"v-1","url":"{SHOP}/p/1","page_type":"product","item":{{"price":1.10,"id":"TP-28"}}}}"#
    );
    assert!(event.text.contains(&kept) && event.text.contains("visitor.item.viewed"), "{}", event.text);
    assert!(crier.http.get("/tracking").await.expect(200)["last_view_at"].is_string());

    // Who may not, and who reads nothing of it.
    for origin in
        [None, Some("https://evil.example"), Some("https://shop.example.com.evil.example"), Some("null")]
    {
        let refused = view(&crier, &query, origin, page().to_string()).await;
        refused.problem(403);
        assert!(!refused.headers.contains_key("access-control-allow-origin"), "{origin:?}");
    }
    view(&crier, "", Some(SHOP), page().to_string()).await.problem(401);
    view(&crier, "?key=crt_0", Some(SHOP), page().to_string()).await.problem(401);
    let api_key = crier.key("manage");
    view(&crier, &format!("?key={api_key}"), Some(SHOP), page().to_string()).await.problem(401);
    let by_api_key = crier.http.request("POST", "/api/v1/visits").header("origin", SHOP);
    finish(by_api_key.body(page().to_string())).await.problem(401);

    // What is wrong with a view, its page may read.
    for (body, status, wrong) in [
        (json!({"url": "/guides"}), 422, vec!["url"]),
        (json!({"url": format!("{SHOP}/"), "colour": 1, "item": []}), 422, vec!["item", "colour"]),
        (
            json!({"url": format!("{SHOP}/"), "profile": {"id": "p-1", "role": 1}}),
            422,
            vec!["profile.hmac", "profile.role"],
        ),
        (json!({"url": format!("{SHOP}/"), "email": "a@example.com"}), 422, vec!["email"]),
        (json!({"url": format!("{SHOP}/"), "title": "x".repeat(20_000)}), 413, vec![]),
    ] {
        let refused = view(&crier, &query, Some(SHOP), body.to_string()).await;
        assert_eq!(fields(&refused.problem(status)), wrong);
        assert_eq!(refused.headers.contains_key("access-control-allow-origin"), status == 422);
    }
    view(&crier, &query, Some(SHOP), "{").await.problem(400);
    view(&crier, &format!("{query}&colour=1"), Some(SHOP), page().to_string()).await.problem(422);
    let form = anonymous(&crier).request("POST", &format!("/api/v1/visits{query}")).header("origin", SHOP);
    let form = form.header("content-type", "application/x-www-form-urlencoded").body("url=x");
    finish(form).await.problem(415);

    // JSON by its name asks for leave first.
    let preflight = async |query: &str, origin: &str| {
        let asked = anonymous(&crier).request("OPTIONS", &format!("/api/v1/visits{query}"));
        let asked = asked.header("access-control-request-method", "POST");
        finish(asked.header("access-control-request-headers", "content-type").header("origin", origin)).await
    };
    let allowed = preflight(&query, SHOP).await;
    assert_eq!(allowed.status, 204);
    assert_eq!(allowed.headers["access-control-allow-origin"], SHOP);
    assert_eq!(allowed.headers["access-control-allow-methods"], "POST");
    assert_eq!(allowed.headers["access-control-allow-headers"], "content-type");
    for (query, origin) in [(query.as_str(), "https://evil.example"), ("", SHOP)] {
        let refused = preflight(query, origin).await;
        assert!(refused.status >= 400 && !refused.headers.contains_key("access-control-allow-origin"));
    }

    // However many come, there is an end to what is taken from one address.
    let mut taken = 0;
    let told = loop {
        let answer = view(&crier, &query, Some(SHOP), "{").await;
        if answer.status == 429 {
            break answer;
        }
        taken += 1;
        assert!(taken < 5000, "no limit");
    };
    assert!(
        told.headers["retry-after"].parse::<u32>().is_ok_and(|seconds| seconds >= 1),
        "{:?}",
        told.headers
    );
    told.problem(429);

    let script = anonymous(&crier).page("/track.js").await;
    assert_eq!(script.status, 200);
    assert!(script.headers["content-type"].starts_with("text/javascript"));
    assert_eq!(script.headers["cache-control"], "public, max-age=3600");
    assert!(!script.headers.contains_key("set-cookie"));
}

async fn a_proof_makes_a_visitor_known(mut crier: Crier) {
    let made = switch_on(&crier).await;
    let (query, secret) = (format!("?key={}", text(&made, "key")), text(&made, "identify_secret").to_owned());
    let profile = json!({"email": "ada@example.com"}).to_string();
    crier.http.raw("PUT", "/profiles/p-1", profile).await.expect(201);
    let known = |id: &str, hmac: &str| {
        let mut body = page();
        body["profile"] = json!({"id": id, "hmac": hmac});
        body.to_string()
    };
    let event = async |crier: &Crier, answer: Answer| {
        let id = answer.expect(202)["id"].as_str().expect("an id").to_owned();
        crier.http.get(&format!("/events/{id}")).await.expect(200)
    };
    let seen = view(&crier, &query, Some(SHOP), known("p-1", &proof("p-1", &secret))).await;
    let seen = event(&crier, seen).await;
    assert_eq!(seen["payload"]["profileid"], "p-1");
    assert_eq!(seen["profile"], json!({"profileid": "p-1", "email": "ada@example.com"}));
    let seen = view(&crier, &query, Some(SHOP), known("new", &proof("new", &secret))).await;
    assert_eq!(event(&crier, seen).await["profile"], json!({"profileid": "new"}));
    for hmac in [
        proof("p-2", &secret),
        proof("p-1", "cis_guessed"),
        proof("p-1", &secret).to_uppercase(),
        String::new(),
    ] {
        let refused = view(&crier, &query, Some(SHOP), known("p-1", &hmac)).await;
        assert_eq!(fields(&refused.problem(422)), ["profile.hmac"], "{hmac}");
    }
    // The platform says who it is by itself.
    let id = crier.publish("visitor.page.viewed", json!({"profileid": "p-1", "url": "/"})).await;
    let seen = crier.http.get(&format!("/events/{id}")).await.expect(200);
    assert_eq!(seen["profile"]["email"], "ada@example.com");

    // Another key at rest opens the secret as the old one did.
    let written = String::from_utf8_lossy(&crier.written()).contains(&secret);
    assert!(!written, "the secret is kept or logged in clear");
    crier.stop("-TERM");
    let rotated = crier.run(&["secrets", "rotate"], "");
    assert!(rotated.status.success(), "{}", String::from_utf8_lossy(&rotated.stderr));
    crier.start_again();
    let seen = view(&crier, &query, Some(SHOP), known("p-1", &proof("p-1", &secret))).await;
    assert_eq!(event(&crier, seen).await["profile"]["profileid"], "p-1");
}

async fn profiles_are_kept_by_the_platforms_key(crier: Crier) {
    let platform = crier.with_scope("events");
    let reader = crier.with_scope("read");
    let fields_text = r#"{"score":1.10,"email":"ada@example.com","big":12345678901234567890123}"#;
    let made = platform.raw("PUT", "/profiles/a%2Fb%20%C3%BC", fields_text).await;
    made.expect(201);
    assert!(
        made.text.contains(&format!(r#"{{"id":"a/b ü","fields":{fields_text},"created_at""#)),
        "{}",
        made.text
    );
    platform.raw("PUT", "/profiles/a%2Fb%20%C3%BC", "{}").await.expect(200);
    platform.raw("PUT", "/profiles/second", r#"{"a":1}"#).await.expect(201);
    platform.get("/profiles/second").await.problem(403);
    reader.raw("PUT", "/profiles/second", "{}").await.problem(403);
    reader.delete("/profiles/second").await.problem(403);
    assert_eq!(reader.get("/profiles/second").await.expect(200)["fields"], json!({"a": 1}));
    let first = reader.get("/profiles?limit=1").await.expect(200);
    assert_eq!(text(&rows(&first)[0], "id"), "second");
    let rest = reader.get(&format!("/profiles?cursor={}", text(&first, "next_cursor"))).await.expect(200);
    assert_eq!(
        (rows(&rest).len(), text(&rows(&rest)[0], "id"), &rest["next_cursor"]),
        (1, "a/b ü", &Value::Null)
    );

    platform.raw("PUT", "/profiles/p", "{").await.problem(400);
    for body in ["[]", r#"{"a":1,"a":2}"#, r#"{"a":"\ud800"}"#] {
        platform.raw("PUT", "/profiles/p", body).await.problem(422);
    }
    platform.raw("PUT", &format!("/profiles/{}", "x".repeat(256)), "{}").await.problem(422);
    let large = json!({"a": "x".repeat(64 << 10)}).to_string();
    platform.raw("PUT", "/profiles/p", large).await.problem(413);

    let event = crier.publish("learning.user.created", json!({"profileid": "second"})).await;
    platform.delete("/profiles/second").await.expect(204);
    platform.delete("/profiles/second").await.problem(404);
    let event = crier.http.get(&format!("/events/{event}")).await.expect(200);
    assert_eq!(event["profile"], json!({"profileid": "second", "a": 1}), "as it was at acceptance");
    platform.raw("PUT", "/profiles/third", r#"{"email":"ada@example.com"}"#).await.expect(201);
    let erased = crier.http.post("/events/erase", json!({"value": "ada@example.com"})).await.expect(200);
    assert_eq!(erased, json!({"events": 0, "bin_requests": 0, "profiles": 1, "erased": true}));
    reader.get("/profiles/third").await.problem(404);
}
