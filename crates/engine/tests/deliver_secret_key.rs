//! The secret key inside bodies: it reaches the receiver, and stands nowhere else.

mod deliver_support;

use deliver_support::{
    World, object,
    receiver::{Receiver, Reply, status},
};
use domain::{
    automation::Trigger,
    delivery::{Delivery, Outcome, State},
    id::{EventId, WebhookId},
};
use engine::{Error, NewAutomation, NewEvent, Subject};
use serde_json::{Value, json};

const KEY: &str = "Canary7xq7ZkSecret";
const MASK: &str = "••••••••";

async fn world() -> World {
    let world = World::start().await;
    let on = ["learning", "access"];
    world.engine.update_marketplace(&world.who, &object(json!({ "catalogs": on }))).await.expect("on");
    world.engine.set_secret_key(&world.who, Some(KEY)).await.expect("set");
    world
}

/// A webhook for who receives access to product 7.
async fn action(world: &World, url: &str, members: Value) -> WebhookId {
    let mut action = object(json!({ "url": url, "retry": {"schedule_s": [60]} }));
    action.extend(object(members));
    let new = NewAutomation {
        product: "7".to_owned(),
        name: None,
        trigger: Some(Trigger::Granted),
        actions: vec![action],
    };
    world.engine.start_automation(&world.who, &new).await.expect("started").1[0].webhook.id
}

async fn publish(world: &World, topic: &str, payload: &str) -> EventId {
    let event =
        NewEvent { topic: topic.to_owned(), payload: payload.to_owned(), id: None, occurred_at: None };
    world.engine.accept(&world.who, event).await.expect("accepted").id
}

async fn granted(world: &World, payload: &str) -> EventId {
    publish(world, "access.product.granted", payload).await
}

fn shown(delivery: &Delivery) -> String {
    serde_json::to_string(delivery).expect("JSON")
}

#[tokio::test]
async fn dap_16_the_key_reaches_the_receiver_and_stands_nowhere_else() {
    let receiver = Receiver::start(|_, seen| {
        // Echoes what came, in the answer's body and in a header.
        Reply::Answer(200, vec![("x-echo", seen.body.clone())], seen.body.clone())
    })
    .await;
    let world = world().await;
    action(&world, &receiver.url(), json!({})).await;
    let event = granted(&world, r#"{"user_id":1,"productId":7,"fields":{"zip":"1"}}"#).await;
    let delivery = world.until(event, State::Delivered).await;
    let sent = format!(r#"{{"user_id":1,"productId":7,"fields":{{"zip":"1","secretKey":"{KEY}"}}}}"#);
    assert_eq!(receiver.seen()[0].body, sent);
    assert_eq!(receiver.seen()[0].header("content-length"), Some(sent.len().to_string().as_str()));
    let log = shown(&delivery);
    assert!(log.contains(MASK) && !log.contains(KEY), "{log}");
    let request = delivery.attempts[0].request.as_ref().expect("sent");
    assert_eq!(request.body, sent.replace(KEY, MASK));
    let written = world.files();
    assert!(!written.windows(KEY.len()).any(|part| part == KEY.as_bytes()), "the key is in a file");
    // The next product, and the other way, are not this automation's.
    for (topic, payload) in
        [("access.product.granted", r#"{"productId":8}"#), ("access.product.revoked", r#"{"productId":7}"#)]
    {
        let event = publish(&world, topic, payload).await;
        assert!(world.engine.event(&world.who, event).await.expect("there").deliveries.is_empty(), "{topic}");
    }
    let event = granted(&world, r#"{"productId":"7"}"#).await;
    world.until(event, State::Delivered).await;
    assert_eq!(receiver.seen()[1].body, format!(r#"{{"productId":"7","fields":{{"secretKey":"{KEY}"}}}}"#));
}

#[tokio::test]
async fn every_format_carries_it_and_a_signature_is_over_it() {
    let receiver = Receiver::with(status(200)).await;
    let world = world().await;
    let template = r#"{"k":"{{ envelope.fields.secretKey }}"}"#;
    for (members, carried) in [
        (json!({"format": "xml"}), format!("<secretKey>{KEY}</secretKey>")),
        (json!({"format": "form"}), format!("fields%5BsecretKey%5D={KEY}")),
        (json!({"body_template": template}), format!(r#"{{"k":"{KEY}"}}"#)),
        (json!({"preset": null, "method": "GET", "format": "form"}), format!("&fields%5BsecretKey%5D={KEY}")),
    ] {
        let before = receiver.count();
        let id = action(&world, &receiver.url(), members.clone()).await;
        let event = granted(&world, r#"{"productId":7}"#).await;
        let delivery = world.until(event, State::Delivered).await;
        let seen = &receiver.seen()[before];
        assert!(format!("{}{}", seen.path, seen.body).contains(&carried), "{members}: {seen:?}");
        let log = shown(&delivery);
        assert!(log.contains(MASK) && !log.contains(KEY), "{members}: {log}");
        // A test and the preview show it masked, too.
        let test = world.engine.test(&world.who, Subject::Saved(id), "access.product.granted", None).await;
        let test = shown(&test.expect("sent"));
        assert!(test.contains(MASK) && !test.contains(KEY), "{members}: {test}");
        let subject = Subject::Saved(id);
        let preview = world.engine.preview(&world.who, subject, "access.product.granted", None).await;
        let body = preview.expect("rendered").body;
        assert!(body.contains(MASK) && !body.contains("SecretKey0"), "{members}: {body}");
        world.engine.delete_webhook(&world.who, id).await.expect("deleted");
    }
}

#[tokio::test]
async fn a_key_that_makes_a_get_too_long_is_waited_for() {
    let receiver = Receiver::with(status(200)).await;
    let world = world().await;
    let long = "K".repeat(128);
    world.engine.set_secret_key(&world.who, Some(&long)).await.expect("set");
    let get = json!({"preset": null, "method": "GET", "format": "form"});
    let id = action(&world, &receiver.url(), get).await;
    let around = format!("/hook?productId=7&text=&fields%5BsecretKey%5D={long}").len();
    let text = "x".repeat(domain::body::MAX_PATH_AND_QUERY + 1 - around);
    let event = granted(&world, &json!({"productId": 7, "text": text}).to_string()).await;
    let held = world.until(event, State::Held).await;
    assert_eq!(
        (held.attempts[0].outcome, receiver.connections()),
        (Outcome::Template, 0),
        "{:?}",
        held.attempts
    );
    world.engine.set_secret_key(&world.who, Some(KEY)).await.expect("changed");
    assert_eq!(world.engine.release(&world.who, id).await, Ok(1));
    world.until(event, State::Delivered).await;
    assert_eq!(receiver.seen()[0].path, format!("/hook?productId=7&text={text}&fields%5BsecretKey%5D={KEY}"));
}

#[tokio::test]
async fn a_retry_sends_the_key_of_its_time() {
    let receiver = Receiver::start(|n, _| status(if n % 2 == 0 { 500 } else { 200 })).await;
    let world = world().await;
    action(&world, &receiver.url(), json!({})).await;
    for (new, sent) in [(Some("another"), "another"), (None, "")] {
        world.engine.set_secret_key(&world.who, Some(KEY)).await.expect("set");
        let before = receiver.count();
        let event = granted(&world, r#"{"productId":7}"#).await;
        world.until(event, State::Retrying).await;
        world.engine.set_secret_key(&world.who, new).await.expect("changed");
        world.wait(61);
        let delivery = world.until(event, State::Delivered).await;
        let bodies: Vec<_> = receiver.seen()[before..].iter().map(|seen| seen.body.clone()).collect();
        let body = |key: &str| format!(r#"{{"productId":7,"fields":{{"secretKey":"{key}"}}}}"#);
        assert_eq!(bodies, [body(KEY), body(sent)]);
        assert!(!shown(&delivery).contains("another") && !shown(&delivery).contains(KEY));
    }
    // Nothing is set any more: new bodies have no such member.
    assert_eq!(world.engine.secret_key_is_set(&world.who).await, Ok(false));
    let before = receiver.count();
    let event = granted(&world, r#"{ "productId" : 7 }"#).await;
    world.until(event, State::Retrying).await;
    assert_eq!(receiver.seen()[before].body, r#"{"productId" : 7}"#);
}

#[tokio::test]
async fn dap_17_only_letters_and_digits_are_taken() {
    let world = world().await;
    for wrong in ["", "a b", "a-b", "é"] {
        let refused = world.engine.set_secret_key(&world.who, Some(wrong)).await;
        assert!(
            matches!(&refused, Err(Error::Invalid(told)) if told.at("secret_key").is_some()),
            "{wrong}: {refused:?}"
        );
    }
    assert_eq!(world.engine.secret_key_is_set(&world.who).await, Ok(true));
}

#[tokio::test]
async fn dap_13_a_test_of_the_connection_verifies_an_action() {
    let receiver = Receiver::start(|_, seen| status(if seen.method == "HEAD" { 405 } else { 204 })).await;
    let world = world().await;
    let id = action(&world, &receiver.url(), json!({})).await;
    let automation = world.engine.automations(&world.who).await.expect("listed").remove(0);
    assert!(!automation.actions[0].is_verified());
    let members = object(json!({"url": receiver.url()}));
    let check =
        world.engine.check_action(&world.who, automation.automation.id, &members).await.expect("tried");
    assert!(check.ok);
    assert_eq!(check.head.outcome, Outcome::Status);
    assert_eq!(check.post.and_then(|post| post.response).map(|answer| answer.status), Some(204));
    world.engine.check(&world.who, Subject::Saved(id)).await.expect("tried");
    let automation = world.engine.automation(&world.who, automation.automation.id).await.expect("there");
    assert!(automation.actions[0].is_verified());
}
