//! What changes of a webhook do to its deliveries: held, released, discarded, rendered anew, signed.

use crate::support::{Bench, object, webhook};
use domain::{
    delivery::{Counts, DeliveryFilter, State},
    id::WebhookId,
};
use engine::{Engine, Live, NewEvent, OnHeld, Subject, Subscription};
use serde_json::{Map, Value, json};
use std::time::Duration;

const TOPIC: &str = "learning.user.created";

fn event(payload: &str) -> NewEvent {
    NewEvent { topic: TOPIC.to_owned(), payload: payload.to_owned(), id: None, occurred_at: None }
}

async fn counts(bench: &Bench) -> Counts {
    bench.engine.counts(&bench.system, &DeliveryFilter::default()).await.expect("counted")
}

/// Waits until the console is told of a delivery in this state.
async fn until(live: &mut Subscription, state: State) {
    let told = async {
        loop {
            match live.next().await.expect("the program runs") {
                Live::Delivery(row) if row.state == state => return,
                _ => {}
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), told).await.expect("it happens");
}

/// A webhook on a test receiver of our own, which is answered inside the process.
async fn on_own_receiver(bench: &Bench, status: u32, more: Value) -> (WebhookId, String) {
    let bin = bench.engine.create_bin(&bench.system, Some(status), None).await.expect("made");
    let mut members: Map<String, Value> = webhook("Own");
    members.insert("url".to_owned(), json!(bin.url));
    members.extend(object(more));
    let made = bench.engine.create_webhook(&bench.system, &members).await.expect("made");
    (made.webhook.id, bin.id)
}

#[tokio::test]
async fn a_pause_holds_what_waits_and_activation_does_with_it_as_told() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let (id, _) = on_own_receiver(&bench, 200, json!({})).await;
    assert_eq!(
        engine.accept(who, event("{}")).await.expect("accepted").deliveries,
        0,
        "drafts match nothing"
    );
    engine.activate(who, id, OnHeld::Release).await.expect("activated");
    assert_eq!(engine.accept(who, event("{}")).await.expect("accepted").deliveries, 1);
    engine.pause(who, id).await.expect("paused");
    engine.accept(who, event("{}")).await.expect("accepted");
    assert_eq!(counts(&bench).await, Counts { held: 2, ..Counts::default() });
    engine.activate(who, id, OnHeld::Keep).await.expect("activated");
    assert_eq!(counts(&bench).await, Counts { held: 2, ..Counts::default() });
    engine.pause(who, id).await.expect("paused");
    engine.activate(who, id, OnHeld::Release).await.expect("activated");
    assert_eq!(counts(&bench).await, Counts { waiting: 2, ..Counts::default() });
    engine.pause(who, id).await.expect("paused");
    engine.activate(who, id, OnHeld::Discard).await.expect("activated");
    assert_eq!(counts(&bench).await, Counts { discarded: 2, ..Counts::default() });
    engine.accept(who, event("{}")).await.expect("accepted");
    assert_eq!(engine.delete_webhook(who, id).await, Ok(1), "what waits is discarded");
    assert_eq!(counts(&bench).await, Counts { discarded: 3, ..Counts::default() }, "the log stays");
}

#[tokio::test]
async fn a_better_template_sends_what_the_worse_one_held() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let sum = json!({ "body_template": r#"{"next": {{ payload.user_id + 1 }}}"# });
    let (id, bin) = on_own_receiver(&bench, 200, sum).await;
    engine.activate(who, id, OnHeld::Release).await.expect("activated");
    engine.start();
    let mut live = engine.live(who).expect("subscribed");
    engine.accept(who, event(r#"{"user_id": ["a", "list"]}"#)).await.expect("accepted");
    until(&mut live, State::Held).await;
    assert!(engine.bin_requests(who, &bin).await.expect("listed").is_empty(), "nothing was sent");
    let patch = object(json!({ "body_template": r#"{"user": {{ payload.user_id }}}"# }));
    engine.update_webhook(who, id, &patch).await.expect("saved");
    until(&mut live, State::Delivered).await;
    let caught = engine.bin_requests(who, &bin).await.expect("listed");
    let body: Value = serde_json::from_str(&caught[0].body).expect("JSON");
    assert_eq!(body, json!({ "user": ["a", "list"] }));
    engine.shutdown().await;
}

#[tokio::test]
async fn both_secrets_sign_for_a_day_after_a_rotation() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let (id, _) = on_own_receiver(&bench, 200, json!({})).await;
    let signatures = |engine: Engine| async move {
        let sent = engine.test(who, Subject::Saved(id), TOPIC, None).await.expect("sent");
        let request = sent.attempts[0].request.clone().expect("a request");
        let header = request.headers.into_iter().find(|(name, _)| name == "webhook-signature");
        header.expect("signed").1.split(' ').count()
    };
    assert_eq!(signatures(engine.clone()).await, 1);
    engine.rotate_secret(who, id, None).await.expect("rotated");
    assert_eq!(signatures(engine.clone()).await, 2);
    engine.update_webhook(who, id, &object(json!({ "name": "Renamed" }))).await.expect("saved");
    assert_eq!(signatures(engine.clone()).await, 2, "another change does not end the day");
    bench.wait(86_400);
    assert_eq!(signatures(engine.clone()).await, 1);
}

#[tokio::test]
async fn the_overview_tells_what_happened_and_who_fails() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let (id, _) = on_own_receiver(&bench, 500, json!({})).await;
    engine.activate(who, id, OnHeld::Release).await.expect("activated");
    engine.start();
    let mut live = engine.live(who).expect("subscribed");
    engine.accept(who, event("{}")).await.expect("accepted");
    until(&mut live, State::Retrying).await;
    let overview = engine.overview(who).await.expect("read");
    assert_eq!(overview.last_24_h, Counts { retrying: 1, ..Counts::default() });
    assert_eq!(overview.hours[23].counts, overview.last_24_h);
    assert_eq!(overview.failing.len(), 1);
    let failing = &overview.failing[0];
    assert_eq!((failing.webhook_id, failing.name.as_str(), failing.failures), (id, "Own", 1));
    assert!(overview.first_steps.has_delivery);
    engine.shutdown().await;
}
