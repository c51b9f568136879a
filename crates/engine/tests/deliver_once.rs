//! An event reaches its receiver as promised, and the log shows what was sent.

mod deliver_support;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use deliver_support::{
    PAYLOAD, TOPIC, World, eventually,
    receiver::{Receiver, Reply, Seen, status},
};
use domain::delivery::{Outcome, State};
use engine::{Live, OnHeld};
use serde_json::json;

/// Checks a Standard Webhooks signature, as a receiver would.
fn verify(seen: &Seen, secret: &str) {
    let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").expect("a prefix")).expect("base64");
    let header = |name: &str| seen.header(name).expect("a header");
    let signed = format!("{}.{}.{}", header("webhook-id"), header("webhook-timestamp"), seen.body);
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &key);
    let tag = aws_lc_rs::hmac::sign(&key, signed.as_bytes());
    let expected = format!("v1,{}", BASE64_STANDARD.encode(tag));
    assert!(header("webhook-signature").split(' ').any(|signature| signature == expected));
}

#[tokio::test]
async fn the_first_webhook_gets_the_first_event() {
    let receiver =
        Receiver::with(Reply::Answer(200, vec![("x-seen", "yes".to_owned())], "thanks".to_owned())).await;
    let world = World::start().await;
    let members = deliver_support::settings(&receiver.url(), json!({}));
    let saved = world.engine.create_webhook(&world.who, &members).await.expect("a webhook");
    world.engine.activate(&world.who, saved.webhook.id, OnHeld::Release).await.expect("active");
    let event = world.publish().await;
    let delivery = world.until(event, State::Delivered).await;

    let seen = &receiver.seen()[0];
    let names: Vec<&str> = seen.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "host",
            "content-type",
            "user-agent",
            "webhook-id",
            "webhook-delivery",
            "webhook-timestamp",
            "webhook-topic",
            "webhook-attempt",
            "webhook-signature",
            "content-length",
        ]
    );
    let is = |name: &str, value: &str| assert_eq!(seen.header(name), Some(value), "{name}");
    is("content-type", "application/json");
    is("user-agent", concat!("Crier/", env!("CARGO_PKG_VERSION")));
    is("webhook-id", &event.to_string());
    is("webhook-delivery", &delivery.id.expect("an id").to_string());
    is("webhook-timestamp", "1795000000");
    is("webhook-topic", TOPIC);
    is("webhook-attempt", "1");
    verify(seen, &saved.secret.expect("a secret"));
    assert!(seen.body.contains(PAYLOAD), "the payload goes out as it was written: {}", seen.body);

    let attempt = &delivery.attempts[0];
    assert_eq!((attempt.number, attempt.outcome, attempt.revision), (1, Outcome::Delivered, 1));
    let request = attempt.request.as_ref().expect("a request");
    assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", receiver.url().as_str()));
    assert_eq!(request.body, seen.body);
    assert_eq!(request.headers, seen.headers);
    let response = attempt.response.as_ref().expect("a response");
    assert_eq!((response.status, response.body.as_str()), (200, "thanks"));
    assert!(response.headers.contains(&("x-seen".to_owned(), "yes".to_owned())));
    assert!(attempt.timing_ms.total > 0.0 && attempt.timing_ms.first_byte.is_some());
    world.engine.shutdown().await;
}

#[tokio::test]
async fn secrets_reach_the_receiver_and_nobody_else() {
    let echo = |_: usize, seen: &Seen| {
        let all: Vec<String> = seen.headers.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Reply::Answer(
            200,
            vec![("x-echo", seen.header("x-token").unwrap_or_default().to_owned())],
            all.join("\n"),
        )
    };
    let receiver = Receiver::start(echo).await;
    let world = World::start().await;
    let canaries = ["canary-password-1", "canary-header-2", "canary-signing-secret-3-canary"];
    world
        .webhook(
            &receiver.url(),
            json!({
                "auth": {"type": "basic", "username": "ana", "password": canaries[0]},
                "headers": [{"name": "X-Token", "value": canaries[1], "secret": true},
                            {"name": "X-Plain", "value": "seen by all", "secret": false}],
                "signing": {"scheme": "hmac_hex", "secret": canaries[2]},
            }),
        )
        .await;
    let event = world.publish().await;
    let delivery = world.until(event, State::Delivered).await;
    let seen = &receiver.seen()[0];
    let basic = BASE64_STANDARD.encode(format!("ana:{}", canaries[0]));
    assert_eq!(seen.header("authorization"), Some(format!("Basic {basic}").as_str()));
    assert_eq!(seen.header("x-token"), Some(canaries[1]));
    assert_eq!(seen.header("x-plain"), Some("seen by all"));
    assert!(seen.header("x-hub-signature-256").expect("signed").starts_with("sha256="));
    let shown = serde_json::to_string(&delivery).expect("JSON");
    assert!(shown.contains("seen by all") && shown.contains("Basic ••••••"), "{shown}");
    let files = world.files();
    for secret in canaries.into_iter().chain([basic.as_str()]) {
        assert!(!shown.contains(secret), "{secret} in {shown}");
        assert!(!files.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret} in a file");
    }
}

#[tokio::test]
async fn a_get_carries_its_fields_in_the_query() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    let members =
        json!({"method": "GET", "format": "form", "body_template": r#"{"id":{{ payload.user_id }}}"#});
    world.webhook(&format!("{}?key=a%20b", receiver.url()), members).await;
    let event = world.publish().await;
    let delivery = world.until(event, State::Delivered).await;
    let seen = &receiver.seen()[0];
    assert_eq!(
        (seen.method.as_str(), seen.path.as_str(), seen.body.as_str()),
        ("GET", "/hook?key=a%20b&id=7", "")
    );
    assert_eq!((seen.header("content-type"), seen.header("content-length")), (None, None));
    let request = delivery.attempts[0].request.clone().expect("a request");
    assert_eq!((request.method.as_str(), request.body.as_str()), ("GET", ""));
    assert!(request.url.ends_with("/hook?key=a%20b&id=7"));
}

#[tokio::test]
async fn formats_have_their_exact_content_type() {
    let receiver = Receiver::with(status(204)).await;
    let world = World::start().await;
    for (format, content_type) in [
        ("xml", "application/xml"),
        ("form", "application/x-www-form-urlencoded"),
        ("json", "application/json"),
    ] {
        world.webhook(&receiver.url(), json!({ "format": format, "name": content_type })).await;
    }
    world.publish().await;
    world.until_count(State::Delivered, 3).await;
    let mut types: Vec<_> =
        receiver.seen().iter().map(|s| s.header("content-type").map(str::to_owned)).collect();
    types.sort();
    assert_eq!(
        types,
        ["application/json", "application/x-www-form-urlencoded", "application/xml"]
            .map(|t| Some(t.to_owned()))
    );
    let xml = receiver.seen().into_iter().find(|seen| seen.body.starts_with('<')).expect("XML");
    assert!(xml.body.contains("<email>ana@example.com</email>"), "{}", xml.body);
}

#[tokio::test]
async fn first_attempts_start_in_the_order_of_acceptance() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    world.webhook(&receiver.url(), json!({ "max_in_flight": 1 })).await;
    let mut accepted = Vec::new();
    for n in 0..60 {
        accepted.push(world.publish_payload(&format!(r#"{{"n":{n}}}"#)).await.to_string());
    }
    eventually(async || receiver.count() == 60).await;
    let seen: Vec<String> =
        receiver.seen().iter().map(|seen| seen.header("webhook-id").unwrap_or_default().to_owned()).collect();
    assert_eq!(seen, accepted);
}

#[tokio::test]
async fn a_hanging_receiver_slows_only_itself() {
    let (hanging, quick) = (Receiver::with(Reply::Hang).await, Receiver::with(status(200)).await);
    let world = World::start().await;
    world.webhook(&hanging.url(), json!({ "timeout_ms": 30_000 })).await;
    world.webhook(&quick.url(), json!({})).await;
    for _ in 0..40 {
        world.publish().await;
    }
    eventually(async || quick.count() == 40).await;
    assert_eq!(hanging.count(), 8, "an untried webhook gets 8 requests at the same time");
}

#[tokio::test]
async fn open_consoles_hear_of_every_step() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    world.webhook(&receiver.url(), json!({})).await;
    let mut news = world.engine.live(&world.who).expect("news");
    let event = world.publish().await;
    let mut states = Vec::new();
    while states.last() != Some(&State::Delivered) {
        match news.next().await.expect("news") {
            Live::Delivery(row) if row.event_id == event => states.push(row.state),
            other => panic!("unexpected {other:?}"),
        }
    }
    // It starts the moment it is accepted: nobody is told of what lies between.
    assert_eq!(states, [State::Sending, State::Delivered]);
    world.engine.stop();
    assert_eq!(news.next().await, None);
}

#[tokio::test]
async fn own_test_receivers_are_answered_inside() {
    // Nothing may be dialled, and nobody listens at the public address.
    let world = World::open(|config| config.allowed_networks.clear()).await;
    world.engine.start();
    let bin = world.engine.create_bin(&world.who, Some(202), None).await.expect("a test receiver");
    world.webhook(&bin.url, json!({"auth": {"type": "bearer", "token": "canary-token"}})).await;
    let event = world.publish().await;
    let delivery = world.until(event, State::Delivered).await;
    let attempt = &delivery.attempts[0];
    assert_eq!(attempt.response.as_ref().map(|response| response.status), Some(202));
    let caught = world.engine.bin_requests(&world.who, &bin.id).await.expect("caught");
    assert_eq!(caught.len(), 1);
    assert!(caught[0].body.contains(PAYLOAD));
    assert!(caught[0].headers.iter().any(|(name, _)| name == "webhook-signature"));
    assert!(!format!("{caught:?}").contains("canary-token"));
}
