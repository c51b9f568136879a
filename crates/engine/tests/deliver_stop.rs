//! A stop lets what runs end, hands back the rest at once, and doubles nothing. On both databases.

mod deliver_support;
#[path = "deliver_support/place.rs"]
mod place;

use deliver_support::{arrivals::Arrivals, event, eventually, in_order_of_acceptance};
use domain::delivery::{DeliveryFilter, State};
use place::{Place, on_both_databases};
use serde_json::json;
use std::{collections::HashSet, time::Duration};

const COUNT: usize = 60;

on_both_databases! {
    async fn what_is_not_begun_goes_to_the_next_start_at_once(place: &Place) {
        let receiver = Arrivals::start(Duration::from_millis(100));
        let before = place.start().await;
        let webhook = before.webhook(&receiver.url(), json!({ "max_in_flight": 7 })).await;
        let events = (0..COUNT).map(|_| event("{}")).collect();
        before.engine.accept_batch(&before.who, events).await.expect("accepted");
        eventually(async || receiver.deliveries().len() > 10).await;
        before.engine.stop();
        let begun = receiver.deliveries().len();
        before.engine.shutdown().await;
        let ended = receiver.deliveries().len();
        assert!(ended < COUNT && ended <= begun + 7, "{begun} were begun, {ended} came");

        // Leases last 20 s, longer than this test waits: what comes now was handed back.
        let after = place.start().await;
        let filter = DeliveryFilter { states: vec![State::Delivered], ..Default::default() };
        assert!(after.rows(&filter).await.len() >= ended, "what ran was recorded");
        in_order_of_acceptance(&after, webhook, COUNT).await;
        let arrived = receiver.deliveries();
        assert_eq!((arrived.len(), arrived.iter().collect::<HashSet<_>>().len()), (COUNT, COUNT));
        after.engine.shutdown().await;
    }

    async fn several_nodes_or_starts_one_after_another_lose_nothing(place: &Place) {
        let receiver = Arrivals::start(Duration::from_millis(5));
        let first = place.start().await;
        let webhook = first.webhook(&receiver.url(), json!({ "max_in_flight": 4 })).await;
        first.engine.shutdown().await;
        let mut count = 0;
        for _ in 0..5 {
            let world = place.start().await;
            for _ in 0..15 {
                world.publish().await;
                count += 1;
            }
            world.engine.shutdown().await;
        }
        let last = place.start().await;
        in_order_of_acceptance(&last, webhook, count).await;
        assert_eq!(receiver.deliveries().len(), count, "each once");
        last.engine.shutdown().await;
    }
}
