//! What a webhook's limits promise, and what hanging receivers may not do. On both databases.

mod deliver_support;
#[path = "deliver_support/place.rs"]
mod place;

use deliver_support::{
    World,
    arrivals::Arrivals,
    event, eventually, in_order_of_acceptance,
    receiver::{Receiver, Reply},
};
use domain::{delivery::State, time::Timestamp};
use place::{Place, on_both_databases};
use serde_json::json;
use std::time::Duration;

/// When attempts started, in milliseconds.
fn starts(rows: &[domain::delivery::DeliveryRow]) -> Vec<i64> {
    rows.iter().filter_map(|row| row.last_attempt_at.map(Timestamp::ms)).collect()
}

async fn publish_batch(world: &World, count: usize) {
    let events = (0..count).map(|_| event("{}")).collect();
    world.engine.accept_batch(&world.who, events).await.expect("accepted");
}

on_both_databases! {
    async fn a_rate_is_never_exceeded_and_the_order_stays(place: &Place) {
        const RATE: usize = 20;
        let (slow, free) =
            (Arrivals::start(Duration::from_millis(1)), Arrivals::start(Duration::from_millis(1)));
        let world = place.start().await;
        let limited = world.webhook(&slow.url(), json!({ "rate_per_second": RATE })).await;
        let unlimited = world.webhook(&free.url(), json!({})).await;
        publish_batch(&world, 50).await;
        for _ in 0..10 {
            world.publish().await;
        }
        in_order_of_acceptance(&world, unlimited, 60).await;
        let rows = in_order_of_acceptance(&world, limited, 60).await;
        // Slots are taken a moment before the start that the log shows, so one more may fall into a second.
        let starts = starts(&rows);
        let most = RATE + RATE / 10 + 1;
        let early = starts.windows(most + 1).filter(|window| window[most] - window[0] < 1000 - 20).count();
        assert_eq!(early, 0, "more than {RATE} in a second: {starts:?}");
        world.engine.shutdown().await;
    }

    async fn no_more_requests_at_the_same_time_than_allowed(place: &Place) {
        // Long enough that on a slow machine, too, the next ones come meanwhile.
        let receiver = Arrivals::start(Duration::from_millis(100));
        let world = place.start().await;
        let webhook = world.webhook(&receiver.url(), json!({ "max_in_flight": 3 })).await;
        publish_batch(&world, 60).await;
        in_order_of_acceptance(&world, webhook, 60).await;
        assert_eq!(receiver.busiest(), 3);
        world.change(webhook, json!({ "max_in_flight": 9 })).await;
        publish_batch(&world, 60).await;
        in_order_of_acceptance(&world, webhook, 120).await;
        assert!((4..=9).contains(&receiver.busiest()), "{} at the same time", receiver.busiest());
        world.engine.shutdown().await;
    }

    async fn many_hanging_webhooks_leave_the_others_alone(place: &Place) {
        let (hanging, quick) = (Receiver::with(Reply::Hang).await, Arrivals::start(Duration::ZERO));
        // So few slots that those that hang could take all of them.
        let world = place.open(|config| config.max_in_flight = 160).await;
        world.engine.start();
        for _ in 0..20 {
            world.webhook(&hanging.url(), json!({ "timeout_ms": 30_000 })).await;
        }
        let well = world.webhook(&quick.url(), json!({})).await;
        publish_batch(&world, 100).await;
        in_order_of_acceptance(&world, well, 100).await;
        assert!((20..160).contains(&hanging.count()), "{} hang", hanging.count());
        world.engine.stop();
    }

    async fn a_receiver_that_is_overloaded_gets_a_pause(place: &Place) {
        let busy = Reply::Answer(503, vec![("retry-after", "2".to_owned())], String::new());
        let receiver = Receiver::start(move |n, _| {
            if n == 0 { busy.clone() } else { Reply::Answer(200, Vec::new(), String::new()) }
        })
        .await;
        let world = place.start().await;
        world.webhook(&receiver.url(), json!({ "max_in_flight": 1, "retry": { "schedule_s": [1] } })).await;
        publish_batch(&world, 5).await;
        world.until_count(State::Delivered, 5).await;
        let filter = domain::delivery::DeliveryFilter::default();
        let mut starts = starts(&world.rows(&filter).await);
        starts.sort_unstable();
        let first = world.rows(&filter).await.iter().map(|row| row.created_at.ms()).min().expect("a row");
        assert!(starts.iter().all(|start| start - first >= 2000), "{starts:?} after {first}");
        eventually(async || receiver.count() == 6).await;
        world.engine.shutdown().await;
    }
}
