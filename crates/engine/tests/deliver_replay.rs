//! Replays: everything that failed is sent again, in order, once, behind what is new.

mod deliver_support;
#[path = "deliver_support/place.rs"]
mod place;

use deliver_support::{
    World, event, eventually, log,
    receiver::{Receiver, Reply, status},
};
use domain::{
    delivery::{DeliveryFilter, State},
    id::{EventId, WebhookId},
    replay::{Replay, RetryBody, State as Standing},
};
use engine::{Error, OnHeld};
use place::{Place, on_both_databases};
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// A receiver that answers 404 until it is mended, and then 200, each after a pause.
struct Mended {
    receiver: Receiver,
    is_up: Arc<AtomicBool>,
}

impl Mended {
    async fn start(pause: Duration) -> Self {
        let is_up = Arc::new(AtomicBool::new(false));
        let up = Arc::clone(&is_up);
        let receiver = Receiver::start(move |_, _| match up.load(Ordering::SeqCst) {
            false => status(404),
            true => Reply::After(pause, Box::new(status(200))),
        });
        Self { receiver: receiver.await, is_up }
    }

    fn mend(&self) {
        self.is_up.store(true, Ordering::SeqCst);
    }

    /// The events of the requests from the `from`th on.
    fn events(&self, from: usize) -> Vec<String> {
        let seen = self.receiver.seen();
        seen[from..].iter().map(|seen| seen.header("webhook-id").expect("an id").to_owned()).collect()
    }
}

/// A webhook, one request at a time, that gave up on `count` events; the receiver is mended then.
async fn given_up(world: &World, mended: &Mended, count: usize) -> (WebhookId, Vec<String>) {
    let members = json!({"retry": {"preset": "none"}, "max_in_flight": 1});
    let webhook = world.webhook(&mended.receiver.url(), members).await;
    let mut events = Vec::new();
    for n in 0..count {
        events.push(world.publish_payload(&format!("{{\"user_id\":{n}}}")).await.to_string());
    }
    until(world, webhook, State::Exhausted, count as i64).await;
    mended.mend();
    // What was tried in the millisecond of the start would count as tried since.
    tokio::time::sleep(Duration::from_millis(5)).await;
    (webhook, events)
}

async fn until(world: &World, webhook: WebhookId, state: State, count: i64) {
    let filter = DeliveryFilter { webhook: Some(webhook), ..DeliveryFilter::default() };
    eventually(async || {
        let counts = world.engine.counts(&world.who, &filter).await.expect("counts");
        count == if state == State::Delivered { counts.delivered } else { counts.exhausted }
    })
    .await;
}

async fn start(world: &World, webhook: WebhookId, body: RetryBody) -> Replay {
    let failed = DeliveryFilter { states: vec![State::Exhausted], ..DeliveryFilter::default() };
    world.engine.start_replay(&world.who, webhook, &failed, body).await.expect("started")
}

async fn shown(world: &World, replay: &Replay) -> Replay {
    world.engine.replay(&world.who, replay.webhook_id, replay.id).await.expect("there")
}

on_both_databases! {
    async fn everything_that_failed_is_sent_again_in_order_with_the_same_bytes(place: &Place) {
        let (world, mended) = (place.start().await, Mended::start(Duration::ZERO).await);
        let (webhook, events) = given_up(&world, &mended, 300).await;
        assert_eq!(world.engine.count_replay(&world.who, webhook, &DeliveryFilter::default()).await, Ok(300));
        let replay = start(&world, webhook, RetryBody::Same).await;
        assert_eq!((replay.state, replay.total, replay.done), (Standing::Running, 300, 0));
        until(&world, webhook, State::Delivered, 300).await;
        eventually(async || shown(&world, &replay).await.state == Standing::Finished).await;
        assert_eq!(shown(&world, &replay).await.done, 300);
        assert_eq!(mended.events(300), events);
        let seen = mended.receiver.seen();
        assert!(seen[..300].iter().zip(&seen[300..]).all(|(first, again)| first.body == again.body));
        assert!(seen[300..].iter().all(|again| again.header("webhook-attempt") == Some("2")));
        let left = DeliveryFilter { states: vec![State::Exhausted], ..DeliveryFilter::default() };
        assert_eq!(world.engine.count_replay(&world.who, webhook, &left).await, Ok(0));
        world.engine.shutdown().await;
    }

    async fn what_is_new_waits_behind_a_handful_and_a_stop_is_felt_at_once(place: &Place) {
        let (world, mended) = (place.start().await, Mended::start(Duration::from_millis(10)).await);
        let (webhook, _) = given_up(&world, &mended, 500).await;
        let replay = start(&world, webhook, RetryBody::Same).await;
        eventually(async || mended.receiver.count() > 560).await;
        let fresh: EventId = world.engine.accept(&world.who, event("{}")).await.expect("accepted").id;
        let before = mended.receiver.count();
        world.until(fresh, State::Delivered).await;
        let place = mended.events(0).iter().position(|id| *id == fresh.to_string()).expect("it came");
        let waited = place.saturating_sub(before);
        assert!(waited < 128, "it waited behind {waited}");

        let stopped = world.engine.stop_replay(&world.who, webhook, replay.id).await.expect("stopped");
        assert_eq!(stopped.state, Standing::Stopped);
        assert!(stopped.done < stopped.total, "{stopped:?}");
        until(&world, webhook, State::Delivered, stopped.done + 1).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(mended.receiver.count() as i64, 500 + stopped.done + 1, "nothing more is sent");
        assert_eq!(shown(&world, &replay).await, stopped);
        world.engine.shutdown().await;
    }

    async fn it_goes_on_after_a_restart_and_after_a_pause(place: &Place) {
        let mended = Mended::start(Duration::from_millis(10)).await;
        let world = place.start().await;
        let (webhook, events) = given_up(&world, &mended, 300).await;
        let replay = start(&world, webhook, RetryBody::Same).await;
        eventually(async || mended.receiver.count() > 330).await;
        world.engine.shutdown().await;
        let (dir, world) = (world, place.start().await);
        eventually(async || mended.receiver.count() > 400).await;
        world.engine.pause(&world.who, webhook).await.expect("paused");
        let again = world.engine.start_replay(&world.who, webhook, &DeliveryFilter::default(), RetryBody::Same).await;
        assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
        assert_eq!(shown(&world, &replay).await.state, Standing::Running);
        world.engine.activate(&world.who, webhook, OnHeld::Release).await.expect("active");
        until(&world, webhook, State::Delivered, 300).await;
        let mut sent = mended.events(300);
        sent.sort();
        sent.dedup();
        assert_eq!(sent.len(), events.len());
        let rows = log(&world, webhook).await;
        assert!(rows.iter().all(|row| row.attempt_count == 2), "each once");
        eventually(async || shown(&world, &replay).await.state == Standing::Finished).await;
        world.engine.shutdown().await;
        drop(dir);
    }

    async fn bodies_are_rendered_anew_when_that_is_asked_for(place: &Place) {
        let (world, mended) = (place.start().await, Mended::start(Duration::ZERO).await);
        let (webhook, _) = given_up(&world, &mended, 3).await;
        world.change(webhook, json!({"body_template": "{\"fixed\":{{ payload.user_id }}}"})).await;
        start(&world, webhook, RetryBody::Render).await;
        until(&world, webhook, State::Delivered, 3).await;
        let bodies: Vec<_> = mended.receiver.seen()[3..].iter().map(|seen| seen.body.clone()).collect();
        assert_eq!(bodies, ["{\"fixed\":0}", "{\"fixed\":1}", "{\"fixed\":2}"]);
        world.engine.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_send_each_once() {
    let place = Place::postgres().await;
    let mended = Mended::start(Duration::from_millis(1)).await;
    let (one, other) = (place.start().await, place.start().await);
    let (webhook, _) = given_up(&one, &mended, 200).await;
    let replay = start(&other, webhook, RetryBody::Same).await;
    eventually(async || mended.receiver.count() > 230).await;
    one.engine.shutdown().await;
    until(&other, webhook, State::Delivered, 200).await;
    eventually(async || shown(&other, &replay).await.state == Standing::Finished).await;
    let rows = log(&other, webhook).await;
    assert!(rows.iter().all(|row| row.attempt_count == 2), "each once");
    other.engine.shutdown().await;
    place.remove().await;
}
