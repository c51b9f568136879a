//! Recording attempts: states, bodies, fencing, health.

use crate::support::{Db, HOME, T0, on_both_databases};
use domain::{
    delivery::{Outcome, State as Delivery},
    health::{Ended, Reason},
    webhook::{On410, State},
};
use store::{Claimed, Finish, Finished, Next, OnHeld};

fn finish(db: &Db, claimed: &Claimed, outcome: Outcome, status: Option<u16>, next: Next) -> Finish {
    Finish {
        delivery: claimed.delivery,
        token: claimed.token,
        attempt: Some(db.attempt(claimed.attempt, outcome, status).into()),
        event: Some(claimed.event.clone().into()),
        body: claimed.body.is_none().then(|| "{\"rendered\":1}".to_owned()),
        next,
        ended: Some((
            Ended { outcome, http_status: status, exhausted: next == Next::Exhausted, test: false },
            On410::Deactivate,
        )),
        at: T0.plus_ms(100),
    }
}

/// Longer than an answer that is stored with its attempt, and with what JSON may hold.
const PAYLOAD: &str = concat!(
    r#"{"name": "J\u00fcrgen \u0000 ü", "n": 1.0, "words": ["#,
    r#""one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen","#,
    r#""one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen","#,
    r#""one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"]}"#
);

fn around(payload: &str) -> String {
    format!("{{\"type\":\"a.b\",\"data\":{payload}}}")
}

/// The same with another body, and an answer to it.
fn with_body(item: Finish, body: &str, answer: &str) -> Finish {
    let mut attempt = (*item.attempt.expect("made")).clone();
    body.clone_into(&mut attempt.request.as_mut().expect("sent").body);
    answer.clone_into(&mut attempt.response.as_mut().expect("answered").body);
    Finish { attempt: Some(attempt.into()), body: item.body.map(|_| body.to_owned()), ..item }
}

fn state(finished: &Finished) -> Delivery {
    match finished {
        Finished::Done { state, .. } => *state,
        Finished::Fenced => panic!("fenced"),
    }
}

const DUE: Next = Next::Retrying { due: T0.plus_ms(5000) };

on_both_databases! {
    async fn an_attempt_reads_back_byte_for_byte(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let (event, ids) = db.publish(&[webhook], "{}").await;
        let claimed = db.claim(T0).await;
        let first = finish(db, &claimed[0], Outcome::Status, Some(503), DUE);
        db.store.finish(std::slice::from_ref(&first)).await.expect("recorded");
        let row = db.store.delivery_row(HOME, ids[0]).await.expect("read").expect("exists");
        assert_eq!((row.state, row.next_attempt_at), (Delivery::Retrying, Some(T0.plus_ms(5000))));
        assert_eq!((row.outcome, row.http_status, row.attempt_count), (Some(Outcome::Status), Some(503), 1));
        assert_eq!((row.duration_ms, row.last_attempt_at), (Some(3.5), Some(T0.plus_ms(1))));

        let claimed = db.claim(T0.plus_ms(5000)).await;
        let second = finish(db, &claimed[0], Outcome::Delivered, Some(200), Next::Delivered);
        db.store.finish(std::slice::from_ref(&second)).await.expect("recorded");
        let delivery = db.store.delivery(HOME, ids[0]).await.expect("read").expect("exists");
        assert_eq!((delivery.state, delivery.next_attempt_at, delivery.event_id), (Delivery::Delivered, None, event));
        let made: Vec<_> = [first.attempt, second.attempt].into_iter().flatten().map(|made| (*made).clone()).collect();
        assert_eq!(delivery.attempts, made);
        assert_eq!(db.number("SELECT count(*) FROM queue").await, 0);
        // Both requests had the same content, and the answers are short.
        assert_eq!(db.number("SELECT count(*) FROM bodies").await, 2);
        assert_eq!(db.store.delivery(domain::id::Id::from_key(2), ids[0]).await.expect("read"), None);
    }

    async fn a_payload_inside_a_body_is_not_stored_again(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let (_, ids) = db.publish(&[webhook], PAYLOAD).await;
        let body = around(PAYLOAD);
        let first = with_body(finish(db, &db.claim(T0).await[0], Outcome::Status, Some(503), DUE), &body, "no");
        db.store.finish(std::slice::from_ref(&first)).await.expect("recorded");
        let stored = "SELECT CAST(sum(length(opening) + length(closing)) AS BIGINT) FROM envelopes";
        assert_eq!(db.number(stored).await, (body.len() - PAYLOAD.len()) as i64);
        assert_eq!(db.number("SELECT count(*) FROM bodies").await, 0);

        let claimed = db.claim(T0.plus_ms(5000)).await;
        assert_eq!(claimed[0].body.as_ref(), Some(&body), "the next try sends the same bytes");
        // The receiver sends back what it got, and then the payload.
        let second = with_body(finish(db, &claimed[0], Outcome::Status, Some(503), DUE), &body, &body);
        db.store.finish(std::slice::from_ref(&second)).await.expect("recorded");
        let third = finish(db, &db.claim(T0.plus_ms(5000)).await[0], Outcome::Delivered, Some(200), Next::Delivered);
        let third = with_body(third, PAYLOAD, PAYLOAD);
        db.store.finish(std::slice::from_ref(&third)).await.expect("recorded");
        let delivery = db.store.delivery(HOME, ids[0]).await.expect("read").expect("exists");
        let made = [first, second, third].map(|item| (*item.attempt.expect("made")).clone());
        assert_eq!(delivery.attempts, made);
    }

    async fn every_end_has_its_state(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        for _ in 0..5 {
            db.publish(&[webhook], "{}").await;
        }
        let claimed = db.claim(T0).await;
        let ends = [Next::Delivered, DUE, Next::Exhausted, Next::Held, Next::Discarded];
        let items: Vec<_> =
            claimed.iter().zip(ends).map(|(claimed, next)| finish(db, claimed, Outcome::Status, Some(500), next)).collect();
        let finished = db.store.finish(&items).await.expect("recorded");
        let states: Vec<_> = finished.iter().map(state).collect();
        use Delivery::{Delivered, Discarded, Exhausted, Held, Retrying};
        assert_eq!(states, [Delivered, Retrying, Exhausted, Held, Discarded]);
        for (claimed, state) in claimed.iter().zip(states) {
            let row = db.store.delivery_row(HOME, claimed.delivery).await.expect("read").expect("exists");
            assert_eq!(row.state, state);
        }
        assert_eq!(db.number("SELECT count(*) FROM queue").await, 1);
    }

    async fn whoever_lost_the_lease_writes_nothing(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let (_, ids) = db.publish(&[webhook], "{}").await;
        let lost = db.claim(T0).await;
        db.expire_leases().await;
        let mine = db.claim(T0).await;
        let late = finish(db, &lost[0], Outcome::Delivered, Some(200), Next::Delivered);
        assert_eq!(db.store.finish(&[late]).await.expect("asked"), [Finished::Fenced]);
        assert_eq!(db.number("SELECT count(*) FROM attempts").await, 0);
        // An interruption is told first, then the attempt is made; each has its number.
        let interrupted = finish(db, &mine[0], Outcome::Interrupted, None, Next::Retrying { due: T0 });
        let twice = finish(db, &mine[0], Outcome::Interrupted, None, Next::Retrying { due: T0 });
        let finished = db.store.finish(&[interrupted, twice]).await.expect("recorded");
        assert_eq!(state(&finished[0]), Delivery::Retrying);
        assert_eq!(finished[1], Finished::Fenced, "one word for each claim");
        let again = db.claim(T0).await;
        assert_eq!((again[0].delivery, again[0].attempt), (ids[0], 2));
    }

    async fn what_happened_to_the_webhook_meanwhile_decides(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        for _ in 0..3 {
            db.publish(&[webhook], "{}").await;
        }
        let claimed = db.claim(T0).await;
        let moved = db.set_state(webhook, State::Paused, OnHeld::Keep).await;
        assert_eq!(moved.held, 0, "what is being sent ends as it ends");
        let items = [
            finish(db, &claimed[0], Outcome::Delivered, Some(200), Next::Delivered),
            finish(db, &claimed[1], Outcome::Timeout, None, DUE),
        ];
        let finished = db.store.finish(&items).await.expect("recorded");
        assert_eq!((state(&finished[0]), state(&finished[1])), (Delivery::Delivered, Delivery::Held));
        db.store.delete_webhook(HOME, webhook, T0, &db.audit("x")).await.expect("deleted");
        let last = finish(db, &claimed[2], Outcome::Timeout, None, DUE);
        assert_eq!(state(&db.store.finish(&[last]).await.expect("recorded")[0]), Delivery::Discarded);
        assert_eq!(db.number("SELECT count(*) FROM queue").await, 0);
    }

    async fn without_an_attempt_only_the_place_changes(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let (_, ids) = db.publish(&[webhook], "{}").await;
        let claimed = db.claim(T0).await;
        let later = Finish { attempt: None, event: None, body: None, ended: None, ..finish(db, &claimed[0], Outcome::Timeout, None, DUE) };
        let finished = db.store.finish(&[later]).await.expect("recorded");
        assert_eq!(finished, [Finished::Done { state: Delivery::Pending, step: None }]);
        let row = db.store.delivery_row(HOME, ids[0]).await.expect("read").expect("exists");
        assert_eq!((row.state, row.attempt_count, row.next_attempt_at), (Delivery::Pending, 0, Some(T0.plus_ms(5000))));
        assert_eq!(db.store.finish(&[]).await.expect("nothing"), []);
    }

    async fn health_follows_the_attempts(db: &Db) {
        let (sick, well) = (db.webhook("Sick", State::Active).await, db.webhook("Well", State::Active).await);
        for _ in 0..3 {
            db.publish(&[sick, well], "{}").await;
        }
        let claimed = db.claim(T0).await;
        let mut items = Vec::new();
        for claimed in &claimed {
            items.push(if claimed.webhook == sick {
                finish(db, claimed, Outcome::Connect, None, Next::Exhausted)
            } else {
                finish(db, claimed, Outcome::Delivered, Some(204), Next::Delivered)
            });
        }
        let finished = db.store.finish(&items).await.expect("recorded");
        let alerts = finished.iter().filter(|f| matches!(f, Finished::Done { step: Some(step), .. } if step.alert)).count();
        assert_eq!(alerts, 1, "the first exhausted delivery of a run of failures");
        let failing = db.store.failing(HOME).await.expect("listed");
        assert_eq!(failing.len(), 1);
        assert_eq!((failing[0].0, failing[0].1.as_str(), failing[0].2.failures), (sick, "Sick", 3));
        assert_eq!(failing[0].2.failing_since, Some(T0.plus_ms(100)));

        db.publish(&[sick], "{}").await;
        let claimed = db.claim(T0).await;
        let gone = finish(db, &claimed[0], Outcome::Status, Some(410), DUE);
        let finished = db.store.finish(&[gone]).await.expect("recorded");
        let Finished::Done { step: Some(step), .. } = finished[0] else { panic!("{finished:?}") };
        assert_eq!(step.deactivate, Some(Reason::Gone));
        // Activating starts a clean record.
        db.set_state(sick, State::Active, OnHeld::Keep).await;
        assert_eq!(db.store.failing(HOME).await.expect("listed"), []);
    }

    async fn batches_that_share_contents_don_t_wait_in_a_circle(db: &Db) {
        let mut webhooks = Vec::new();
        for n in 0..80 {
            webhooks.push(db.webhook(&format!("W{n}"), State::Active).await);
        }
        db.publish(&webhooks, "{}").await;
        let claimed = db.claim(T0).await;
        let mut batches = Vec::new();
        for (n, batch) in claimed.chunks(10).enumerate() {
            let mut items: Vec<_> =
                batch.iter().map(|c| finish(db, c, Outcome::Delivered, Some(200), Next::Delivered)).collect();
            for (m, item) in items.iter_mut().enumerate() {
                let content = if n % 2 == 0 { m } else { 9 - m };
                item.body = Some(format!("content {content}"));
            }
            let store = db.store.clone();
            batches.push(tokio::spawn(async move { store.finish(&items).await }));
        }
        for batch in batches {
            let finished = batch.await.expect("no panic").expect("recorded");
            assert!(finished.iter().all(|f| state(f) == Delivery::Delivered));
        }
        assert_eq!(db.number("SELECT count(*) FROM attempts").await, 80);
        assert_eq!(db.number("SELECT count(*) FROM bodies").await, 11, "one event stores each once");
    }
}
