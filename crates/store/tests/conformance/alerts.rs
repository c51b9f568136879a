//! Alerts are raised once, and each mail is in one hand at a time.

use crate::support::{Db, HOME, T0, on_both_databases};
use domain::{
    delivery::{Attempt, Outcome},
    health::{Alert, Ended, Health, Notice, What},
    id::WebhookId,
    time::Timestamp,
    webhook::{On410, State},
};
use sqlx::{Connection as _, Executor as _, PgConnection};
use store::{Claimed, Finish, Next, OnHeld};

const HOUR: i64 = 3_600_000;

/// The last attempt of a claim, which failed with 503.
fn exhausted(db: &Db, claimed: &Claimed) -> Finish {
    ended(db, claimed, Outcome::Status, Some(503), Next::Exhausted, T0.plus_ms(100))
}

/// An attempt of a claim that ended `at`, a moment after it began.
fn ended(
    db: &Db,
    claimed: &Claimed,
    outcome: Outcome,
    status: Option<u16>,
    next: Next,
    at: Timestamp,
) -> Finish {
    let ended = Ended { outcome, http_status: status, exhausted: next == Next::Exhausted, test: false };
    let attempt = Attempt { at: at.plus_ms(-5), ..db.attempt(claimed.attempt, outcome, status) };
    Finish {
        delivery: claimed.delivery,
        token: claimed.token,
        attempt: Some(attempt.into()),
        event: None,
        body: None,
        next,
        ended: Some((ended, On410::Deactivate)),
        at,
    }
}

/// The next try is later than anything here.
const LATER: Next = Next::Retrying { due: T0.plus_ms(99 * HOUR) };

/// Publishes an event for the webhook, whose attempt fails with 503 and ends `at`.
async fn fail_at(db: &Db, webhook: WebhookId, next: Next, at: Timestamp) {
    db.publish(&[webhook], "{}").await;
    let claimed = db.claim(T0).await;
    let failed = ended(db, &claimed[0], Outcome::Status, Some(503), next, at);
    db.store.finish(&[failed]).await.expect("recorded");
}

/// The alerts that stand, by the names of their webhooks.
async fn standing(db: &Db) -> Vec<(String, Timestamp, Alert)> {
    let raised = db.store.alerts(HOME).await.expect("read").into_iter();
    raised
        .map(|raised| match raised.notice {
            Notice::Alert(alert) => (raised.name, raised.at, alert),
            Notice::Paused { .. } => panic!("no alert: {raised:?}"),
        })
        .collect()
}

async fn fail(db: &Db, times: usize) -> Vec<Finish> {
    let webhook = db.webhook("W", State::Active).await;
    for _ in 0..times {
        db.publish(&[webhook], "{}").await;
    }
    db.claim(T0).await.iter().map(|claimed| exhausted(db, claimed)).collect()
}

on_both_databases! {
    async fn one_alert_however_many_record_at_once(db: &Db) {
        let records = fail(db, 12).await.into_iter().map(|item| {
            let store = db.store.clone();
            tokio::spawn(async move { store.finish(&[item]).await })
        });
        for recorded in records.collect::<Vec<_>>() {
            recorded.await.expect("no panic").expect("recorded");
        }
        assert_eq!(db.number("SELECT count(*) FROM alerts").await, 1);
        let standing = db.store.alerts(HOME).await.expect("read");
        assert_eq!((standing.len(), standing[0].name.as_str(), standing[0].at), (1, "W", T0.plus_ms(100)));
        let Notice::Alert(alert) = &standing[0].notice else { panic!("{standing:?}") };
        assert_eq!((alert.what, alert.failures, alert.answer().as_str()), (What::Failing, 1, "HTTP 503"));
    }

    async fn a_mail_is_in_one_hand_at_a_time(db: &Db) {
        let items = fail(db, 1).await;
        db.store.finish(&items).await.expect("recorded");
        // The webhook has no recipients; somebody else's mail stands in.
        db.store.address_alerts(T0, T0).await.expect("addressed");
        assert_eq!(db.number("SELECT count(*) FROM mails").await, 0);
        db.run("INSERT INTO mails (alert_id, recipient, due_at, tries) SELECT id, 'ada@example.com', 0, 0 FROM alerts").await;
        let takers = (0..6).map(|_| {
            let store = db.store.clone();
            tokio::spawn(async move { store.lease_mails(T0, 90_000, 4).await })
        });
        let mut first = Vec::new();
        for taker in takers.collect::<Vec<_>>() {
            first.extend(taker.await.expect("no panic").expect("leased"));
        }
        assert_eq!(first.len(), 1);
        assert_eq!((first[0].recipient.as_str(), first[0].tries, first[0].raised.name.as_str()), ("ada@example.com", 0, "W"));

        // Who let the lease pass has no say any more.
        db.run("UPDATE mails SET lease_until = 1").await;
        let second = db.store.lease_mails(T0, 90_000, 4).await.expect("leased");
        db.store.mail_sent(&first[0]).await.expect("asked");
        db.store.put_mail_off(&first[0], T0.plus_ms(5)).await.expect("asked");
        assert_eq!(db.number("SELECT count(*) FROM mails WHERE tries = 0").await, 1);
        db.store.put_mail_off(&second[0], T0.plus_ms(5)).await.expect("put off");
        assert!(db.store.lease_mails(T0.plus_ms(4), 90_000, 4).await.expect("asked").is_empty());
        let third = db.store.lease_mails(T0.plus_ms(5), 90_000, 4).await.expect("leased");
        assert_eq!(third[0].tries, 1);
        db.store.mail_sent(&third[0]).await.expect("sent");
        assert_eq!(db.number("SELECT count(*) FROM mails").await, 0);
    }

    async fn an_hour_of_failures_is_told_once_though_no_attempt_ends(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        fail_at(db, webhook, LATER, T0).await;
        assert_eq!(db.number("SELECT count(*) FROM alerts").await, 0);
        let early = T0.plus_ms(HOUR - 1);
        assert_eq!(db.store.overdue(early).await.expect("read"), []);
        assert!(!db.store.raise_overdue(webhook, db.id(), early).await.expect("asked"));

        let now = T0.plus_ms(HOUR);
        assert_eq!(db.store.overdue(now).await.expect("read"), [webhook]);
        let raising = (0..6).map(|_| {
            let (store, id) = (db.store.clone(), db.id());
            tokio::spawn(async move { store.raise_overdue(webhook, id, now).await })
        });
        let mut raised = 0;
        for raising in raising.collect::<Vec<_>>() {
            raised += usize::from(raising.await.expect("no panic").expect("asked"));
        }
        assert_eq!((raised, db.number("SELECT count(*) FROM alerts").await), (1, 1));
        let told = standing(db).await;
        let alert = Alert {
            what: What::Failing,
            failures: 1,
            since: T0,
            outcome: Outcome::Status,
            http_status: Some(503),
            message: Some("It did not work.".to_owned()),
        };
        assert_eq!(told, [("W".to_owned(), now, alert)]);
        assert_eq!(db.store.overdue(now.plus_ms(9 * HOUR)).await.expect("read"), []);
        // Nor does the next failure tell it again.
        fail_at(db, webhook, Next::Exhausted, now.plus_ms(2 * HOUR)).await;
        assert_eq!(db.number("SELECT count(*) FROM alerts").await, 1);
    }

    async fn only_active_webhooks_that_nobody_was_told_of_are_overdue(db: &Db) {
        let mut webhooks = Vec::new();
        for name in ["Paused", "Deleted", "Told", "Well", "Silent"] {
            let webhook = db.webhook(name, State::Active).await;
            fail_at(db, webhook, if name == "Told" { Next::Exhausted } else { LATER }, T0).await;
            webhooks.push(webhook);
        }
        db.set_state(webhooks[0], State::Paused, OnHeld::Keep).await;
        db.store.delete_webhook(HOME, webhooks[1], T0, &db.audit("x")).await.expect("deleted");
        db.publish(&[webhooks[3]], "{}").await;
        let claimed = db.claim(T0).await;
        let well = ended(db, &claimed[0], Outcome::Delivered, Some(200), Next::Delivered, T0.plus_ms(1));
        db.store.finish(&[well]).await.expect("recorded");
        let now = T0.plus_ms(HOUR);
        assert_eq!(db.store.overdue(now).await.expect("read"), webhooks[4..]);
        for webhook in &webhooks[..4] {
            assert!(!db.store.raise_overdue(*webhook, db.id(), now).await.expect("asked"));
        }
        // The log of the last one has nothing that could be told.
        db.run("DELETE FROM deliveries").await;
        assert!(!db.store.raise_overdue(webhooks[4], db.id(), now).await.expect("asked"));
        assert_eq!(db.number("SELECT count(*) FROM alerts").await, 1);
    }

    async fn an_overdue_alert_says_what_came_back_last(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        for _ in 0..4 {
            db.publish(&[webhook], "{}").await;
        }
        let first = db.claim(T0).await;
        let soon = Next::Retrying { due: T0.plus_ms(50) };
        let end = async |claimed: &Claimed, outcome, status, next, ms| {
            let item = ended(db, claimed, outcome, status, next, T0.plus_ms(ms));
            db.store.finish(&[item]).await.expect("recorded");
        };
        end(&first[0], Outcome::Status, Some(500), soon, 10).await;
        end(&first[1], Outcome::Timeout, None, LATER, 20).await;
        let second = db.claim(T0.plus_ms(50)).await;
        assert_eq!(second[0].delivery, first[0].delivery);
        end(&second[0], Outcome::Status, Some(502), LATER, 60).await;
        // Neither an interruption nor a test says anything of the receiver.
        end(&first[2], Outcome::Interrupted, None, LATER, 70).await;
        end(&first[3], Outcome::Status, Some(400), LATER, 80).await;
        let test = format!("UPDATE deliveries SET test = true WHERE id = {}", first[3].delivery.key());
        db.run(test.leak()).await;
        assert!(db.store.raise_overdue(webhook, db.id(), T0.plus_ms(2 * HOUR)).await.expect("asked"));
        let (_, _, alert) = standing(db).await.remove(0);
        assert_eq!((alert.http_status, alert.since), (Some(502), T0.plus_ms(10)));
    }

    async fn activating_ends_the_alert_but_not_the_hour(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        fail_at(db, webhook, Next::Exhausted, T0).await;
        assert_eq!(standing(db).await.len(), 1);
        let again = async || {
            db.set_state(webhook, State::Paused, OnHeld::Keep).await;
            db.set_state(webhook, State::Active, OnHeld::Keep).await;
        };
        again().await;
        assert_eq!(standing(db).await, [], "a clean record");
        fail_at(db, webhook, Next::Exhausted, T0.plus_ms(HOUR - 1)).await;
        assert_eq!((standing(db).await.len(), db.number("SELECT count(*) FROM alerts").await), (0, 1));
        again().await;
        fail_at(db, webhook, Next::Exhausted, T0.plus_ms(HOUR)).await;
        assert_eq!((standing(db).await.len(), db.number("SELECT count(*) FROM alerts").await), (1, 2));
    }
}

/// Health is read without a lock when attempts are recorded, and a look may raise its alert before they are written.
#[tokio::test]
async fn attempts_that_were_under_way_do_not_forget_that_people_were_told() {
    let db = Db::postgres().await;
    let webhook = db.webhook("W", State::Active).await;
    fail_at(&db, webhook, LATER, T0).await;
    db.publish(&[webhook], "{}").await;
    let claimed = db.claim(T0).await;
    let now = T0.plus_ms(HOUR);
    let failed = ended(&db, &claimed[0], Outcome::Timeout, None, LATER, now.plus_ms(-1));

    let mut look = PgConnection::connect(&db.url).await.expect("connected");
    look.execute("BEGIN").await.expect("begun");
    look.execute("SELECT 1 FROM webhook_health FOR UPDATE").await.expect("locked");
    let store = db.store.clone();
    let recording = tokio::spawn(async move { store.finish(&[failed]).await });
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while db.number(waiting).await == 0 {
        tokio::task::yield_now().await;
    }
    let told = format!("UPDATE webhook_health SET alerted_at = {}", now.ms());
    look.execute(&*told.leak()).await.expect("told");
    look.execute("COMMIT").await.expect("committed");
    recording.await.expect("no panic").expect("recorded");

    let (_, _, health) = db.store.failing(HOME).await.expect("read").remove(0);
    assert_eq!(health, Health { failures: 2, failing_since: Some(T0), alerted_at: Some(now) });
    drop(look);
    db.remove().await;
}
