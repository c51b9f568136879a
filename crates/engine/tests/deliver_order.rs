//! First attempts of a webhook start in the order of acceptance: in the log and at the receiver, on
//! many connections, whatever way they go. On both databases, with several workers.

mod deliver_support;
#[path = "deliver_support/place.rs"]
mod place;

use deliver_support::{World, arrivals::Arrivals, event, in_order_of_acceptance};
use engine::OnHeld;
use place::{Place, on_both_databases};
use serde_json::json;
use std::time::Duration;

async fn publish_batch(world: &World, count: usize) {
    let events = (0..count).map(|n| event(&format!(r#"{{"n":{n}}}"#))).collect();
    world.engine.accept_batch(&world.who, events).await.expect("accepted");
}

on_both_databases! {
    async fn of_single_events_and_of_a_batch(place: &Place) {
        let world = &place.start().await;
        let receiver = Arrivals::start(Duration::from_millis(1));
        let webhook = world.webhook(&receiver.url(), json!({})).await;
        for _ in 0..50 {
            world.publish().await;
        }
        publish_batch(world, 300).await;
        in_order_of_acceptance(world, webhook, 350).await;
        world.engine.shutdown().await;
    }

    async fn of_concurrent_requests(place: &Place) {
        let world = &place.start().await;
        let receiver = Arrivals::start(Duration::from_millis(1));
        let webhook = world.webhook(&receiver.url(), json!({ "max_in_flight": 20 })).await;
        let publishers = (0..30).map(|_| {
            let (engine, who) = (world.engine.clone(), world.who.clone());
            tokio::spawn(async move {
                for n in 0..10 {
                    let accepted = if n % 5 == 0 {
                        let batch = vec![event("{}"), event("{}"), event("{}")];
                        engine.accept_batch(&who, batch).await.map(|_| ())
                    } else {
                        engine.accept(&who, event("{}")).await.map(|_| ())
                    };
                    accepted.expect("accepted");
                }
            })
        });
        for publisher in publishers.collect::<Vec<_>>() {
            publisher.await.expect("joined");
        }
        in_order_of_acceptance(world, webhook, 420).await;
        world.engine.shutdown().await;
    }

    async fn after_a_release_with_more_coming_in(place: &Place) {
        let world = &place.start().await;
        let receiver = Arrivals::start(Duration::from_millis(2));
        let webhook = world.webhook(&receiver.url(), json!({ "max_in_flight": 10 })).await;
        world.engine.pause(&world.who, webhook).await.expect("paused");
        publish_batch(world, 200).await;
        world.engine.activate(&world.who, webhook, OnHeld::Release).await.expect("active");
        for _ in 0..50 {
            world.publish().await;
        }
        in_order_of_acceptance(world, webhook, 250).await;
        world.engine.shutdown().await;
    }

    async fn at_the_receiver_on_many_connections(place: &Place) {
        let world = &place.start().await;
        const AT_ONCE: usize = 8;
        let receiver = Arrivals::start(Duration::from_millis(50));
        let webhook = world.webhook(&receiver.url(), json!({ "max_in_flight": AT_ONCE })).await;
        let mut sent = 0;
        // What comes on a new connection can be read later than what was written later on an old one, so
        // only a round without a new one tells, when there are as many as there may be.
        for _ in 0..50 {
            let connections = receiver.connections();
            publish_batch(world, 60).await;
            let rows = in_order_of_acceptance(world, webhook, sent + 60).await;
            let arrived = receiver.deliveries();
            assert_eq!(arrived.len(), sent + 60, "each once");
            if receiver.connections() == connections && connections >= AT_ONCE {
                let accepted = rows.iter().map(|row| row.id.to_string());
                assert!(accepted.skip(sent).eq(arrived[sent..].iter().cloned()));
                return world.engine.shutdown().await;
            }
            sent += 60;
        }
        panic!("new connections in every round, or fewer than {AT_ONCE}: {}", receiver.connections());
    }
}
