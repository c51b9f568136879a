//! Fifty secrets, put in through every field by API and by form, and found nowhere but at the receiver.

use crate::support::{Browser, Crier, Database, Receiver, rows, text};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

const TOPIC: &str = "learning.user.created";
const ACCESS: &str = "access.product.granted";

/// Makes secrets, each of which is known when it is seen.
#[derive(Default)]
struct Canaries(Vec<String>);

impl Canaries {
    fn next(&mut self) -> String {
        let canary = format!("Canary{:03}xq7Zk", self.0.len());
        self.0.push(canary.clone());
        canary
    }

    /// The secret of a client, whose access token is known too: the receiver gives it backwards.
    fn client(&mut self) -> String {
        let secret = self.next();
        self.0.push(secret.chars().rev().collect());
        secret
    }

    /// Fails when one of them can be read in `bytes`, also in base64 or hex.
    #[track_caller]
    fn not_in(&self, place: &str, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let lower = text.to_ascii_lowercase();
        for canary in &self.0 {
            assert!(!text.contains(canary), "{canary} can be read in {place}");
            for at in 0..3 {
                // What any base64 of a longer text around it holds, whatever stands before.
                let encoded = BASE64_STANDARD.encode(format!("{}{canary}", &"---"[..at]));
                let middle = &encoded[4..encoded.len() - 4];
                assert!(!text.contains(middle), "{canary} can be read in {place}, as base64");
            }
            let hex: String = canary.bytes().map(|byte| format!("{byte:02x}")).collect();
            assert!(!lower.contains(&hex), "{canary} can be read in {place}, as hex");
        }
    }

    /// The same for an answer that shows the signing secret this once.
    #[track_caller]
    fn not_in_but(&self, place: &str, shown: &str, secret: &str) {
        assert!(shown.contains(secret), "{place} shows the new signing secret");
        self.not_in(place, shown.replace(secret, "").as_bytes());
    }
}

/// Authentication of every type, each with secrets of its own.
fn every_auth(canaries: &mut Canaries, receiver: &Receiver) -> Vec<Value> {
    let token_url = receiver.url("/token");
    vec![
        json!({"type": "basic", "username": "ann", "password": canaries.next()}),
        json!({"type": "header", "name": "x-api-key", "value": format!("Token token=\"{}\"", canaries.next())}),
        json!({"type": "bearer", "token": canaries.next()}),
        json!({"type": "oauth2_client_credentials", "token_url": token_url, "client_id": "crier",
            "client_secret": canaries.client()}),
        json!({"type": "oauth2_password", "token_url": token_url, "client_id": "crier",
            "client_secret": canaries.client(), "username": "ann", "password": canaries.next()}),
    ]
}

/// A webhook with this authentication, secret headers and a signing secret of its own.
fn webhook(canaries: &mut Canaries, receiver: &Receiver, auth: &Value, at: usize) -> (Value, String) {
    let secret = canaries.next();
    // A key alone, and one behind its scheme.
    let headers = [("x-first", ""), ("x-second", "ApiKey ")].map(|(name, scheme)| {
        json!({"name": name, "value": format!("{scheme}{}", canaries.next()), "secret": true})
    });
    let scheme = ["hmac_hex", "hmac_base64", "stripe"][at % 3];
    let webhook = json!({"name": format!("Canary {}", text(auth, "type")), "url": receiver.url("/echo"), "topics": [TOPIC],
        "auth": auth, "headers": headers, "signing": {"scheme": scheme, "secret": secret}});
    (webhook, secret)
}

/// The same as the console's form sends it.
fn as_form(webhook: &Value) -> Vec<(String, String)> {
    let mut form = Vec::new();
    let mut put = |name: &str, value: &str| form.push((name.to_owned(), value.to_owned()));
    let auth = &webhook["auth"];
    let basic = auth["type"] == "basic";
    for name in ["name", "url"] {
        put(name, text(webhook, name));
    }
    put("topics", TOPIC);
    put("basic", if basic { "yes" } else { "no" });
    for (name, value) in auth.as_object().expect("an object") {
        let place = match name.as_str() {
            "username" | "password" if !basic => format!("oauth.{name}"),
            name => format!("auth.{name}"),
        };
        put(&place, value.as_str().expect("text"));
    }
    for (at, header) in webhook["headers"].as_array().expect("a list").iter().enumerate() {
        put(&format!("headers.{at}.name"), text(header, "name"));
        put(&format!("headers.{at}.value"), text(header, "value"));
        put(&format!("headers.{at}.secret"), "1");
    }
    put("signing.scheme", text(&webhook["signing"], "scheme"));
    put("signing.secret", text(&webhook["signing"], "secret"));
    form
}

async fn fifty_secrets_stay_secret(crier: Crier) {
    let receiver = Receiver::start();
    let browser = Browser::owner(&crier).await;
    let mut canaries = Canaries::default();

    for (at, auth) in every_auth(&mut canaries, &receiver).iter().enumerate() {
        let (webhook, secret) = webhook(&mut canaries, &receiver, auth, at);
        let test = json!({"webhook": webhook, "topic": TOPIC});
        for call in ["/webhooks/test", "/webhooks/check"] {
            canaries.not_in(call, crier.http.post(call, test.clone()).await.text.as_bytes());
        }
        let mut wrong = webhook.clone();
        wrong["timeout_ms"] = json!(1);
        canaries.not_in("a refusal", crier.http.post("/webhooks", wrong).await.text.as_bytes());
        let made = crier.http.post("/webhooks", webhook).await;
        canaries.not_in_but("the answer to creation", &made.text, &secret);
    }
    for (at, auth) in every_auth(&mut canaries, &receiver).iter().enumerate() {
        let (webhook, secret) = webhook(&mut canaries, &receiver, auth, at);
        let form = as_form(&webhook);
        let fields: Vec<(&str, &str)> =
            form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let tested = browser.post("/do/webhooks/test-form", &fields).await;
        assert!(tested.text.contains("Test result"), "{}", tested.words());
        canaries.not_in("a tested form", tested.text.as_bytes());
        let wrong = [&fields[..], &[("timeout_s", "99")]].concat();
        let refused = browser.post("/do/webhooks/save", &wrong).await;
        assert!(refused.address.starts_with("/webhooks/new"), "{}", refused.words());
        canaries.not_in("a refused form", refused.text.as_bytes());
        let saved = browser.post("/do/webhooks/save", &fields).await;
        canaries.not_in_but("the page after saving", &saved.text, &secret);
    }
    let all = crier.http.get("/webhooks?limit=200").await.expect(200);
    let ids: Vec<&str> = rows(&all).iter().map(|webhook| text(webhook, "id")).collect();
    assert_eq!(ids.len(), 10);

    // Secrets change, and a copy has them too.
    let basic = format!("/webhooks/{}", ids[ids.len() - 1]);
    let changed = json!({"auth": {"type": "bearer", "token": canaries.next()}});
    canaries.not_in("the answer to a change", crier.http.patch(&basic, changed).await.text.as_bytes());
    let rotated = crier.http.post(&format!("{basic}/rotate-secret"), json!({})).await;
    let new = text(&rotated.expect(200)["signing"], "secret").to_owned();
    canaries.not_in_but("the answer to a rotation", &rotated.text, &new);
    canaries.0.push(new);
    let copied = crier.http.post(&format!("{basic}/duplicate"), json!({})).await;
    canaries.not_in("the answer to a copy", copied.text.as_bytes());
    let typed = [("current", canaries.next()), ("new", canaries.next())];
    let typed = typed.each_ref().map(|(name, value)| (*name, value.as_str()));
    let refused = browser.post("/do/account/password", &typed).await;
    canaries.not_in("a refused password", refused.text.as_bytes());
    assert!(canaries.0.len() >= 50, "{}", canaries.0.len());

    // The key that goes out inside bodies, by POST and in the address of a GET, to a receiver that sends it back.
    browser.post("/do/marketplace/catalogs", &[("catalogs", "learning"), ("catalogs", "access")]).await;
    let refused = [("secret_key", format!("{}-", canaries.next()))];
    let refused = browser.post("/do/marketplace/secret-key", &[("secret_key", refused[0].1.as_str())]).await;
    canaries.not_in("a refused secret key", refused.text.as_bytes());
    let key = canaries.next();
    let set = browser.post("/do/marketplace/secret-key", &[("secret_key", key.as_str())]).await;
    canaries.not_in("the page after setting the secret key", set.text.as_bytes());
    for members in [json!({}), json!({"preset": null, "method": "GET", "format": "form"})] {
        let mut action = members;
        action["url"] = json!(receiver.url("/echo"));
        let new = json!({"product": 7, "trigger": "granted", "actions": [action]});
        let made = crier.http.post("/automations", new).await.expect(201);
        let secret = text(&made["actions"][0]["signing"], "secret").to_owned();
        canaries.0.push(secret);
        let test = format!("/webhooks/{}/test", text(&made["actions"][0], "id"));
        let tested = crier.http.post(&test, json!({"topic": ACCESS})).await;
        assert!(tested.text.contains("••••••••"), "{}", tested.text);
        canaries.not_in("a test with the secret key", tested.text.as_bytes());
    }
    crier.publish(ACCESS, json!({"productId": 7})).await;

    for id in &ids {
        crier.http.post(&format!("/webhooks/{id}/activate"), json!({})).await.expect(200);
    }
    crier.publish(TOPIC, json!({"user_id": 7})).await;
    let delivered = crier.log("state=delivered&test=false", ids.len() + 2).await;
    // What the receiver got is what was put in.
    let seen = receiver.seen().iter().map(|seen| format!("{seen:?} {}", seen.body())).collect::<String>();
    assert_eq!(seen.matches(&key).count(), 4, "the secret key reaches the receiver");
    let hmac = |canary: &&String| canary.starts_with("Canary") && seen.contains(canary.as_str());
    assert!(canaries.0.iter().filter(hmac).count() >= 24, "headers and tokens reach the receiver");

    let mut pages = vec![
        "/",
        "/webhooks",
        "/webhooks/new",
        "/deliveries",
        "/events",
        "/automations",
        "/settings",
        "/settings/audit",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect::<Vec<_>>();
    for id in &ids {
        canaries.not_in("a webhook", crier.http.get(&format!("/webhooks/{id}")).await.text.as_bytes());
        pages.extend(
            ["", "/settings", "/test", "/deliveries", "/signing"].map(|tab| format!("/webhooks/{id}{tab}")),
        );
    }
    for row in &delivered {
        let path = format!("/deliveries/{}", text(row, "id"));
        let delivery = crier.http.get(&path).await.text;
        assert!(delivery.contains("••••••"), "{delivery}");
        canaries.not_in("a delivery", delivery.as_bytes());
        pages.push(path);
    }
    for page in &pages {
        canaries.not_in(page, browser.open(page).await.text.as_bytes());
    }
    for list in ["/webhooks", "/automations", "/deliveries", "/events"] {
        canaries.not_in(list, crier.http.get(list).await.text.as_bytes());
    }
    let written = crier.written();
    assert!(written.windows(TOPIC.len()).any(|part| part == TOPIC.as_bytes()), "something was written");
    canaries.not_in("what is stored or logged", &written);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    fifty_secrets_stay_secret(Crier::start_with(Database::Sqlite, &[("CRIER_LOG", "trace")]).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    fifty_secrets_stay_secret(Crier::start_with(Database::Postgres, &[("CRIER_LOG", "trace")]).await).await;
}
