//! One event for each key in a time: decided by the transaction that accepts it.

use crate::support::{Db, HOME, T0, edit, on_both_databases};
use domain::{
    delivery::{DeliveryFilter, Outcome, State as Delivery},
    id::{EventId, WebhookId},
    page::PageRequest,
    time::Timestamp,
    webhook::{Frequency, State, frequency::Key},
};
use std::collections::HashMap;
use store::{Accept, Accepted, NewEvent, Once};

const MINUTE_S: u32 = 60;

/// An event of a key for these webhooks, accepted at `at`.
fn of(db: &Db, to: &[WebhookId], key: u8, at: Timestamp) -> NewEvent {
    let mut new = db.event(to, "{}");
    let id: EventId = db.id_at(at);
    let event = edit(&mut new);
    (event.id, event.received_at) = (id, at);
    for delivery in &mut new.deliveries {
        delivery.id = db.id_at(at);
        delivery.once = Some(Once { key: [key; 16], window_s: MINUTE_S });
    }
    new
}

/// Whether each delivery of the event goes out.
async fn goes(db: &Db, new: NewEvent) -> Vec<bool> {
    let ids: Vec<_> = new.deliveries.iter().map(|delivery| delivery.id).collect();
    let receipt = db.accept(new).await;
    assert_eq!(receipt.deliveries, ids.len() as i64, "each stands in the log");
    ids.iter().map(|id| !receipt.capped.contains(id)).collect()
}

async fn request(db: &Db, events: Vec<NewEvent>) -> Accept {
    let routing_version = db.store.routing_version(HOME).await.expect("a version");
    Accept { marketplace: HOME, routing_version, events }
}

fn later(ms: i64) -> Timestamp {
    T0.plus_ms(ms)
}

/// Numbers that look random, from a seed.
fn dice(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

on_both_databases! {
    async fn the_first_of_a_key_goes_out_and_later_ones_stand_in_the_log(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        assert_eq!(goes(db, of(db, &[webhook], 1, T0)).await, [true]);
        let second = of(db, &[webhook], 1, later(59_999));
        let (event, id) = (second.event.id, second.deliveries[0].id);
        assert_eq!(goes(db, second).await, [false]);
        let row = db.store.delivery_row(HOME, id).await.expect("read").expect("it stands there");
        assert_eq!((row.state, row.outcome, row.attempt_count), (Delivery::Discarded, Some(Outcome::Frequency), 0));
        let whole = db.store.delivery(HOME, id).await.expect("read").expect("it stands there");
        assert_eq!((whole.event_id, whole.outcome, whole.attempts.len()), (event, Some(Outcome::Frequency), 0));
        // It is not in the queue, and can be found.
        assert_eq!(db.claim(later(120_000)).await.len(), 1);
        let filter = DeliveryFilter { outcome: Some(Outcome::Frequency), ..DeliveryFilter::default() };
        let found = db.store.deliveries(HOME, &filter, PageRequest::default()).await.expect("read");
        assert_eq!(found.data.iter().map(|row| row.id).collect::<Vec<_>>(), [id]);
        assert!(db.store.failures(HOME, T0).await.expect("read").is_empty(), "nothing went wrong");
    }

    async fn keys_and_webhooks_are_apart(db: &Db) {
        let (a, b) = (db.webhook("A", State::Active).await, db.webhook("B", State::Active).await);
        assert_eq!(goes(db, of(db, &[a], 1, T0)).await, [true]);
        assert_eq!(goes(db, of(db, &[a, b], 1, T0)).await, [false, true]);
        assert_eq!(goes(db, of(db, &[a, b], 2, T0)).await, [true, true]);
    }

    async fn the_time_runs_from_the_event_that_went_out(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        for (at, out) in [(0, true), (30_000, false), (59_999, false), (60_000, true), (119_999, false), (120_000, true)] {
            assert_eq!(goes(db, of(db, &[webhook], 1, later(at))).await, [out], "{at}");
        }
    }

    async fn of_one_commit_only_the_first_goes_out(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let events = |key| (0..5).map(|_| of(db, &[webhook], key, T0)).collect::<Vec<_>>();
        let requests = vec![request(db, events(1)).await, request(db, [events(2), events(1)].concat()).await];
        let answers = db.store.accept(requests).await.expect("accepted");
        let capped = |answer: &Accepted| match answer {
            Accepted::Stored(receipts) => receipts.iter().map(|r| r.capped.len()).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(capped(&answers[0]), [0, 1, 1, 1, 1]);
        assert_eq!(capped(&answers[1]), [0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    }

    async fn of_two_at_the_same_moment_exactly_one_goes_out(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        for key in 0..20 {
            // Keys in two orders: nobody waits in a circle.
            let batch = |keys: [u8; 2]| async move {
                let events = keys.map(|key| of(db, &[webhook], key, T0)).to_vec();
                let request = request(db, events).await;
                let answers = db.store.accept(vec![request]).await.expect("accepted");
                match &answers[0] {
                    Accepted::Stored(receipts) => receipts.iter().filter(|r| r.capped.is_empty()).count(),
                    other => panic!("{other:?}"),
                }
            };
            let keys = [key, key + 100];
            let (one, other) = tokio::join!(batch(keys), batch([keys[1], keys[0]]));
            assert_eq!(one + other, 2, "one for each of two keys");
        }
    }

    async fn a_repetition_neither_counts_nor_is_capped(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let keyed = |at| {
            let mut new = of(db, &[webhook], 1, at);
            edit(&mut new).idempotency_key = Some("k".to_owned());
            new
        };
        let first = db.accept(keyed(T0)).await;
        let again = db.accept(keyed(later(60_000))).await;
        assert!(first.capped.is_empty() && again.again && again.capped.is_empty());
        assert_eq!(goes(db, of(db, &[webhook], 1, later(60_000))).await, [true], "the repetition took nothing");
    }

    async fn what_is_held_counts_and_a_later_one_is_discarded(db: &Db) {
        let webhook = db.webhook("W", State::Paused).await;
        let held = |at| {
            let mut new = of(db, &[webhook], 1, at);
            new.deliveries[0].held = true;
            new
        };
        assert_eq!(goes(db, held(T0)).await, [true]);
        let second = held(later(1));
        let id = second.deliveries[0].id;
        assert_eq!(goes(db, second).await, [false]);
        db.set_state(webhook, State::Active, store::OnHeld::Release).await;
        let row = db.store.delivery_row(HOME, id).await.expect("read").expect("there");
        assert_eq!(row.state, Delivery::Discarded);
        assert_eq!(db.claim(later(10)).await.len(), 1);
    }

    async fn a_discarded_one_that_is_retried_goes_out(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        goes(db, of(db, &[webhook], 1, T0)).await;
        let second = of(db, &[webhook], 1, T0);
        let id = second.deliveries[0].id;
        goes(db, second).await;
        assert!(db.store.retry(HOME, id, false, T0, &db.audit("delivery.retried")).await.expect("asked"));
        assert!(db.claim(T0).await.iter().any(|claimed| claimed.delivery == id));
    }

    async fn another_rule_and_deletion_forget_the_keys_and_pruning_those_that_are_over(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let keys = || db.number("SELECT count(*) FROM frequency");
        goes(db, of(db, &[webhook], 1, T0)).await;
        let stored = db.store.webhook(HOME, webhook).await.expect("read").expect("there");
        let mut settings = stored.webhook.settings;
        for (from, (window_s, left)) in (1..).zip([(MINUTE_S, 0), (MINUTE_S, 1), (120, 0)]) {
            settings.frequency = Some(Frequency { key: Key::At("payload.a".to_owned()), window_s });
            let audit = db.audit("webhook.updated");
            let saved = db.store.update_webhook(HOME, webhook, from, &settings, "sealed", T0, &audit).await;
            saved.expect("saved");
            assert_eq!(keys().await, left, "{window_s}");
            goes(db, of(db, &[webhook], 1, T0)).await;
        }
        goes(db, of(db, &[webhook], 2, later(30_000))).await;
        db.store.prune(later(60_000)).await.expect("pruned");
        assert_eq!(keys().await, 1);
        db.store.delete_webhook(HOME, webhook, T0, &db.audit("webhook.deleted")).await.expect("deleted");
        assert_eq!(keys().await, 0);
    }

    /// Against the rule as it reads: an event goes out unless one of its key did less than a minute before.
    async fn it_does_what_the_rule_says(db: &Db) {
        let webhooks = [db.webhook("A", State::Active).await, db.webhook("B", State::Active).await];
        let mut last: HashMap<(WebhookId, u8), i64> = HashMap::new();
        let (mut seed, mut now) = (7, 0);
        for _ in 0..40 {
            now += dice(&mut seed).cast_signed() % 40_000;
            let events: Vec<NewEvent> = (0..=dice(&mut seed) % 4)
                .map(|_| {
                    let to = &webhooks[..=(dice(&mut seed) % 2) as usize];
                    of(db, to, (dice(&mut seed) % 3) as u8, later(now))
                })
                .collect();
            let mut expected = Vec::new();
            for delivery in events.iter().flat_map(|event| &event.deliveries) {
                let key = (delivery.webhook, delivery.once.expect("a key").key[0]);
                let capped = last.get(&key).is_some_and(|at| now < at + 60_000);
                if capped { expected.push(delivery.id) } else { last.insert(key, now); }
            }
            let answers = db.store.accept(vec![request(db, events).await]).await.expect("accepted");
            let Accepted::Stored(receipts) = &answers[0] else { panic!("{answers:?}") };
            let capped: Vec<_> = receipts.iter().flat_map(|receipt| receipt.capped.clone()).collect();
            assert_eq!(capped, expected);
        }
        assert!(!last.is_empty());
    }
}
