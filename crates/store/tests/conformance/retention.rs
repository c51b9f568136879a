//! What is old goes, with everything that belongs to it; what is young or waits in the queue stays.

use crate::support::{Db, HOME, T0, edit, on_both_databases};
use domain::{
    delivery::{DeliveryFilter, Outcome},
    event::EventFilter,
    id::{DeliveryId, EventId, WebhookId},
    page::PageRequest,
    time::Timestamp,
    webhook::State,
};
use store::{Error, NewDelivery, Step};

const LATER: Timestamp = T0.plus_ms(3_600_000);

/// Accepts an event, with a delivery for the webhook, at `at`.
async fn publish_at(db: &Db, at: Timestamp, to: WebhookId, held: bool) -> (EventId, DeliveryId) {
    let mut new = db.event(&[], "{\"email\":\"ada@example.com\"}");
    edit(&mut new).id = db.id_at(at);
    edit(&mut new).idempotency_key = Some(new.event.id.to_string());
    new.deliveries = vec![NewDelivery { id: db.id_at(at), webhook: to, held, lease: None, once: None }];
    let ids = (new.event.id, new.deliveries[0].id);
    db.accept(new).await;
    ids
}

/// Steps until nothing old is left; how many events went.
async fn remove_all(db: &Db, before: Timestamp) -> i64 {
    let (mut removed, mut next) = (0, None);
    loop {
        let Step { events, next: then } = db.store.remove_old(before, next).await.expect("removed");
        removed += events;
        next = then;
        if next.is_none() {
            return removed;
        }
    }
}

async fn listed(db: &Db) -> Vec<DeliveryId> {
    let filter = DeliveryFilter::default();
    let page = db.store.deliveries(HOME, &filter, PageRequest::default()).await.expect("listed");
    page.data.iter().map(|row| row.id).collect()
}

async fn found(db: &Db, q: &str) -> Vec<EventId> {
    let filter = EventFilter { q: Some(q.to_owned()), ..EventFilter::default() };
    let page = db.store.events(HOME, &filter, PageRequest::default()).await.expect("listed");
    page.data.iter().map(|row| row.id).collect()
}

on_both_databases! {
    async fn what_is_old_goes_and_what_is_young_stays(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let (old, _) = publish_at(db, T0, webhook, false).await;
        let (held, _) = publish_at(db, T0, webhook, true).await;
        for claimed in db.claim(T0).await {
            db.deliver(&claimed, Outcome::Delivered).await;
        }
        let (young, delivery) = publish_at(db, LATER, webhook, false).await;
        for claimed in db.claim(LATER).await {
            db.deliver(&claimed, Outcome::Delivered).await;
        }
        assert_eq!(found(db, "ada@example.com").await, [young, held, old]);

        assert_eq!(remove_all(db, T0).await, 0, "nothing is older than the first");
        assert_eq!(remove_all(db, LATER).await, 2);

        assert!(db.store.event(HOME, old).await.expect("answered").is_none());
        assert_eq!(listed(db).await, [delivery]);
        assert_eq!(found(db, "ada@example.com").await, [young]);
        let read = db.store.delivery(HOME, delivery).await.expect("read").expect("it is there");
        assert_eq!(read.attempts.len(), 1);
        for (table, left) in [
            ("SELECT count(*) FROM events", 1),
            ("SELECT count(*) FROM deliveries", 1),
            ("SELECT count(*) FROM attempts", 1),
            ("SELECT count(DISTINCT event_id) FROM bodies", 1),
            ("SELECT count(DISTINCT event_id) FROM envelopes", 1),
            ("SELECT count(*) FROM search_tail", 1),
        ] {
            assert_eq!(db.number(table).await, left, "{table}");
        }
    }

    async fn what_waits_in_the_queue_stays_until_it_is_done(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let (_, due) = publish_at(db, T0, webhook, false).await;
        let (_, done) = publish_at(db, T0, webhook, false).await;
        let claimed = db.claim(T0).await;
        assert_eq!(claimed.iter().map(|claimed| claimed.delivery).collect::<Vec<_>>(), [due, done]);
        db.deliver(&claimed[0], Outcome::Status).await;
        db.deliver(&claimed[1], Outcome::Delivered).await;

        assert_eq!(remove_all(db, LATER).await, 1);
        assert_eq!(listed(db).await, [due]);
        let again = db.claim(T0.plus_ms(5000)).await;
        assert_eq!(again.len(), 1, "it is still tried");
        assert_eq!(remove_all(db, LATER).await, 0, "it is being sent");
        db.deliver(&again[0], Outcome::Delivered).await;
        assert_eq!(remove_all(db, LATER).await, 1);
        assert_eq!(listed(db).await, []);
    }

    async fn many_go_in_small_steps(db: &Db) {
        let webhook = db.webhook("W", State::Paused).await;
        for n in 0..450 {
            publish_at(db, T0.plus_ms(n), webhook, true).await;
        }
        let first = db.store.remove_old(LATER, None).await.expect("removed");
        assert!((1..450).contains(&first.events) && first.next.is_some(), "{first:?}");
        assert_eq!(first.events + remove_all(db, LATER).await, 450);
        assert_eq!(listed(db).await, []);
    }

    async fn a_segment_goes_when_all_its_events_are_old(db: &Db) {
        let webhook = db.webhook("W", State::Paused).await;
        let (one, _) = publish_at(db, T0, webhook, true).await;
        let (other, _) = publish_at(db, LATER, webhook, true).await;
        let segment = |first: EventId, last: EventId| format!(
            "INSERT INTO search_segments (first_event, last_event) VALUES ({}, {});
             INSERT INTO search_blocks (first_event, bucket, entries)
             SELECT {}, 7, terms FROM search_tail WHERE event_id = {}",
            first.key(), last.key(), first.key(), first.key()
        );
        for sql in [segment(one, one), segment(other, other)] {
            for statement in sql.split(';') {
                db.run(String::leak(statement.to_owned())).await;
            }
        }
        let before = LATER.plus_ms(-1);
        assert!(db.store.remove_old_segment(before).await.expect("removed"));
        assert!(!db.store.remove_old_segment(before).await.expect("removed"), "the other is young");
        assert_eq!(db.number("SELECT count(*) FROM search_segments").await, 1);
        assert_eq!(db.number("SELECT count(*) FROM search_blocks").await, 1);
    }

    async fn who_sends_one_again_meanwhile_keeps_it_or_finds_it_gone(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        for _ in 0..10 {
            let (_, id) = publish_at(db, T0, webhook, false).await;
            let claimed = db.claim(T0).await;
            db.deliver(&claimed[0], Outcome::Delivered).await;
            let audit = db.audit("delivery.retried");
            let again = async {
                loop {
                    match db.store.retry(HOME, id, false, T0, &audit).await {
                        Err(Error::Busy(_)) => {}
                        done => return done.expect("answered"),
                    }
                }
            };
            let (again, removed) = tokio::join!(again, remove_all(db, LATER));
            assert_eq!(db.number("SELECT count(*) FROM queue").await, i64::from(again), "removed {removed}");
            assert_eq!(listed(db).await.len(), usize::from(again));
            for claimed in db.claim(T0).await {
                db.deliver(&claimed, Outcome::Delivered).await;
            }
            remove_all(db, LATER).await;
        }
    }
}
