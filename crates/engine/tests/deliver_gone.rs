//! A receiver that is gone: 410 says something about the URL that it came from, and about no other.

mod deliver_support;
#[path = "deliver_support/place.rs"]
mod place;

use deliver_support::{
    World, eventually,
    receiver::{Receiver, Reply, status},
};
use domain::{
    delivery::{Delivery, State},
    page::PageRequest,
    webhook,
};
use engine::Role;
use place::{Place, on_both_databases};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Notify;

/// Changes a webhook while the answer to its first request, 410, is awaited; its delivery once that ended in `state`,
/// and the webhook.
async fn changed(world: &World, members: Value, change: Value, state: State) -> (Delivery, webhook::Webhook) {
    let told = Arc::new(Notify::new());
    let receiver = Receiver::with(Reply::Told(Arc::clone(&told), Box::new(status(410)))).await;
    let id = world.webhook(&receiver.url(), members).await;
    let event = world.publish().await;
    eventually(async || receiver.count() == 1).await;
    world.change(id, change).await;
    told.notify_one();
    let delivery = world.until(event, state).await;
    assert_eq!(receiver.count(), 1);
    (delivery, world.engine.webhook(&world.who, id).await.expect("there"))
}

/// Checks that a webhook whose URL is changed goes on at the new one.
async fn goes_on(world: &World) {
    let new = Receiver::with(status(200)).await;
    let again = json!({ "retry": { "schedule_s": [1] } });
    let (delivery, webhook) = changed(world, again, json!({ "url": new.url() }), State::Delivered).await;
    let answers: Vec<_> = delivery
        .attempts
        .iter()
        .map(|attempt| attempt.response.as_ref().map(|response| response.status))
        .collect();
    assert_eq!((answers, new.count()), (vec![Some(410), Some(200)], 1));
    assert_eq!(webhook.state, webhook::State::Active);
    assert!(world.engine.alerts(&world.who).await.expect("alerts").is_empty());
    let page = PageRequest { limit: PageRequest::MAX, before: None };
    let changes = world.engine.audit(&world.who, page).await.expect("the log").data;
    assert!(changes.iter().all(|entry| entry.action != "webhook.deactivated"), "{changes:?}");
    world.engine.delete_webhook(&world.who, webhook.id).await.expect("deleted");
}

on_both_databases! {
    async fn who_is_gone_from_the_old_url_says_nothing_of_the_new_one(place: &Place) {
        let world = place.start().await;
        goes_on(&world).await;
        // Without another try the delivery is given up, as any other would be.
        let (once, moved) = (json!({ "retry": { "preset": "none" } }), json!({ "url": "http://127.0.0.1:1/new" }));
        let (delivery, webhook) = changed(&world, once, moved, State::Exhausted).await;
        assert_eq!((delivery.attempts.len(), webhook.state), (1, webhook::State::Active));
        // So is the next one, which does not wait.
        let next = world.publish().await;
        world.until(next, State::Exhausted).await;
        world.engine.shutdown().await;
    }

    async fn another_change_does_not_keep_what_is_gone(place: &Place) {
        let world = place.start().await;
        let (_, webhook) = changed(&world, json!({}), json!({ "name": "Renamed" }), State::Held).await;
        assert_eq!((webhook.state, webhook.settings.name.as_str()), (webhook::State::Deactivated, "Renamed"));
        world.engine.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_url_may_be_changed_on_another_node() {
    let place = Place::postgres().await;
    let console = place.start_as(Role::Console).await;
    let dispatcher = place.start_as(Role::Dispatcher).await;
    goes_on(&console).await;
    for world in [&console, &dispatcher] {
        world.engine.shutdown().await;
    }
    place.remove().await;
}
