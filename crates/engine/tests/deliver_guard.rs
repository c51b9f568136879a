//! Nothing is sent where it must not go: at every place that sends.

mod deliver_support;

use deliver_support::{
    PAYLOAD, TOPIC, World,
    receiver::{Receiver, Reply, Seen, status},
    settings,
};
use domain::delivery::{Outcome, State};
use engine::{Error, Resolver, Subject};
use serde_json::{Value, json};
use std::{collections::HashMap, net::IpAddr, sync::Arc};

/// Nothing is allowed, and `inner.test` leads to where the receiver listens.
async fn strict() -> World {
    let world = World::open(|config| {
        config.allowed_networks.clear();
        let inner: Vec<IpAddr> =
            vec!["93.184.215.14".parse().expect("an address"), "127.0.0.1".parse().expect("one")];
        config.resolver = Resolver::Fixed(Arc::new(HashMap::from([("inner.test".to_owned(), inner)])));
    })
    .await;
    world.engine.start();
    world
}

#[tokio::test]
async fn forbidden_addresses_are_refused_at_every_place_without_a_connection() {
    let receiver = Receiver::with(status(200)).await;
    let port = receiver.address.port();
    let world = strict().await;
    for host in ["127.0.0.1", "127.1", "0x7f000001", "[::ffff:127.0.0.1]", "localhost", "0", "[::1]"] {
        let url = format!("http://{host}:{port}/");
        let webhook = settings(&url, json!({}));
        let saved = world.engine.create_webhook(&world.who, &webhook).await;
        assert!(
            matches!(&saved, Err(Error::Invalid(invalid)) if invalid.at("url").is_some()),
            "{host}: {saved:?}"
        );
        let subject = || Subject::Unsaved { webhook: webhook.clone(), from: None };
        let test = world.engine.test(&world.who, subject(), TOPIC, None).await;
        assert!(
            matches!(&test, Err(Error::Invalid(invalid)) if invalid.at("url").is_some()),
            "{host}: {test:?}"
        );
        let check = world.engine.check(&world.who, subject()).await;
        assert!(
            matches!(&check, Err(Error::Invalid(invalid)) if invalid.at("url").is_some()),
            "{host}: {check:?}"
        );
    }
    // A name can be saved; what it leads to is judged at each sending.
    let url = format!("http://inner.test:{port}/");
    let webhook = settings(&url, json!({}));
    let id = world.webhook(&url, json!({"retry": {"schedule_s": [1]}})).await;
    let subject = || Subject::Unsaved { webhook: webhook.clone(), from: None };
    let test = world.engine.test(&world.who, subject(), TOPIC, None).await.expect("tried");
    assert_eq!(test.attempts[0].outcome, Outcome::RefusedAddress);
    let check = world.engine.check(&world.who, Subject::Saved(id)).await.expect("tried");
    assert!(!check.ok);
    let event = world.publish().await;
    world.until(event, State::Retrying).await;
    world.wait(1);
    let delivery = world.until(event, State::Exhausted).await;
    assert!(delivery.attempts.iter().all(|attempt| attempt.outcome == Outcome::RefusedAddress));
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn redirects_lead_nowhere() {
    let inner = Receiver::with(status(200)).await;
    for code in [301, 302, 303, 307, 308] {
        let to = inner.url();
        let receiver =
            Receiver::start(move |_, _| Reply::Answer(code, vec![("location", to.clone())], String::new()))
                .await;
        let world = World::start().await;
        world.webhook(&receiver.url(), json!({"retry": {"preset": "none"}})).await;
        let event = world.publish().await;
        let delivery = world.until(event, State::Exhausted).await;
        let message = delivery.attempts[0].message.clone().expect("a message");
        assert!(message.contains("Redirects are not followed"), "{message}");
    }
    assert_eq!(inner.connections(), 0);
}

/// Webhooks in which a value of the manager's comes into the head of the request, each at another place.
fn with_value(receiver: &Receiver, value: &str) -> [Value; 9] {
    let url = receiver.url();
    [
        json!({"headers": [{"name": "x-own", "value": value}]}),
        json!({"headers": [{"name": value, "value": "1"}]}),
        json!({"auth": {"type": "header", "name": "x-key", "value": value}}),
        json!({"auth": {"type": "header", "name": value, "value": "1"}}),
        json!({"auth": {"type": "bearer", "token": value}}),
        json!({"auth": {"type": "basic", "username": value, "password": value}}),
        json!({"signing": {"scheme": "hmac_hex", "header": value}}),
        json!({"method": "GET", "format": "form", "fields": [{"name": "a", "value": value}]}),
        json!({"url": format!("{url}?a={value}")}),
    ]
    .map(|mut members| {
        members["url"] = members["url"].as_str().unwrap_or(&url).into();
        members
    })
}

#[tokio::test]
async fn no_value_becomes_a_header_of_its_own() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    // The names of the headers that came; `None` when it was refused. The receiver tells lines apart by LF and CRLF.
    let try_it = async |members: &Value| {
        let webhook = settings("", members.clone());
        let subject = Subject::Unsaved { webhook, from: None };
        let before = receiver.count();
        match world.engine.test(&world.who, subject, TOPIC, None).await {
            Err(Error::Invalid(_)) => assert_eq!(receiver.count(), before, "refused, and sent: {members}"),
            Err(error) => panic!("{members}: {error}"),
            Ok(test) => assert_eq!(test.attempts[0].outcome, Outcome::Delivered, "{members}"),
        }
        let seen = receiver.seen().split_off(before);
        assert!(seen.len() < 2, "one request became {}: {members}", seen.len());
        for text in
            seen.iter().flat_map(|seen| seen.headers.iter().map(|(_, value)| value).chain([&seen.path]))
        {
            assert!(!text.contains(char::is_control), "{text:?}: {members}");
        }
        let names = |seen: &Seen| seen.headers.iter().map(|(name, _)| name.to_lowercase()).collect();
        seen.first().map(names)
    };
    let mut as_usual: Vec<Vec<String>> = Vec::new();
    for members in with_value(&receiver, "x-harmless") {
        as_usual.push(try_it(&members).await.expect("a usual value is sent"));
    }
    let mut tries = 0;
    for evil in [
        "a\r\nx-evil: 1",
        "a\nx-evil: 1",
        "a\rx-evil: 1",
        "a\0x-evil: 1",
        "a\r\n\r\nPOST / HTTP/1.1\r\nx-evil: 1",
        "a%0d%0ax-evil: 1",
        "a\u{560d}\u{560a}x-evil: 1",
    ] {
        for (members, usual) in with_value(&receiver, evil).iter().zip(&as_usual) {
            tries += 1;
            if let Some(names) = try_it(members).await {
                assert_eq!(names, *usual, "{members}");
            }
        }
    }
    assert!(tries >= 50, "{tries}");
    for name in
        ["host", "content-length", "transfer-encoding", "connection", "webhook-id", "content-type", "te"]
    {
        let webhook = settings(&receiver.url(), json!({"headers": [{"name": name, "value": "1"}]}));
        let saved = world.engine.create_webhook(&world.who, &webhook).await;
        assert!(matches!(saved, Err(Error::Invalid(_))), "{name}: {saved:?}");
    }
}

#[tokio::test]
async fn an_endless_answer_is_cut_and_kept_no_longer() {
    let head = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let receiver =
        Receiver::with(Reply::Endless(head, vec![b'x'; 8192], std::time::Duration::from_millis(1))).await;
    let world = World::start().await;
    world.webhook(&receiver.url(), json!({})).await;
    let event = world.publish_payload(PAYLOAD).await;
    let delivery = world.until(event, State::Delivered).await;
    let response = delivery.attempts[0].response.clone().expect("a response");
    assert_eq!((response.body.len(), response.truncated), (64 * 1024, true));
}
