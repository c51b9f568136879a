//! Failures: tried again by the schedule, with the same bytes; given up; held for a person.

mod deliver_support;

use deliver_support::{
    World, eventually,
    receiver::{Receiver, Reply, status},
};
use domain::{
    delivery::{Outcome, State},
    webhook,
};
use engine::{Error, OnHeld, RetryBody};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_failure_is_tried_again_with_the_same_bytes() {
    let receiver = Receiver::start(|n, _| status(if n == 0 { 500 } else { 200 })).await;
    let world = World::start().await;
    let id = world.webhook(&receiver.url(), json!({})).await;
    let event = world.publish().await;
    let waiting = world.until(event, State::Retrying).await;
    let failed = &waiting.attempts[0];
    assert_eq!(failed.outcome, Outcome::Status);
    assert_eq!(failed.message.as_deref(), Some("The receiver answered 500 Internal Server Error."));
    let wait = waiting.next_attempt_at.expect("a next attempt").ms() - failed.at.ms();
    assert!((4000..=6000).contains(&wait), "5 s with 20 % jitter, not {wait} ms");

    // What is sent is fixed; where and how is current.
    let other = Receiver::with(status(200)).await;
    world
        .change(id, json!({"url": other.url(), "body_template": "{\"other\":1}", "headers": [{"name":"X-New","value":"1"}]}))
        .await;
    world.wait(6);
    let delivery = world.until(event, State::Delivered).await;
    let (first, second) = (&receiver.seen()[0], &other.seen()[0]);
    assert_eq!(first.body, second.body);
    assert_eq!(first.header("webhook-id"), second.header("webhook-id"));
    assert_eq!(first.header("webhook-delivery"), second.header("webhook-delivery"));
    assert_eq!(second.header("webhook-attempt"), Some("2"));
    assert_eq!(second.header("webhook-timestamp"), Some("1795000006"));
    assert_eq!(second.header("x-new"), Some("1"));
    let revisions: Vec<_> = delivery.attempts.iter().map(|attempt| attempt.revision).collect();
    assert_eq!(revisions, [1, 2]);
}

#[tokio::test]
async fn a_schedule_ends_and_a_person_can_try_again() {
    let receiver = Receiver::start(|n, _| status(if n < 4 { 503 } else { 200 })).await;
    let world = World::start().await;
    let id = world.webhook(&receiver.url(), json!({"retry": {"schedule_s": [10]}})).await;
    let event = world.publish().await;
    world.until(event, State::Retrying).await;
    world.wait(10);
    let gone = world.until(event, State::Exhausted).await;
    assert_eq!((gone.attempts.len(), gone.next_attempt_at), (2, None));

    let delivery = gone.id.expect("an id");
    world.wait(10);
    world.engine.retry(&world.who, delivery, RetryBody::Same).await.expect("queued");
    eventually(async || receiver.count() == 3).await;
    // The schedule begins anew.
    world.until(event, State::Retrying).await;
    world.wait(10);
    let gone = world.until(event, State::Exhausted).await;
    assert_eq!(gone.attempts.len(), 4);
    world.change(id, json!({"body_template": "{\"fixed\":{{ payload.user_id }}}"})).await;
    world.wait(10);
    world.engine.retry(&world.who, delivery, RetryBody::Render).await.expect("queued");
    let done = world.until(event, State::Delivered).await;
    let bodies: Vec<_> = receiver.seen().into_iter().map(|seen| seen.body).collect();
    assert_eq!(bodies[0], bodies[2], "the same body");
    assert_eq!(bodies[4], r#"{"fixed":7}"#, "a new body");
    let shown: Vec<_> =
        done.attempts.iter().map(|a| a.request.as_ref().expect("sent").body.clone()).collect();
    assert_eq!(shown, bodies, "the log keeps the body of each attempt");
}

#[tokio::test]
async fn retry_after_lengthens_a_wait() {
    let answer = Reply::Answer(429, vec![("retry-after", "120".to_owned())], String::new());
    let receiver = Receiver::with(answer).await;
    let world = World::start().await;
    world.webhook(&receiver.url(), json!({})).await;
    let event = world.publish().await;
    let delivery = world.until(event, State::Retrying).await;
    assert_eq!(
        delivery.next_attempt_at.expect("a next attempt").ms() - delivery.attempts[0].at.ms(),
        120_000
    );
}

#[tokio::test]
async fn gone_deactivates_and_later_events_wait() {
    let receiver = Receiver::start(|n, _| status(if n == 0 { 410 } else { 200 })).await;
    let world = World::start().await;
    let id = world.webhook(&receiver.url(), json!({})).await;
    let first = world.publish().await;
    world.until(first, State::Held).await;
    let webhook = world.engine.webhook(&world.who, id).await.expect("there");
    assert_eq!(webhook.state, webhook::State::Deactivated);
    let second = world.publish().await;
    assert_eq!(world.delivery(second).await.state, State::Held);
    assert_eq!(receiver.count(), 1);
    let release = world.engine.release(&world.who, id).await;
    assert!(matches!(release, Err(Error::Conflict(_))), "{release:?}");
    world.engine.activate(&world.who, id, OnHeld::Release).await.expect("active");
    world.until(first, State::Delivered).await;
    world.until(second, State::Delivered).await;
}

#[tokio::test]
async fn gone_is_a_failure_like_another_when_told_so() {
    let receiver = Receiver::with(status(410)).await;
    let world = World::start().await;
    let id = world.webhook(&receiver.url(), json!({"on_410": "retry"})).await;
    let event = world.publish().await;
    world.until(event, State::Retrying).await;
    assert_eq!(world.engine.webhook(&world.who, id).await.expect("there").state, webhook::State::Active);
}

#[tokio::test]
async fn only_200_can_be_asked_for() {
    let receiver = Receiver::with(status(202)).await;
    let world = World::start().await;
    world.webhook(&receiver.url(), json!({"success": "200", "retry": {"preset": "none"}})).await;
    let event = world.publish().await;
    let delivery = world.until(event, State::Exhausted).await;
    assert_eq!(delivery.attempts[0].outcome, Outcome::Status);
}

#[tokio::test]
async fn slow_receivers_are_told_apart() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n".to_vec();
    let slow = Receiver::with(Reply::Endless(head, b"x".to_vec(), Duration::from_millis(50))).await;
    let silent = Receiver::with(Reply::Hang).await;
    let world = World::start().await;
    for (receiver, outcome) in [(&silent, Outcome::Timeout), (&slow, Outcome::TooSlow)] {
        let id = world.webhook(&receiver.url(), json!({"timeout_ms": 3000})).await;
        let event = world.publish().await;
        let delivery = world.until(event, State::Retrying).await;
        assert_eq!(delivery.attempts[0].outcome, outcome);
        assert_eq!(delivery.attempts[0].response.is_some(), outcome == Outcome::TooSlow);
        world.engine.delete_webhook(&world.who, id).await.expect("deleted");
    }
}

#[tokio::test]
async fn a_template_that_fails_takes_no_try_from_the_schedule() {
    let receiver = Receiver::with(status(500)).await;
    let world = World::start().await;
    let template = r#"{"before":{{ payload.user_id - 1 }}}"#;
    let members = json!({ "body_template": template, "retry": { "schedule_s": [10] } });
    let id = world.webhook(&receiver.url(), members).await;
    let event = world.publish_payload(r#"{"user_id":"seven"}"#).await;
    world.until(event, State::Held).await;
    world.change(id, json!({ "body_template": r#"{"id":{{ payload.user_id }}}"# })).await;
    eventually(async || receiver.count() == 1).await;
    world.until(event, State::Retrying).await;
    world.wait(10);
    world.until(event, State::Exhausted).await;
    assert_eq!(receiver.count(), 2);
}

#[tokio::test]
async fn other_fields_make_what_is_held_anew() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    let fields = |path: &str| json!([{ "name": "value", "from": path }]);
    let members = json!({ "format": "form", "fields": fields("payload.text") });
    let id = world.webhook(&receiver.url(), members).await;
    // Encoded, each takes three bytes: more than 1 MiB together.
    let text = "&".repeat(400_000);
    let event = world.publish_payload(&format!(r#"{{"user_id":7,"text":"{text}"}}"#)).await;
    assert_eq!(world.until(event, State::Held).await.outcome, Some(Outcome::Template));
    world.change(id, json!({ "fields": fields("payload.user_id") })).await;
    world.until(event, State::Delivered).await;
    assert_eq!(receiver.seen()[0].body, "value=7");
}

#[tokio::test]
async fn a_template_that_fails_holds_until_it_is_saved_anew() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    let template = r#"{"before":{{ payload.user_id - 1 }}}"#;
    let id = world.webhook(&receiver.url(), json!({ "body_template": template })).await;
    let event = world.publish_payload(r#"{"user_id":"nine"}"#).await;
    let held = world.until(event, State::Held).await;
    let attempt = &held.attempts[0];
    assert_eq!((attempt.outcome, attempt.request.as_ref()), (Outcome::Template, None));
    assert!(
        attempt.message.as_deref().is_some_and(|message| message.contains("ine 1")),
        "{:?}",
        attempt.message
    );
    assert_eq!(receiver.connections(), 0);
    world.change(id, json!({"body_template": r#"{"id":{{ payload.user_id }}}"#})).await;
    world.until(event, State::Delivered).await;
    assert_eq!(receiver.seen()[0].body, r#"{"id":"nine"}"#);
}

/// A payload with a text of so many KiB.
fn payload(kib: usize) -> String {
    json!({ "text": "x".repeat(kib << 10) }).to_string()
}

#[tokio::test]
async fn a_get_that_is_too_long_waits_and_counts_for_nothing() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    let id = world.webhook(&receiver.url(), json!({"method": "GET", "format": "form"})).await;
    let event = world.publish_payload(&payload(70)).await;
    let held = world.until(event, State::Held).await;
    let attempt = &held.attempts[0];
    assert_eq!((attempt.outcome, attempt.request.as_ref()), (Outcome::Template, None));
    assert!(attempt.message.as_deref().is_some_and(|told| told.contains("65,534 bytes")), "{attempt:?}");
    assert_eq!((receiver.connections(), held.next_attempt_at), (0, None));
    let overview = world.engine.overview(&world.who).await.expect("read");
    assert!(overview.failing.iter().all(|webhook| webhook.since.is_none()), "{:?}", overview.failing);
    // One that fits is sent as it was before, and with fewer fields both fit.
    let shorter = world.publish_payload(&payload(60)).await;
    world.until(shorter, State::Delivered).await;
    assert!(receiver.seen()[0].path.len() > 60 << 10);
    world.change(id, json!({"fields": [{"name": "about", "from": "topic"}]})).await;
    world.until(event, State::Delivered).await;
    assert_eq!(receiver.seen()[1].path, "/hook?about=learning.user.created");
}

#[tokio::test]
async fn a_stored_body_that_is_too_long_for_a_get_is_rendered_anew() {
    let receiver = Receiver::start(|n, _| status(if n == 0 { 500 } else { 200 })).await;
    let world = World::start().await;
    let id = world.webhook(&receiver.url(), json!({"format": "form"})).await;
    let event = world.publish_payload(&payload(70)).await;
    world.until(event, State::Retrying).await;
    world.change(id, json!({"method": "GET", "fields": [{"name": "about", "from": "topic"}]})).await;
    world.wait(6);
    world.until(event, State::Delivered).await;
    assert_eq!(receiver.seen()[1].path, "/hook?about=learning.user.created");
}

#[tokio::test]
async fn what_a_paused_webhook_holds_can_be_released_or_discarded() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    let id = world.webhook(&receiver.url(), json!({ "max_in_flight": 1 })).await;
    world.engine.pause(&world.who, id).await.expect("paused");
    let events = [world.publish().await, world.publish().await];
    world.until_count(State::Held, 2).await;
    world.engine.activate(&world.who, id, OnHeld::Keep).await.expect("active");
    let third = world.publish().await;
    world.until(third, State::Delivered).await;
    assert_eq!(receiver.count(), 1, "what is held stays held");
    assert_eq!(world.engine.release(&world.who, id).await, Ok(2));
    world.until_count(State::Delivered, 3).await;
    let ids: Vec<_> =
        receiver.seen().iter().filter_map(|s| s.header("webhook-id").map(str::to_owned)).collect();
    assert_eq!(ids[1..], events.map(|event| event.to_string()));

    world.engine.pause(&world.who, id).await.expect("paused");
    let last = world.publish().await;
    assert_eq!(world.engine.discard(&world.who, id).await, Ok(1));
    assert_eq!(world.delivery(last).await.state, State::Discarded);
    assert_eq!(receiver.count(), 3);
}

#[tokio::test]
async fn a_deleted_webhook_gets_nothing_more() {
    let receiver = Receiver::with(status(500)).await;
    let world = World::start().await;
    let id = world.webhook(&receiver.url(), json!({})).await;
    let event = world.publish().await;
    world.until(event, State::Retrying).await;
    assert_eq!(world.engine.delete_webhook(&world.who, id).await, Ok(1));
    let delivery = world.delivery(event).await;
    assert_eq!((delivery.state, delivery.attempts.len()), (State::Discarded, 1));
    let retry = world.engine.retry(&world.who, delivery.id.expect("an id"), RetryBody::Same).await;
    assert!(matches!(retry, Err(Error::Conflict(_))), "{retry:?}");
}

#[tokio::test]
async fn days_of_nothing_but_failures_deactivate() {
    let receiver = Receiver::with(status(500)).await;
    let world = World::start().await;
    let day = 86_400;
    let id = world.webhook(&receiver.url(), json!({"retry": {"schedule_s": vec![day; 6]}})).await;
    let event = world.publish().await;
    for attempts in 1..=5 {
        eventually(async || world.delivery(event).await.attempts.len() == attempts).await;
        assert_eq!(world.engine.webhook(&world.who, id).await.expect("there").state, webhook::State::Active);
        world.wait(day);
    }
    let held = world.until(event, State::Held).await;
    assert_eq!(held.attempts.len(), 6);
    let webhook = world.engine.webhook(&world.who, id).await.expect("there");
    assert_eq!(webhook.state, webhook::State::Deactivated);
    let page = domain::page::PageRequest::default();
    let audit = world.engine.audit(&world.who, page).await.expect("the audit log");
    assert!(audit.data.iter().any(|entry| entry.action == "webhook.deactivated"));
}
