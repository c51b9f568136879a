//! What stands around the pages: set-up, sign-in, cookies, origins, headers, live news.

use crate::support::{Answer, Browser, Crier, Database, Http, Page, finish, on_both, text};
use serde_json::{Value, json};
use std::time::Duration;

on_both!(the_first_account_is_made_and_sees_live_rows);

const PASSWORD: &str = "correct horse battery";

/// Sends a form as a browser does, and does not follow the redirect.
pub(crate) async fn form(http: &Http, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = http.request("POST", path).header("content-type", "application/x-www-form-urlencoded");
    finish(request.header("accept", "text/html").body(body)).await
}

/// The cookie that an answer sets, `name=value`.
pub(crate) fn cookie(answer: &Answer) -> &str {
    answer.headers.get("set-cookie").and_then(|line| line.split(';').next()).expect("it sets a cookie")
}

async fn get(http: &Http, path: &str, cookie: &str) -> Answer {
    finish(http.request("GET", path).header("cookie", cookie)).await
}

async fn the_first_account_is_made_and_sees_live_rows(crier: Crier) {
    let browser = Http::new(&crier.http.base);
    let link = crier.greeting[0].strip_prefix("Set up Crier: ").expect("a link");
    let path = link.strip_prefix(&crier.http.base).expect("our address");
    let page = browser.page(path).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Create account"), "{}", page.text);
    let token = path.split("token=").nth(1).expect("a token");
    let fields = [
        ("token", token),
        ("name", "Ann"),
        ("email", "ann@example.com"),
        ("password", PASSWORD),
        ("marketplace", "Ann's Academy"),
    ];
    let made = form(&browser, "/do/first-account", &fields).await;
    assert_eq!((made.status, made.headers["location"].as_str()), (303, "/"), "{}", made.text);
    let line = &made.headers["set-cookie"];
    assert!(
        line.starts_with("crier_session=") && line.contains("HttpOnly") && line.contains("SameSite=Lax"),
        "{line}"
    );
    let session = cookie(&made).to_owned();
    let home = get(&browser, "/", &session).await;
    assert_eq!(home.status, 200);
    assert!(home.text.contains("Ann&#x27;s Academy") || home.text.contains("Ann's Academy"), "{}", home.text);
    let again = form(&browser, "/do/first-account", &fields).await;
    assert_ne!(again.headers.get("location").map(String::as_str), Some("/"), "the link works once");

    live(&crier, &browser, &session).await;

    let out = finish(
        browser.request("POST", "/do/sign-out").header("cookie", &session).header("accept", "text/html"),
    )
    .await;
    assert_eq!(out.status, 303);
    assert_eq!(get(&browser, "/live", &session).await.status, 401, "the session is over");
}

/// Rows and caught requests reach an open stream, and filters hold.
async fn live(crier: &Crier, browser: &Http, session: &str) {
    assert_eq!(browser.page("/live").await.status, 401);
    let bin = crier.http.post("/bins", json!({})).await.expect(201);
    let webhook = json!({ "name": "Live", "url": bin["url"], "topics": ["learning.user.created"] });
    let id = crier.active(webhook).await;
    let mut all = stream(browser, "/live", session).await;
    let mut other = stream(browser, "/live?bin=bin_00000000000000000000000000000000", session).await;
    let mut one = stream(browser, &format!("/live?bin={}", text(&bin, "id")), session).await;
    crier.publish("learning.user.created", json!({ "user_id": 7 })).await;
    let delivered = next(&mut all, |kind, data| kind == "delivery" && data["state"] == "delivered").await;
    assert_eq!(delivered["webhook_id"], id);
    let caught = next(&mut one, |kind, _| {
        assert_eq!(kind, "caught", "only what the filter wants");
        true
    })
    .await;
    assert_eq!(caught["bin"], bin["id"]);
    assert_eq!(caught["request"]["method"], "POST");
    let heard = tokio::time::timeout(Duration::from_millis(300), other.chunk()).await;
    // A comment keeps the connection open.
    let is_silent =
        heard.map_or(true, |chunk| chunk.expect("it goes on").is_some_and(|it| it.starts_with(b":")));
    assert!(is_silent, "another receiver's stream stays silent");
}

pub(crate) async fn stream(http: &Http, path: &str, cookie: &str) -> reqwest::Response {
    let response = http.request("GET", path).header("cookie", cookie).send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    response
}

/// The data of the next event that is wanted.
pub(crate) async fn next(stream: &mut reqwest::Response, wanted: impl Fn(&str, &Value) -> bool) -> Value {
    let mut read = String::new();
    tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            while let Some((event, rest)) = read.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                read = rest;
                let line = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                if let (Some(kind), Some(data)) = (line("event:"), line("data:")) {
                    let data = serde_json::from_str(data).expect("JSON");
                    if wanted(kind, &data) {
                        return data;
                    }
                }
            }
            let chunk = stream.chunk().await.expect("it goes on").expect("it does not end");
            read += std::str::from_utf8(&chunk).expect("text");
        }
    })
    .await
    .expect("the event comes")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_guarded() {
    let crier = Crier::start(Database::Sqlite).await;
    let browser = Http::new(&crier.http.base);
    for path in ["/", "/webhooks", "/deliveries", "/events", "/topics", "/bins", "/settings"] {
        let answer = browser.page(path).await;
        assert!(matches!(answer.status, 302 | 303), "{path}: {}", answer.status);
        assert!(answer.headers["location"].starts_with("/login"), "{path}: {}", answer.headers["location"]);
    }
    assert_eq!(browser.page("/nothing/here").await.status, 404);
    for path in ["/pkg/nothing.js", "/pkg/..%2fCargo.toml", "/pkg/../../Cargo.toml"] {
        assert_eq!(browser.page(path).await.status, 404, "{path}");
    }
    let page = browser.page("/login").await;
    assert_eq!(page.status, 200);
    let policy = &page.headers["content-security-policy"];
    for part in [
        "default-src 'self'",
        "'strict-dynamic'",
        "'wasm-unsafe-eval'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(part), "{part} in {policy}");
    }
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce");
    assert!(page.text.contains(&format!("nonce=\"{nonce}\"")), "the scripts carry it");
    assert!(!page.text.replace(&format!("nonce=\"{nonce}\""), "").contains("nonce=\""), "and no other");
    assert!(!browser.page("/login").await.text.contains(nonce), "a new one for each answer");
    assert_eq!(page.headers["referrer-policy"], "same-origin");
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
    assert_eq!(page.headers["cache-control"], "no-store");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_sites_can_not_post() {
    let crier = Crier::start(Database::Sqlite).await;
    let own = crier.http.base.clone();
    let sign_in = || {
        crier.http.request("POST", "/do/sign-in").header("content-type", "application/x-www-form-urlencoded")
    };
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1:1"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let answer = finish(sign_in().header(name, value).body("email=a&password=b")).await;
        assert_eq!(answer.status, 403, "{name}: {value}");
    }
    let rebound = sign_in().header("host", "evil.example").header("origin", "http://evil.example");
    assert_eq!(finish(rebound.body("email=a&password=b")).await.status, 403);
    for (name, value) in [("origin", own.as_str()), ("sec-fetch-site", "same-origin")] {
        let answer =
            finish(sign_in().header(name, value).header("accept", "text/html").body("email=a&password=b"))
                .await;
        assert_ne!(answer.status, 403, "{name}: {value}");
    }
    let large = sign_in().body("x".repeat(5 << 20));
    assert_eq!(finish(large).await.status, 413);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_https_cookies_are_bound_to_it() {
    let crier =
        Crier::start_with(Database::Sqlite, &[("CRIER_PUBLIC_URL", "https://hooks.example.com")]).await;
    assert!(crier.greeting[0].starts_with("Set up Crier: https://hooks.example.com/setup?token="));
    let add = [
        "user",
        "add",
        "--email",
        "ann@example.com",
        "--name",
        "Ann",
        "--role",
        "viewer",
        "--password-stdin",
    ];
    assert!(crier.run(&add, PASSWORD).status.success());
    let browser = Http::new(&crier.http.base);
    let fields = [("email", "ann@example.com"), ("password", PASSWORD)];
    let answer = form(&browser, "/do/sign-in", &fields).await;
    let line = &answer.headers["set-cookie"];
    assert!(line.starts_with("__Host-crier_session="), "{line}");
    for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(line.contains(part), "{part} in {line}");
    }
    let session = cookie(&answer).to_owned();
    assert_eq!(get(&browser, "/", &session).await.status, 200);
    let bare = session.replace("__Host-", "");
    assert_eq!(get(&browser, "/live", &bare).await.status, 401, "only the bound name counts");
    let made = crier.http.post("/bins", json!({})).await.expect(201);
    assert!(text(&made, "url").starts_with("https://hooks.example.com/bin/"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_files_of_the_pages_are_served_and_kept() {
    let crier = Crier::start(Database::Sqlite).await;
    let page = crier.http.page("/login").await;
    let files: Vec<_> = page.text.split('"').filter(|text| text.starts_with("/pkg/")).collect();
    for (kind, content_type) in [
        ("css", "text/css; charset=utf-8"),
        ("js", "text/javascript; charset=utf-8"),
        ("wasm", "application/wasm"),
    ] {
        let is_kind = |file: &&&str| file.split('?').next().is_some_and(|path| path.ends_with(kind));
        let file = files.iter().find(is_kind).unwrap_or_else(|| panic!("the page names no {kind} file"));
        let answer = crier.http.request("GET", file).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{file} is missing: `cargo xtask build` makes the site");
        let headers = answer.headers().clone();
        assert_eq!(headers["content-type"], content_type);
        assert_eq!(headers["cache-control"], "no-cache", "asked for again, but not sent again");
        let again = crier.http.request("GET", file).header("if-none-match", &headers["etag"]);
        let again = finish(again).await;
        assert_eq!((again.status, again.text.len()), (304, 0), "{file}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_webhooks_come_in_pages() {
    let crier = Crier::start(Database::Sqlite).await;
    let browser = Browser::owner(&crier).await;
    let mut last = String::new();
    for n in 10..63 {
        let name = format!("Hook {n}");
        let webhook =
            json!({ "name": name, "url": "https://example.com/", "topics": ["learning.user.created"] });
        let made = crier.http.post("/webhooks", webhook).await.expect(201);
        last = text(&made, "id").to_owned();
    }
    let rows = |page: &Page| page.text.matches("row-link").count();
    let first = browser.open("/webhooks?state=draft").await;
    assert_eq!(rows(&first), 50);
    assert!(first.text.contains("href=\"/webhooks?state=draft&amp;cursor=50\""), "{}", first.words());
    let second = browser.open("/webhooks?state=draft&cursor=50").await;
    assert_eq!(rows(&second), 3);
    assert!(second.words().contains("Hook 62") && second.words().contains("Previous"), "{}", second.words());

    // The list beside a webhook opens where the webhook is.
    let page = browser.open(&format!("/webhooks/{last}")).await;
    let beside = page.text.split("id=\"beside\"").nth(1).and_then(|rest| rest.split("</nav>").next());
    let beside = beside.expect("the list is there");
    assert_eq!((beside.matches("<li").count(), beside.matches("aria-current=\"page\"").count()), (3, 1));
}
