//! Alerts are raised once, and each mail is in one hand at a time.

use crate::support::{Db, HOME, T0, on_both_databases};
use domain::{
    delivery::Outcome,
    health::{Ended, Notice, What},
    webhook::{On410, State},
};
use store::{Claimed, Finish, Next};

/// The last attempt of a claim, which failed with 503.
fn exhausted(db: &Db, claimed: &Claimed) -> Finish {
    let outcome = Outcome::Status;
    let ended = Ended { outcome, http_status: Some(503), exhausted: true, test: false };
    Finish {
        delivery: claimed.delivery,
        token: claimed.token,
        attempt: Some(db.attempt(claimed.attempt, outcome, Some(503)).into()),
        body: None,
        next: Next::Exhausted,
        ended: Some((ended, On410::Deactivate)),
        at: T0.plus_ms(100),
    }
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
}
