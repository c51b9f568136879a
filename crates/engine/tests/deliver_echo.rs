//! Receivers that send back what they got: no secret gets into the log that way, however it is spelt.

mod deliver_support;

use deliver_support::{
    TOPIC, World,
    receiver::{Receiver, Reply, Seen},
    settings,
};
use domain::delivery::{Attempt, Outcome, State};
use engine::Subject;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use url::form_urlencoded::byte_serialize;

const MASK: &str = "••••••";

/// Webhooks whose headers hold more than a key, with what must be read at the receiver only.
fn webhooks() -> Vec<(Value, [&'static str; 2])> {
    let header = |value: &str| json!({"type": "header", "name": "authorization", "value": value});
    let own = json!([{"name": "x-own", "value": "id=47, key=\"canary<&>'own\"", "secret": true}]);
    vec![
        (json!({"auth": header("Token token=\"canary-1\""), "headers": own}), ["canary-1", "canary<&>'own"]),
        (json!({"auth": header("ApiKey canary-2"), "headers": own}), ["canary-2", "canary<&>'own"]),
        (
            json!({"auth": {"type": "bearer", "token": "canary/+3=="}, "headers": own}),
            ["canary/+3==", "canary<&>'own"],
        ),
    ]
}

/// Every secret of these tests holds it, and no spelling changes it.
const CANARY: &str = "canary";
const SPELLINGS: usize = 9;

/// What came, as one of the programs in use writes it into its answer.
fn spelt(n: usize, seen: &Seen) -> String {
    let raw: String = seen.headers.iter().map(|(name, value)| format!("{name}: {value}; ")).collect();
    let json = json!(seen.headers.iter().cloned().collect::<BTreeMap<_, _>>()).to_string();
    let each = |write: fn(char) -> String| raw.chars().map(write).collect::<String>();
    match n {
        0 => raw,
        1 => {
            let authorization = seen.header("authorization").unwrap_or_default();
            format!("unknown key {}", authorization.split_once(' ').map_or("", |(_, key)| key))
        }
        2 => json,
        3 => json.replace('/', "\\/"),
        4 => json
            .replace('<', "\\u003c")
            .replace('>', "\\u003E")
            .replace('&', "\\u0026")
            .replace('+', "\\u002b"),
        5 => byte_serialize(raw.as_bytes()).collect(),
        6 => each(|c| if c.is_ascii_alphanumeric() { c.into() } else { format!("%{:02x}", u32::from(c)) }),
        7 => raw.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
        _ => {
            each(
                |c| {
                    if matches!(c, '"' | '\'' | '<' | '&') {
                        format!("&#{};", u32::from(c))
                    } else {
                        c.into()
                    }
                },
            )
        }
    }
}

/// The answer, in headers and body.
fn told(attempt: &Attempt) -> String {
    let response = attempt.response.as_ref().expect("an answer");
    format!("{:?} {}", response.headers, response.body)
}

#[tokio::test]
async fn what_is_sent_back_is_masked_however_it_is_spelt() {
    let receiver = Receiver::start(|_, seen| {
        let n = seen.path.split_once('?').and_then(|(_, n)| n.parse().ok()).expect("a number");
        let status = if seen.method == "HEAD" { 405 } else { 200 };
        let body = if seen.method == "HEAD" { String::new() } else { spelt(n, seen) };
        Reply::Answer(status, vec![("x-told", spelt(n, seen))], body)
    })
    .await;
    let world = World::start().await;
    for n in 0..SPELLINGS {
        for (members, canaries) in webhooks() {
            let url = format!("{}?{n}", receiver.url());
            let subject = || Subject::Unsaved { webhook: settings(&url, members.clone()), from: None };
            let test = world.engine.test(&world.who, subject(), TOPIC, None).await.expect("sent");
            let check = world.engine.check(&world.who, subject()).await.expect("checked");
            for attempt in [&test.attempts[0], &check.head, check.post.as_ref().expect("sent")] {
                let told = told(attempt);
                assert!(told.contains(MASK) && !told.contains(CANARY), "{n}: {told}");
            }
            for seen in &receiver.seen()[receiver.count() - 3..] {
                let headers: String = seen.headers.iter().map(|(_, value)| value.as_str()).collect();
                assert!(canaries.iter().all(|canary| headers.contains(canary)), "it was sent: {headers}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_sent_back_is_in_no_file() {
    let receiver = Receiver::start(|_, seen| Reply::Answer(200, Vec::new(), spelt(2, seen))).await;
    let world = World::start().await;
    for (members, _) in webhooks() {
        world.webhook(&receiver.url(), members).await;
    }
    world.publish().await;
    world.until_count(State::Delivered, 3).await;
    for row in world.rows(&Default::default()).await {
        let delivery = world.engine.delivery(&world.who, row.id).await.expect("there");
        let told = told(&delivery.attempts[0]);
        assert!(told.contains(MASK) && !told.contains(CANARY), "{told}");
    }
    assert!(!world.files().windows(CANARY.len()).any(|part| part == CANARY.as_bytes()), "one is in a file");
}

#[tokio::test]
async fn an_answer_that_breaks_off_keeps_no_beginning_of_a_secret() {
    const KEPT: usize = 64 * 1024;
    const KEY: &str = "canary-0123456789";
    let world = World::start().await;
    let auth = json!({"auth": {"type": "header", "name": "x-key", "value": format!("ApiKey {KEY}")}});
    for end in [4, 5, KEY.len() - 1] {
        let long = "x".repeat(KEPT - end) + KEY;
        let cut = Receiver::with(Reply::Answer(200, Vec::new(), long + " and more")).await;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nunknown key {}", &KEY[..end]);
        let broken = Receiver::with(Reply::Raw(head.into_bytes())).await;
        for (receiver, outcome) in [(cut, Outcome::Delivered), (broken, Outcome::Protocol)] {
            let subject = Subject::Unsaved { webhook: settings(&receiver.url(), auth.clone()), from: None };
            let test = world.engine.test(&world.who, subject, TOPIC, None).await.expect("sent");
            let attempt = &test.attempts[0];
            assert_eq!(attempt.outcome, outcome);
            let response = attempt.response.as_ref().expect("an answer");
            assert_eq!(response.truncated, outcome == Outcome::Delivered);
            assert!(
                response.body.ends_with(MASK) && !response.body.contains(&KEY[..4]),
                "{outcome:?}, {end}"
            );
        }
    }
}
