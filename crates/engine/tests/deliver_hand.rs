//! What waits in hand: leased, for a slot of its webhook.

mod deliver_support;
#[path = "../../store/tests/conformance/sqlite_file.rs"]
#[allow(dead_code, reason = "each test file uses a part")]
mod sqlite_file;

use deliver_support::{
    World, database, eventually, log,
    receiver::{Receiver, Reply, status},
};
use domain::{delivery::State, id::WebhookId};
use engine::OnHeld;
use serde_json::json;
use sqlite_file::lock;
use std::sync::Arc;
use tokio::sync::Notify;

/// Quick at first, which is learned; the fifth request gets no answer.
async fn receiver() -> Receiver {
    Receiver::start(|n, _| if n == 4 { Reply::Hang } else { status(200) }).await
}

/// One request at a time; one hangs, and three are in hand behind it: so few that a slow machine takes them as well.
async fn three_behind_one(world: &World, receiver: &Receiver) -> WebhookId {
    let webhook = world.webhook(&receiver.url(), json!({ "max_in_flight": 1, "timeout_ms": 4000 })).await;
    for _ in 0..4 {
        world.publish().await;
    }
    world.until_count(State::Delivered, 4).await;
    for _ in 0..4 {
        world.publish().await;
    }
    webhook
}

/// The three came in their order, each once; the one that hung waits for its next try.
async fn all_came_in_order(world: &World, webhook: WebhookId) {
    world.until_count(State::Delivered, 7).await;
    let rows = log(world, webhook).await;
    assert_eq!((rows.len(), rows[4].state), (8, State::Retrying));
    let starts: Vec<_> = rows[5..].iter().map(|row| row.last_attempt_at).collect();
    assert!(starts.is_sorted() && rows.iter().all(|row| row.attempt_count == 1));
}

#[tokio::test]
async fn a_pause_holds_it() {
    let (world, receiver) = (World::start().await, receiver().await);
    let webhook = three_behind_one(&world, &receiver).await;
    world.engine.pause(&world.who, webhook).await.expect("paused");
    world.until_count(State::Held, 3).await;
    assert_eq!(receiver.count(), 5, "nothing more was sent");
    world.engine.activate(&world.who, webhook, OnHeld::Release).await.expect("activated");
    all_came_in_order(&world, webhook).await;
}

#[tokio::test]
async fn what_waits_too_long_goes_back_into_the_queue() {
    let (world, receiver) = (World::start().await, receiver().await);
    let webhook = three_behind_one(&world, &receiver).await;
    // Leased while it is in hand.
    world.until_count(State::Sending, 4).await;
    world.until_count(State::Pending, 3).await;
    assert_eq!(receiver.count(), 5, "nothing more was sent");
    all_came_in_order(&world, webhook).await;
}

#[tokio::test]
async fn a_new_address_is_used_at_once() {
    let (world, receiver) = (World::start().await, receiver().await);
    let other = Receiver::with(status(200)).await;
    let webhook = three_behind_one(&world, &receiver).await;
    world.until_count(State::Sending, 4).await;
    world.change(webhook, json!({ "url": other.url() })).await;
    eventually(async || other.count() == 3).await;
    assert_eq!(receiver.count(), 5);
    all_came_in_order(&world, webhook).await;
}

/// What is sent faster than it is recorded would fill the memory, and all of it be sent again after a crash.
#[tokio::test]
async fn what_ended_and_is_not_recorded_keeps_its_place() {
    const MOST: usize = 8;
    let told = Arc::new(Notify::new());
    let receiver = Receiver::start({
        let told = Arc::clone(&told);
        move |n, _| match n {
            3..10 => Reply::Told(Arc::clone(&told), Box::new(status(200))),
            _ => status(200),
        }
    })
    .await;
    let world = World::open(|config| config.max_in_flight = MOST).await;
    world.engine.start();
    world.webhook(&receiver.url(), json!({})).await;
    for n in 1..=3 {
        world.publish().await;
        world.until_count(State::Delivered, n).await;
    }
    // Seven are under way, the rest is in hand and may start without a word to the database.
    for _ in 0..20 {
        world.publish().await;
    }
    eventually(async || receiver.count() == 10).await;
    let lock = lock(&database(&world.dir)).await;
    let is_idle =
        async || world.engine.metrics().await.expect("a text").contains("\ncrier_requests_in_flight 0\n");
    eventually(async || {
        told.notify_waiters();
        receiver.count() == 3 + MOST && is_idle().await
    })
    .await;
    drop(lock);
    world.until_count(State::Delivered, 23).await;
    assert_eq!(receiver.count(), 23, "each once");
}
