//! Acceptance: one commit for many requests, idempotency, routing versions.

use crate::support::{Db, HOME, T0, edit, on_both_databases};
use domain::{delivery::State as Delivery, id::EventId, webhook::State};
use sqlx::{Connection as _, Executor as _, PgConnection};
use std::{task::Poll, time::Duration};
use store::{Accept, Accepted, NewEvent, Receipt};

fn keyed(db: &Db, key: &str, content: &str) -> NewEvent {
    let mut new = db.event(&[], "{}");
    edit(&mut new).idempotency_key = Some(key.to_owned());
    new.fingerprint = content.to_owned();
    new
}

async fn request(db: &Db, events: Vec<NewEvent>) -> Accept {
    let routing_version = db.store.routing_version(HOME).await.expect("a version");
    Accept { marketplace: HOME, routing_version, events }
}

async fn events(db: &Db) -> i64 {
    db.number("SELECT count(*) FROM events").await
}

const fn receipt(event: EventId, again: bool) -> Receipt {
    Receipt { event, deliveries: 0, again, capped: Vec::new() }
}

on_both_databases! {
    async fn an_event_is_stored_as_it_arrived(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let payload = "{\"b\":1e400,\"a\":0.10, \"u\":\"\\u0000\\ud83d\\ude00 \u{1f600} \\\"quoted\\\\ \",\"b2\":[{}]}";
        let new = db.event(&[webhook], payload);
        let stored = db.accept(new.clone()).await;
        assert_eq!(stored, Receipt { event: new.event.id, deliveries: 1, again: false, capped: Vec::new() });
        assert_eq!(db.store.event(HOME, new.event.id).await.expect("read"), Some((*new.event).clone()));
        let row = db.store.delivery_row(HOME, new.deliveries[0].id).await.expect("read").expect("exists");
        assert_eq!((row.event_id, row.webhook_id, row.state), (new.event.id, webhook, Delivery::Pending));
        assert_eq!((row.created_at, row.next_attempt_at, row.attempt_count), (T0, Some(T0), 0));
        assert_eq!((row.topic.as_str(), row.webhook_name.as_str(), row.test), ("learning.user.created", "W", false));
    }

    async fn the_same_key_gets_the_first_answer(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let mut first = keyed(db, "k", "content");
        first.deliveries = db.event(&[webhook], "{}").deliveries;
        let answer = db.accept(first.clone()).await;
        assert_eq!((answer.deliveries, answer.again), (1, false));
        let again = db.accept(keyed(db, "k", "content")).await;
        assert_eq!(again, Receipt { event: first.event.id, deliveries: 1, again: true, capped: Vec::new() });
        assert_eq!(events(db).await, 1);

        let other = request(db, vec![keyed(db, "new", "x"), keyed(db, "k", "other content")]).await;
        assert_eq!(db.store.accept(vec![other]).await.expect("answered"), [Accepted::KeyConflict { index: 1 }]);
        assert_eq!(events(db).await, 1, "all or nothing");
    }

    async fn keys_within_one_commit_know_each_other(db: &Db) {
        let (a, b, c) = (keyed(db, "k", "x"), keyed(db, "k", "x"), keyed(db, "k", "y"));
        let (id, _) = (a.event.id, b.event.id);
        let requests = vec![request(db, vec![a]).await, request(db, vec![b]).await, request(db, vec![c]).await];
        assert_eq!(db.store.accept(requests).await.expect("answered"), [
            Accepted::Stored(vec![receipt(id, false)]),
            Accepted::Stored(vec![receipt(id, true)]),
            Accepted::KeyConflict { index: 0 },
        ]);
        // Twice in one request is the same event; twice with other content refuses it.
        let (a, b) = (keyed(db, "m", "x"), keyed(db, "m", "x"));
        let id = a.event.id;
        let twice = request(db, vec![a, b]).await;
        assert_eq!(db.store.accept(vec![twice]).await.expect("answered"),
            [Accepted::Stored(vec![receipt(id, false), receipt(id, true)])]);
        let torn = request(db, vec![keyed(db, "n", "x"), keyed(db, "n", "y")]).await;
        assert_eq!(db.store.accept(vec![torn]).await.expect("answered"), [Accepted::KeyConflict { index: 1 }]);
        assert_eq!(events(db).await, 2);
    }

    async fn whoever_met_a_refused_request_is_asked_to_come_again(db: &Db) {
        db.accept(keyed(db, "old", "x")).await;
        // The first request is refused for its second event; the second request met its first one.
        let refused = request(db, vec![keyed(db, "a", "x"), keyed(db, "old", "y")]).await;
        let met = request(db, vec![keyed(db, "a", "x"), keyed(db, "b", "x")]).await;
        let met_that = request(db, vec![keyed(db, "b", "other")]).await;
        let answers = db.store.accept(vec![refused, met, met_that]).await.expect("answered");
        assert_eq!(answers, [Accepted::KeyConflict { index: 1 }, Accepted::Stale, Accepted::Stale]);
        assert_eq!(events(db).await, 1);
    }

    async fn an_older_routing_table_is_noticed(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let old = request(db, vec![db.event(&[webhook], "{\"a\":1}")]).await;
        db.set_state(webhook, State::Paused, store::OnHeld::Keep).await;
        let new = request(db, vec![db.event(&[], "{\"b\":1}")]).await;
        let mut nowhere = request(db, vec![db.event(&[], "{}")]).await;
        nowhere.marketplace = domain::id::Id::from_key(77);
        let answers = db.store.accept(vec![old.clone(), new, nowhere]).await.expect("answered");
        assert_eq!(answers[0], Accepted::Stale);
        assert!(matches!(answers[1], Accepted::Stored(_)), "{answers:?}");
        assert_eq!(answers[2], Accepted::Stale);
        assert_eq!(events(db).await, 1);
        assert_eq!(db.number("SELECT count(*) FROM deliveries").await, 0);
        assert_eq!(db.number("SELECT count(*) FROM queue").await, 0);
    }

    async fn deliveries_start_waiting_held_or_leased(db: &Db) {
        let (webhook, paused) = (db.webhook("W", State::Active).await, db.webhook("P", State::Paused).await);
        let mut new = db.event(&[webhook, paused, webhook], "{}");
        new.deliveries[1].held = true;
        new.deliveries[2].lease = Some(77);
        let ids: Vec<_> = new.deliveries.iter().map(|d| d.id).collect();
        db.accept(new).await;
        let mut states = Vec::new();
        for id in &ids {
            let row = db.store.delivery_row(HOME, *id).await.expect("read").expect("exists");
            states.push((row.state, row.next_attempt_at));
        }
        let waits = Some(T0);
        assert_eq!(states, [(Delivery::Pending, waits), (Delivery::Held, None), (Delivery::Sending, None)]);
        // Somebody has the third one already, and its lease is the webhook's timeout and 5 s.
        let claimed = db.claim(T0).await;
        assert_eq!(claimed.iter().map(|c| c.delivery).collect::<Vec<_>>(), ids[..1]);
        assert_eq!(db.store.renew(&[(ids[2], 77), (ids[2], 78)]).await.expect("renewed"), [ids[2]]);
        let now = db.store.now().await.expect("a clock").ms();
        let until = db.number("SELECT lease_until FROM queue WHERE token = 77").await;
        assert!((now + 15_000..=now + 20_000).contains(&until), "{}", until - now);
    }

    async fn many_requests_at_once_are_all_stored_once(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let mut tasks = Vec::new();
        for n in 0..8 {
            let mut requests = Vec::new();
            for m in 0..10 {
                let mut new = db.event(&[webhook], "{\"a\":1}");
                edit(&mut new).idempotency_key = Some(format!("k{}", if n % 2 == 0 { m } else { 9 - m }));
                new.fingerprint = "x".to_owned();
                requests.push(request(db, vec![new]).await);
            }
            let store = db.store.clone();
            tasks.push(tokio::spawn(async move { store.accept(requests).await }));
        }
        let mut new = 0;
        for task in tasks {
            for answer in task.await.expect("no panic").expect("answered") {
                match answer {
                    Accepted::Stored(receipts) => new += receipts.iter().filter(|r| !r.again).count(),
                    other => panic!("{other:?}"),
                }
            }
        }
        assert_eq!((new, events(db).await), (10, 10));
        assert_eq!(db.number("SELECT count(*) FROM queue").await, 10);
    }

    async fn nothing_and_a_thousand(db: &Db) {
        assert_eq!(db.store.accept(Vec::new()).await.expect("answered"), []);
        let webhook = db.webhook("W", State::Active).await;
        let new = (0..1000).map(|n| db.event(&[webhook], &format!("{{\"number\":\"no-{n}\"}}"))).collect();
        let answers = db.store.accept(vec![request(db, new).await]).await.expect("answered");
        assert!(matches!(&answers[..], [Accepted::Stored(receipts)] if receipts.len() == 1000));
        assert_eq!(db.number("SELECT count(*) FROM deliveries").await, 1000);
        assert_eq!(db.number("SELECT count(*) FROM search_tail").await, 1000);
    }

    /// At whatever step of the transaction.
    async fn who_goes_away_in_the_middle_leaves_nothing_half_done_and_nobody_waits(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let version = db.store.routing_version(HOME).await.expect("a version");
        let mut stored = 0;
        for polls in 1.. {
            let request = Accept {
                marketplace: HOME,
                routing_version: version,
                events: vec![db.event(&[webhook], "{}")],
            };
            let ended = cut_off(db.store.accept(vec![request]), polls).await.is_some();
            db.publish(&[webhook], "{}").await;
            stored += 1;
            if ended {
                break;
            }
        }
        let events = db.number("SELECT count(*) FROM events").await;
        assert_eq!(db.number("SELECT count(*) FROM deliveries").await, events);
        assert_eq!(db.number("SELECT count(*) FROM queue").await, events);
        // The one that ended; and some may have been cut off behind their commit.
        assert!((stored + 1..=2 * stored).contains(&events), "{events}, and {stored} were published");
    }
}

/// What `future` comes to, if it does when it is polled so often; it is dropped then.
async fn cut_off<T>(future: impl Future<Output = T>, polls: u32) -> Option<T> {
    let (mut future, mut left) = (std::pin::pin!(future), polls);
    std::future::poll_fn(move |cx| match future.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => {
            left -= 1;
            if left == 0 { Poll::Ready(None) } else { Poll::Pending }
        }
    })
    .await
}

#[tokio::test]
async fn postgres_waits_for_a_routing_that_is_being_changed() {
    let db = Db::postgres().await;
    for (end, is_stored) in [("ROLLBACK", true), ("COMMIT", false)] {
        let request = request(&db, vec![db.event(&[], "{}")]).await;
        let mut other = PgConnection::connect(&db.url).await.expect("connected");
        other.execute("BEGIN").await.expect("begun");
        let change = "UPDATE marketplaces SET routing_version = routing_version + 1";
        other.execute(change).await.expect("changed");
        let store = db.store.clone();
        let accepting = tokio::spawn(async move { store.accept(vec![request]).await });
        let waits = "SELECT count(*) FROM pg_stat_activity
                     WHERE wait_event_type = 'Lock' AND datname = current_database()";
        while db.number(waits).await == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        other.execute(end).await.expect("ended");
        let answers = accepting.await.expect("no panic").expect("answered");
        assert_eq!(matches!(answers[..], [Accepted::Stored(_)]), is_stored, "{end}: {answers:?}");
        assert_eq!(events(&db).await, 1, "{end}");
    }
    db.remove().await;
}
