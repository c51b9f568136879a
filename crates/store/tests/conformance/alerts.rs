//! Alerts are raised once, and each mail is in one hand at a time.

use crate::support::{Db, HOME, T0, on_both_databases};
use domain::{
    delivery::{Attempt, Outcome},
    health::{Alert, Ended, Notice, What},
    id::WebhookId,
    time::Timestamp,
    webhook::{On410, State},
};
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
        body: None,
        next,
        ended: Some((ended, On410::Deactivate)),
        at,
    }
}

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
