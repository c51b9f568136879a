//! *Send test*, *Check connection* and the preview.

mod deliver_support;

use deliver_support::{
    TOPIC, World,
    receiver::{Receiver, Reply, status},
    settings,
};
use domain::{
    delivery::{DeliveryFilter, Outcome, State},
    webhook,
};
use engine::{Error, RetryBody, Subject};
use serde_json::{Value, json};

fn unsaved(url: &str, members: Value) -> Subject {
    Subject::Unsaved { webhook: settings(url, members), from: None }
}

#[tokio::test]
async fn an_unsaved_test_leaves_no_trace() {
    let receiver = Receiver::with(Reply::Answer(418, Vec::new(), "short and stout".to_owned())).await;
    let world = World::start().await;
    let test =
        world.engine.test(&world.who, unsaved(&receiver.url(), json!({})), TOPIC, None).await.expect("sent");
    assert_eq!((test.id, test.webhook_id, test.test, test.state), (None, None, true, State::Exhausted));
    let attempt = &test.attempts[0];
    assert_eq!((attempt.id, attempt.outcome), (None, Outcome::Status));
    assert_eq!(attempt.response.as_ref().map(|r| r.body.as_str()), Some("short and stout"));
    let seen = &receiver.seen()[0];
    assert_eq!(seen.header("webhook-test"), Some("true"));
    assert!(seen.body.contains("\"user_id\""), "the topic's sample: {}", seen.body);
    assert!(world.rows(&DeliveryFilter::default()).await.is_empty());
}

#[tokio::test]
async fn a_saved_test_stands_in_the_log_and_counts_for_nothing() {
    let receiver = Receiver::with(status(410)).await;
    let world = World::start().await;
    let id = world.webhook(&receiver.url(), json!({})).await;
    let payload = Some(r#"{"mine":1}"#.to_owned());
    let test = world.engine.test(&world.who, Subject::Saved(id), TOPIC, payload).await.expect("sent");
    assert!(receiver.seen()[0].body.contains(r#"{"mine":1}"#));
    let delivery = test.id.expect("an id");
    let logged = world.engine.delivery(&world.who, delivery).await.expect("in the log");
    assert_eq!(logged, test);
    let rows = world.rows(&DeliveryFilter { test: Some(true), ..Default::default() }).await;
    assert_eq!((rows.len(), rows[0].http_status), (1, Some(410)));
    world.wait(100_000);
    let webhook = world.engine.webhook(&world.who, id).await.expect("there");
    assert_eq!(webhook.state, webhook::State::Active, "a test does not deactivate");
    let retry = world.engine.retry(&world.who, delivery, RetryBody::Same).await;
    assert!(matches!(retry, Err(Error::Conflict(_))), "{retry:?}");
    let other = world.publish().await;
    world.until(other, State::Held).await;
    assert_eq!(receiver.count(), 2, "the test was sent once");
}

#[tokio::test]
async fn stored_secrets_go_to_the_same_place_only() {
    let (receiver, other) = (Receiver::with(status(200)).await, Receiver::with(status(200)).await);
    let world = World::start().await;
    let auth = json!({"auth": {"type": "bearer", "token": "canary-token"}});
    let id = world.draft(&receiver.url(), auth).await;
    let kept = json!({"auth": {"type": "bearer", "token": {"set": true}}, "name": "Typed anew"});
    let from = |url: &str| Subject::Unsaved { webhook: settings(url, kept.clone()), from: Some(id) };
    let url = format!("http://{}/another/path", receiver.address);
    let test = world.engine.test(&world.who, from(&url), TOPIC, None).await.expect("sent");
    assert_eq!((test.state, test.webhook_name.as_str()), (State::Delivered, "Typed anew"));
    assert_eq!(receiver.seen()[0].header("authorization"), Some("Bearer canary-token"));
    for place in [
        from(&other.url()),
        Subject::Unsaved { webhook: settings(&receiver.url(), kept.clone()), from: None },
    ] {
        let test = world.engine.test(&world.who, place, TOPIC, None).await;
        assert!(
            matches!(&test, Err(Error::Invalid(invalid)) if invalid.at("auth.token").is_some()),
            "{test:?}"
        );
    }
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn bad_input_is_told_at_its_field() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    let url = receiver.url();
    let field = async |subject: Subject, topic: &str, payload: Option<&str>| match world
        .engine
        .test(&world.who, subject, topic, payload.map(str::to_owned))
        .await
    {
        Err(Error::Invalid(invalid)) => invalid.errors[0].field.clone(),
        other => panic!("not invalid: {other:?}"),
    };
    assert_eq!(field(unsaved(&url, json!({})), "learning.user.eaten", None).await, "topic");
    assert_eq!(field(unsaved(&url, json!({})), TOPIC, Some("[]")).await, "payload");
    assert_eq!(field(unsaved("ftp://example.com/", json!({})), TOPIC, None).await, "url");
    assert_eq!(field(unsaved(&url, json!({"timeout_ms": 1})), TOPIC, None).await, "timeout_ms");
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn a_failed_template_is_an_outcome_of_a_test() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    let template = r#"{"before":{{ payload.user_id - 1 }}}"#;
    let id = world.draft(&receiver.url(), json!({ "body_template": template })).await;
    let payload = Some(r#"{"user_id":"nine"}"#.to_owned());
    let test = world.engine.test(&world.who, Subject::Saved(id), TOPIC, payload).await.expect("tried");
    assert_eq!((test.state, test.attempts[0].outcome), (State::Held, Outcome::Template));
    let rows = world.rows(&DeliveryFilter::default()).await;
    assert_eq!((rows.len(), rows[0].outcome), (1, Some(Outcome::Template)));
}

#[tokio::test]
async fn a_check_needs_one_good_answer() {
    let head_only = Receiver::with(status(200)).await;
    let post_only = Receiver::start(|_, seen| status(if seen.method == "POST" { 204 } else { 405 })).await;
    let neither = Receiver::with(status(500)).await;
    let world = World::start().await;
    let auth = json!({"auth": {"type": "bearer", "token": "token-1"}});
    let check = async |receiver: &Receiver| {
        world.engine.check(&world.who, unsaved(&receiver.url(), auth.clone())).await.expect("checked")
    };
    let found = check(&head_only).await;
    assert!(found.ok && found.post.is_none());
    assert_eq!(head_only.seen()[0].method, "HEAD");
    let found = check(&post_only).await;
    assert!(found.ok && found.head.outcome == Outcome::Status);
    let post = &post_only.seen()[1];
    assert_eq!((post.body.as_str(), post.header("webhook-test")), ("", Some("true")));
    assert_eq!(post.header("authorization"), Some("Bearer token-1"));
    let found = check(&neither).await;
    assert!(!found.ok && found.post.is_some());
    assert!(!serde_json::to_string(&found).expect("JSON").contains("token-1"));
    assert!(world.rows(&DeliveryFilter::default()).await.is_empty(), "a check stands in no log");
}

#[tokio::test]
async fn a_preview_needs_no_finished_form() {
    let world = World::start().await;
    let form = |members: Value| Subject::Unsaved { webhook: deliver_support::object(members), from: None };
    let preview = async |members: Value, payload: Option<&str>| {
        world.engine.preview(&world.who, form(members), TOPIC, payload.map(str::to_owned)).await
    };
    let template = r#"{"who":"{{ payload.email }}","by":"{{ webhook.name }}"}"#;
    let shown = preview(
        json!({"body_template": template, "name": "", "url": "not yet"}),
        Some(r#"{"email":"a\"b"}"#),
    )
    .await;
    let shown = shown.expect("rendered");
    assert_eq!(
        (shown.content_type.as_str(), shown.body.as_str()),
        ("application/json", r#"{"who":"a\"b","by":"Webhook"}"#)
    );
    let shown = preview(json!({"format": "xml"}), None).await.expect("rendered");
    assert_eq!(shown.content_type, "application/xml");
    assert!(shown.body.starts_with('<'), "{}", shown.body);
    let other = "learning.sale.created";
    let template = json!({"topics": [TOPIC, other], "body_template": "{\"a\":{{ payload.emial }}}"});
    let shown = preview(template, None).await.expect("rendered");
    assert_eq!(shown.advice.iter().map(|a| (a.line, a.column)).collect::<Vec<_>>(), [(Some(1), Some(9))]);
    let only_here = format!("{{% if topic == '{other}' %}}]{{% endif %}}{{}}");
    let shown = preview(json!({"topics": [TOPIC, other], "body_template": only_here}), None).await;
    let elsewhere = shown.expect("rendered").elsewhere;
    assert!(elsewhere.len() == 1 && elsewhere[0].message.contains(other), "{elsewhere:?}");
    match preview(json!({"body_template": "{\"a\":\n {{ payload. }}"}), None).await {
        Err(Error::Invalid(invalid)) => {
            let error = invalid.at("body_template").expect("at the template");
            assert_eq!(error.line, Some(2));
        }
        other => panic!("not invalid: {other:?}"),
    }
}
