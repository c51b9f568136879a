//! Access tokens: fetched once, used until they are over, replaced when the receiver refuses them,
//! and never shown.

mod deliver_support;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use deliver_support::{
    World, object,
    receiver::{Receiver, Reply, Seen, status},
    settings,
};
use domain::delivery::{Delivery, Outcome, State};
use engine::{Resolver, Subject};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

const SECRET: &str = "canary-client-secret";
const SIGNING: &str = "whsec_Y2FuYXJ5LXNpZ25pbmcta2V5LTEyMzQ1Njc4";
const PASSWORD: &str = "canary-account-password";

/// A server with a token address beside the receiver; `answer` sees every request and its number
/// among those of its path.
async fn server(answer: impl Fn(&str, usize, &Seen) -> Reply + Send + Sync + 'static) -> Receiver {
    let counts = Mutex::new([0, 0]);
    Receiver::start(move |_, seen| {
        let at = usize::from(seen.path != "/token");
        let mut counts = counts.lock().expect("whole");
        counts[at] += 1;
        answer(&seen.path, counts[at], seen)
    })
    .await
}

fn token(text: &str, expires_in: &Value) -> Reply {
    let body = json!({"access_token": text, "token_type": "bearer", "expires_in": expires_in});
    Reply::Answer(200, Vec::new(), body.to_string())
}

fn error(code: u16, error: &str, description: &str) -> Reply {
    let body = json!({"error": error, "error_description": description});
    Reply::Answer(code, Vec::new(), body.to_string())
}

fn bearer(seen: &Seen) -> &str {
    seen.header("authorization").and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default()
}

fn of<'a>(seen: &'a [Seen], path: &str) -> Vec<&'a Seen> {
    seen.iter().filter(|seen| seen.path == path).collect()
}

fn client_credentials(server: &Receiver) -> Value {
    json!({"auth": {"type": "oauth2_client_credentials", "client_id": "crier & co", "scope": "hooks write",
        "token_url": format!("http://{}/token", server.address), "client_secret": SECRET}})
}

fn message(delivery: &Delivery) -> &str {
    delivery.attempts.last().and_then(|attempt| attempt.message.as_deref()).unwrap_or_default()
}

#[tokio::test]
async fn many_deliveries_share_one_token_until_it_is_over() {
    let server = server(|path, n, _| match path {
        // Late enough that others wait for it.
        "/token" => {
            Reply::After(Duration::from_millis(200), Box::new(token(&format!("token-{n}"), &json!(3600))))
        }
        _ => status(200),
    })
    .await;
    let world = World::start().await;
    world.webhook(&server.url(), client_credentials(&server)).await;
    for _ in 0..30 {
        world.publish().await;
    }
    world.until_count(State::Delivered, 30).await;
    let seen = server.seen();
    let (asked, sent) = (of(&seen, "/token"), of(&seen, "/hook"));
    assert_eq!((asked.len(), sent.len()), (1, 30));
    assert!(sent.iter().all(|seen| bearer(seen) == "token-1"));
    // RFC 6749 sections 2.3.1 and 4.4.2: a form, and the client in the header, encoded twice.
    let pair = format!("crier+%26+co:{SECRET}");
    let basic = format!("Basic {}", BASE64_STANDARD.encode(pair));
    assert_eq!(asked[0].header("authorization"), Some(basic.as_str()));
    assert_eq!(asked[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(asked[0].body, "grant_type=client_credentials&scope=hooks+write");
    // A minute before the end it is replaced.
    world.wait(3600 - 61);
    world.publish().await;
    world.until_count(State::Delivered, 31).await;
    assert_eq!(bearer(server.seen().last().expect("a request")), "token-1");
    world.wait(2);
    world.publish().await;
    world.until_count(State::Delivered, 32).await;
    assert_eq!(bearer(server.seen().last().expect("a request")), "token-2");
}

#[tokio::test]
async fn a_refused_token_is_replaced_once_within_the_attempt() {
    let server = server(|path, n, seen| match (path, bearer(seen)) {
        ("/token", _) => token(&format!("token-{n}"), &json!("3600")),
        (_, "token-1") => status(401),
        _ => status(200),
    })
    .await;
    let world = World::start().await;
    world.webhook(&server.url(), client_credentials(&server)).await;
    let event = world.publish().await;
    let delivery = world.until(event, State::Delivered).await;
    let attempt = &delivery.attempts[0];
    assert_eq!((delivery.attempts.len(), attempt.outcome), (1, Outcome::Delivered));
    assert!(message(&delivery).contains("sent twice"), "{}", message(&delivery));
    let seen = server.seen();
    let sent = of(&seen, "/hook");
    assert_eq!((of(&seen, "/token").len(), sent.len()), (2, 2));
    assert_eq!(
        (sent[0].body.as_str(), sent[0].header("webhook-id")),
        (sent[1].body.as_str(), sent[1].header("webhook-id"))
    );
    let timing = attempt.timing_ms;
    assert!(timing.token.is_some_and(|ms| ms <= timing.total) && timing.first_byte <= Some(timing.total));
    // The new one is kept.
    world.publish().await;
    world.until_count(State::Delivered, 2).await;
    assert_eq!(of(&server.seen(), "/token").len(), 2);
}

#[tokio::test]
async fn a_receiver_that_refuses_every_token_is_asked_twice_and_told_apart() {
    let server = server(|path, n, _| match path {
        "/token" => token(&format!("token-{n}"), &Value::Null),
        _ => status(401),
    })
    .await;
    let world = World::start().await;
    world.webhook(&server.url(), client_credentials(&server)).await;
    let event = world.publish().await;
    let delivery = world.until(event, State::Retrying).await;
    let attempt = &delivery.attempts[0];
    assert_eq!((delivery.attempts.len(), attempt.outcome), (1, Outcome::Status));
    assert!(message(&delivery).starts_with("The receiver answered 401 Unauthorized. It was sent twice"));
    let seen = server.seen();
    assert_eq!((of(&seen, "/token").len(), of(&seen, "/hook").len()), (2, 2));
}

#[tokio::test]
async fn what_the_token_address_refuses_is_an_outcome_and_heals() {
    let server = server(|path, n, seen| match path {
        // By header and by body the client is wrong, twice.
        "/token" if n <= 2 => {
            let client = seen.header("authorization").unwrap_or_default();
            error(400, "invalid_client", &format!("no client with {SECRET}, {client}"))
        }
        "/token" if seen.header("authorization").is_some() => error(401, "invalid_client", ""),
        "/token" if seen.body.contains("client_secret=another+secret") => token("token-by-body", &json!(60)),
        "/token" => error(400, "invalid_grant", "unexpected"),
        _ => status(200),
    })
    .await;
    let world = World::start().await;
    let id = world.webhook(&server.url(), client_credentials(&server)).await;
    let event = world.publish().await;
    let delivery = world.until(event, State::Retrying).await;
    assert_eq!(delivery.attempts[0].outcome, Outcome::Token);
    assert!(delivery.attempts[0].request.is_none(), "nothing was sent");
    let told = "The token address answered 400: invalid_client (no client with ••••••, Basic ••••••).";
    assert_eq!(message(&delivery), told);
    assert!(delivery.next_attempt_at.is_some(), "it is tried again by the schedule");
    assert!(of(&server.seen(), "/hook").is_empty());
    world.change(id, json!({"auth": {"client_secret": "another secret"}})).await;
    world.wait(10);
    world.until(event, State::Delivered).await;
    assert_eq!(bearer(server.seen().last().expect("a request")), "token-by-body");
    // What worked is tried first from now on.
    let before = of(&server.seen(), "/token").len();
    world.wait(60);
    world.publish().await;
    world.until_count(State::Delivered, 2).await;
    assert_eq!(of(&server.seen(), "/token").len(), before + 1);
}

#[tokio::test]
async fn the_password_grant_and_its_secrets_stay_secret() {
    let echo = |path: &str, _: usize, seen: &Seen| match path {
        "/token" => token("canary-access-token", &json!(60)),
        // It knows more than it was sent.
        _ => {
            let told = format!("{:?} {SECRET} {PASSWORD} {}", seen.headers, &SIGNING[6..]);
            Reply::Answer(200, vec![("x-echo", bearer(seen).to_owned())], told)
        }
    };
    let server = server(echo).await;
    let world = World::start().await;
    let auth = json!({"auth": {"type": "oauth2_password", "token_url": format!("http://{}/token", server.address),
        "client_id": "crier", "client_secret": SECRET, "username": "ana@example.com", "password": PASSWORD},
        "signing": {"scheme": "standard", "secret": SIGNING}});
    world.webhook(&server.url(), auth).await;
    let event = world.publish().await;
    let delivery = world.until(event, State::Delivered).await;
    let seen = server.seen();
    let form = format!("grant_type=password&username=ana%40example.com&password={PASSWORD}");
    assert_eq!(of(&seen, "/token")[0].body, form);
    assert_eq!(bearer(of(&seen, "/hook")[0]), "canary-access-token");
    let shown = serde_json::to_string(&delivery).expect("JSON");
    assert!(shown.contains("Bearer ••••••"), "{shown}");
    let files = world.files();
    for secret in [SECRET, PASSWORD, "canary-access-token", &SIGNING[6..]] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
        assert!(!files.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret} in a file");
    }
}

#[tokio::test]
async fn tests_and_checks_fetch_tokens_too() {
    let server = server(|path, _, seen| match (path, bearer(seen)) {
        ("/token", _) => token("good", &json!(60)),
        (_, "good") => status(204),
        _ => status(401),
    })
    .await;
    let world = World::start().await;
    let unsaved =
        || Subject::Unsaved { webhook: settings(&server.url(), client_credentials(&server)), from: None };
    let delivery = world.engine.test(&world.who, unsaved(), deliver_support::TOPIC, None).await;
    assert_eq!(delivery.expect("sent").state, State::Delivered);
    assert!(world.engine.check(&world.who, unsaved()).await.expect("checked").ok);
    // Stored secrets are not for another token address.
    let id = world.draft(&server.url(), client_credentials(&server)).await;
    let moved = object(json!({"auth": {"token_url": "https://id.example.com/token"}}));
    let subject = Subject::Unsaved { webhook: moved, from: Some(id) };
    let refused = world.engine.check(&world.who, subject).await.expect_err("refused").to_string();
    assert!(refused.contains("typed again"), "{refused}");
}

#[tokio::test]
async fn a_token_address_that_hangs_costs_no_more_than_the_limit() {
    let server = server(|path, _, _| if path == "/token" { Reply::Hang } else { status(200) }).await;
    let world = World::start().await;
    let mut members = client_credentials(&server);
    members["timeout_ms"] = json!(1000);
    world.webhook(&server.url(), members).await;
    for _ in 0..5 {
        world.publish().await;
    }
    world.until_count(State::Retrying, 5).await;
    let rows = world.rows(&Default::default()).await;
    assert!(rows.iter().all(|row| row.outcome == Some(Outcome::Token)), "{rows:?}");
    let delivery = world.engine.delivery(&world.who, rows[0].id).await.expect("there");
    assert!(message(&delivery).contains("No answer within 1 s"), "{}", message(&delivery));
    assert!(of(&server.seen(), "/hook").is_empty());
}

#[tokio::test]
async fn the_token_address_passes_the_guard() {
    let server = Receiver::with(status(200)).await;
    let names = [("id.test", "10.0.0.1"), ("hook.test", "127.0.0.1")]
        .map(|(name, ip)| (name.to_owned(), vec![ip.parse().expect("an address")]));
    let world = World::open(|config| config.resolver = Resolver::Fixed(Arc::new(names.into()))).await;
    world.engine.start();
    let port = server.address.port();
    let mut members = client_credentials(&server);
    members["auth"]["token_url"] = json!(format!("http://id.test:{port}/token"));
    world.webhook(&format!("http://hook.test:{port}/hook"), members).await;
    let event = world.publish().await;
    let delivery = world.until(event, State::Retrying).await;
    assert_eq!(delivery.attempts[0].outcome, Outcome::RefusedAddress, "{}", message(&delivery));
    assert_eq!(server.connections(), 0);
}
