//! A webhook that wants one event for each key in a time, from acceptance to what the log says.

mod deliver_support;

use deliver_support::{
    World, eventually, object,
    receiver::{Receiver, status},
};
use domain::{
    delivery::{DeliveryFilter, Outcome, State},
    id::WebhookId,
};
use engine::{Live, OnHeld, RetryBody, Subject};
use serde_json::json;

const DAY: u64 = 86_400;

fn daily() -> serde_json::Value {
    json!({ "frequency": { "key": "payload.profileid", "window_s": DAY } })
}

fn of(profile: &str) -> String {
    format!(r#"{{"profileid":{profile}}}"#)
}

async fn states(world: &World, webhook: WebhookId) -> Vec<State> {
    deliver_support::log(world, webhook).await.into_iter().map(|row| row.state).collect()
}

#[tokio::test]
async fn dt_6_the_first_of_a_profile_is_sent_and_later_ones_say_why_not() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    let webhook = world.webhook(&receiver.url(), daily()).await;
    let mut news = world.engine.live(&world.who).expect("told");

    let first = world.publish_payload(&of("7")).await;
    world.until(first, State::Delivered).await;
    let second = world.publish_payload(&of(r#""7""#)).await;
    let told = world.delivery(second).await;
    assert_eq!(
        (told.state, told.outcome, told.attempts.len()),
        (State::Discarded, Some(Outcome::Frequency), 0)
    );
    loop {
        let live = news.next().await.expect("it is told");
        if let Live::Delivery(row) = live
            && row.event_id == second
        {
            assert_eq!((row.state, row.outcome), (State::Discarded, Some(Outcome::Frequency)));
            break;
        }
    }
    let why = world.engine.explain(&world.who, second).await.expect("explained").remove(0);
    assert_eq!(
        (why.sent, why.reason.as_str()),
        (false, "Not sent: the profile had one in the last 24 hours.")
    );
    let why = world.engine.explain(&world.who, first).await.expect("explained").remove(0);
    assert!(why.sent);

    // Other profiles, and events without one, are not held back; a null is no key.
    for profile in ["8", "null", "null"] {
        let event = world.publish_payload(&of(profile)).await;
        world.until(event, State::Delivered).await;
    }
    // The time runs from the event that was sent, not from the one that was held back.
    world.wait(DAY - 1);
    world.publish_payload(&of("7")).await;
    world.wait(1);
    let again = world.publish_payload(&of("7")).await;
    world.until(again, State::Delivered).await;
    assert_eq!(receiver.seen().len(), 5);
    let capped = states(&world, webhook).await.into_iter().filter(|state| *state == State::Discarded);
    assert_eq!(capped.count(), 2);
}

#[tokio::test]
async fn what_a_manager_asks_for_is_not_held_back() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    let webhook = world.webhook(&receiver.url(), daily()).await;
    let test = |profile: &'static str| {
        world.engine.test(&world.who, Subject::Saved(webhook), deliver_support::TOPIC, Some(of(profile)))
    };
    for _ in 0..2 {
        assert_eq!(test("7").await.expect("tested").state, State::Delivered);
    }
    let first = world.publish_payload(&of("7")).await;
    world.until(first, State::Delivered).await;
    let second = world.publish_payload(&of("7")).await;
    let discarded = world.delivery(second).await.id.expect("an id");
    world.engine.retry(&world.who, discarded, RetryBody::Same).await.expect("asked");
    world.until(second, State::Delivered).await;

    let third = world.publish_payload(&of("7")).await;
    assert_eq!(world.delivery(third).await.state, State::Discarded);
    let filter = DeliveryFilter { outcome: Some(Outcome::Frequency), ..Default::default() };
    world.engine.start_replay(&world.who, webhook, &filter, RetryBody::Same).await.expect("started");
    world.until(third, State::Delivered).await;
    assert_eq!(receiver.seen().len(), 5);
}

#[tokio::test]
async fn a_batch_sends_one_of_each_profile_and_a_paused_webhook_holds_one() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    let webhook = world.webhook(&receiver.url(), daily()).await;
    let events = ["1", "2", "1", "1", "2", "3"].map(|profile| deliver_support::event(&of(profile)));
    world.engine.accept_batch(&world.who, events.to_vec()).await.expect("accepted");
    eventually(async || receiver.seen().len() == 3).await;
    assert_eq!(states(&world, webhook).await.iter().filter(|state| **state == State::Discarded).count(), 3);

    world.engine.pause(&world.who, webhook).await.expect("paused");
    for _ in 0..3 {
        world.publish_payload(&of("4")).await;
    }
    world.engine.activate(&world.who, webhook, OnHeld::Release).await.expect("active");
    eventually(async || receiver.seen().len() == 4).await;
    assert_eq!(states(&world, webhook).await.iter().filter(|state| **state == State::Discarded).count(), 5);
}

#[tokio::test]
async fn another_time_starts_afresh() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    let webhook = world.webhook(&receiver.url(), daily()).await;
    let send = async || world.publish_payload(&of("7")).await;
    let first = send().await;
    world.until(first, State::Delivered).await;
    let changed = json!({ "frequency": { "window_s": 60 } });
    world.engine.update_webhook(&world.who, webhook, &object(changed)).await.expect("changed");
    let second = send().await;
    world.until(second, State::Delivered).await;
    let third = send().await;
    assert_eq!(world.delivery(third).await.state, State::Discarded);
    world.change(webhook, json!({ "frequency": null })).await;
    let fourth = send().await;
    world.until(fourth, State::Delivered).await;
    let why = world.engine.explain(&world.who, third).await.expect("explained").remove(0);
    assert!(why.reason.starts_with("Not sent: the webhook let one"), "{}", why.reason);
}
