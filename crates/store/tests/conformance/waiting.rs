//! Holding, releasing, discarding, retrying.

use crate::support::{Db, HOME, T0, on_both_databases};
use domain::{
    delivery::{Outcome, State as Delivery},
    id::{DeliveryId, Id},
    webhook::State,
};
use store::{Conflict, Error, Moved, OnHeld, Which};

async fn state(db: &Db, id: DeliveryId) -> Delivery {
    db.store.delivery_row(HOME, id).await.expect("read").expect("exists").state
}

on_both_databases! {
    async fn a_pause_holds_what_waits_and_an_activation_releases_it_in_order(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let other = db.webhook("Other", State::Active).await;
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.extend(db.publish(&[webhook], "{}").await.1);
        }
        let (_, elsewhere) = db.publish(&[other], "{}").await;
        let claimed = db.claim(T0).await;
        assert_eq!(claimed[0].delivery, ids[0]);
        db.deliver(&claimed[0], Outcome::Timeout).await;
        let back: Vec<_> = claimed[1..].iter().map(|c| (c.delivery, c.token)).collect();
        db.store.give_back(&back).await.expect("given back");

        let moved = db.set_state(webhook, State::Paused, OnHeld::Release).await;
        assert_eq!(moved, Moved { held: 3, ..Moved::default() });
        for id in &ids {
            assert_eq!(state(db, *id).await, Delivery::Held);
        }
        assert_eq!(state(db, elsewhere[0]).await, Delivery::Pending);

        let moved = db.set_state(webhook, State::Active, OnHeld::Release).await;
        assert_eq!(moved, Moved { released: 3, ..Moved::default() });
        assert_eq!(state(db, ids[0]).await, Delivery::Retrying, "it was tried before");
        assert_eq!(state(db, ids[1]).await, Delivery::Pending);
        let claimed = db.claim(T0.plus_ms(5)).await;
        let again: Vec<_> = claimed.iter().filter(|c| c.webhook == webhook).map(|c| (c.delivery, c.attempt)).collect();
        assert_eq!(again, [(ids[0], 2), (ids[1], 1), (ids[2], 1)]);
    }

    async fn a_claim_says_whether_its_webhook_was_active(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let (_, ids) = db.publish(&[webhook], "{}").await;
        let claimed = db.claim(T0).await;
        assert!(claimed[0].active);
        db.set_state(webhook, State::Paused, OnHeld::Keep).await;
        db.store.give_back(&[(ids[0], claimed[0].token)]).await.expect("given back");
        // What a person asks for goes out although it is paused.
        assert!(db.store.retry(HOME, ids[0], false, T0, &db.audit("delivery.retried")).await.expect("asked"));
        assert!(!db.claim(T0).await[0].active);
    }

    async fn an_activation_keeps_or_discards_what_is_held(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let (_, ids) = db.publish(&[webhook], "{}").await;
        db.set_state(webhook, State::Deactivated, OnHeld::Keep).await;
        assert_eq!(db.set_state(webhook, State::Active, OnHeld::Keep).await, Moved::default());
        assert_eq!(state(db, ids[0]).await, Delivery::Held);
        db.set_state(webhook, State::Paused, OnHeld::Keep).await;
        let moved = db.set_state(webhook, State::Active, OnHeld::Discard).await;
        assert_eq!(moved, Moved { discarded: 1, ..Moved::default() });
        assert_eq!(state(db, ids[0]).await, Delivery::Discarded);
    }

    async fn release_and_discard_by_hand(db: &Db) {
        let (webhook, other) = (db.webhook("W", State::Paused).await, db.webhook("O", State::Paused).await);
        let mut ids = Vec::new();
        for to in [webhook, webhook, other] {
            let mut new = db.event(&[to], "{}");
            new.deliveries[0].held = true;
            ids.push(new.deliveries[0].id);
            db.accept(new).await;
        }
        let store = &db.store;
        let elsewhere = Id::from_key(2);
        assert_eq!(store.release(elsewhere, webhook, Which::All, T0, None).await.expect("not theirs"), 0);
        assert_eq!(store.release(HOME, webhook, Which::Template, T0, None).await.expect("none failed"), 0);
        let entry = db.audit("webhook.released");
        assert_eq!(store.release(HOME, webhook, Which::All, T0, Some(&entry)).await.expect("released"), 2);
        assert_eq!(store.release(HOME, webhook, Which::All, T0, None).await.expect("again"), 0);
        assert_eq!((state(db, ids[0]).await, state(db, ids[2]).await), (Delivery::Pending, Delivery::Held));
        assert_eq!(store.discard(HOME, webhook, &db.audit("x")).await.expect("nothing is held"), 0);
        assert_eq!(store.discard(HOME, other, &db.audit("webhook.discarded")).await.expect("discarded"), 1);
        assert_eq!((state(db, ids[1]).await, state(db, ids[2]).await), (Delivery::Pending, Delivery::Discarded));
    }

    async fn what_a_template_held_is_released_by_itself(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let (_, failed) = db.publish(&[webhook], "{}").await;
        let claimed = db.claim(T0).await;
        assert_eq!(db.deliver(&claimed[0], Outcome::Template).await, Delivery::Held);
        let mut new = db.event(&[webhook], "{}");
        new.deliveries[0].held = true;
        let waiting = new.deliveries[0].id;
        db.accept(new).await;
        assert_eq!(db.store.release(HOME, webhook, Which::Template, T0, None).await.expect("released"), 1);
        assert_eq!((state(db, failed[0]).await, state(db, waiting).await), (Delivery::Retrying, Delivery::Held));
        let again = db.claim(T0).await;
        assert_eq!((again[0].attempt, again[0].body.as_ref()), (2, None));
        assert_eq!((again[0].attempts_before, again[0].not_sent), (0, 1), "the first says nothing of the receiver");
    }

    async fn what_was_mended_while_it_was_tried_is_tried_again(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let (_, ids) = db.publish(&[webhook], "{}").await;
        let claimed = db.claim(T0).await;
        // Saved after the attempt took its template, and before it is recorded.
        db.run("UPDATE webhooks SET revision = 2").await;
        assert_eq!(db.deliver(&claimed[0], Outcome::Template).await, Delivery::Retrying);
        assert_eq!(db.claim(T0.plus_ms(200)).await[0].delivery, ids[0]);
    }

    async fn a_person_begins_the_schedule_anew(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let (_, ids) = db.publish(&[webhook], "{}").await;
        let retry = async || db.store.retry(HOME, ids[0], false, T0, &db.audit("delivery.retried")).await.expect("asked");
        db.deliver(&db.claim(T0).await[0], Outcome::Status).await;
        // While it goes on, asking brings the next try forward, and no more than that.
        assert!(retry().await);
        let claimed = db.claim(T0).await;
        assert_eq!((claimed[0].attempt, claimed[0].attempts_before), (2, 0));
        db.exhaust(&claimed[0]).await;
        assert!(retry().await);
        let claimed = db.claim(T0).await;
        assert_eq!((claimed[0].attempt, claimed[0].attempts_before, claimed[0].not_sent), (3, 2, 0));
        db.deliver(&claimed[0], Outcome::Interrupted).await;
        let claimed = db.claim(T0.plus_ms(5000)).await;
        assert_eq!((claimed[0].attempt, claimed[0].attempts_before, claimed[0].not_sent), (4, 2, 1));
        assert!(claimed[0].token < 0, "only when it is sent does it count as begun again");
    }

    async fn a_retry_by_hand_goes_first(db: &Db) {
        let store = &db.store;
        let webhook = db.webhook("W", State::Active).await;
        let (_, ids) = db.publish(&[webhook], "{}").await;
        let retry = async |id, render| store.retry(HOME, id, render, T0.plus_ms(9), &db.audit("delivery.retried")).await;
        let claimed = db.claim(T0).await;
        let sending = retry(ids[0], false).await;
        assert!(matches!(sending, Err(Error::Conflict(Conflict::Sending))), "{sending:?}");
        db.deliver(&claimed[0], Outcome::Delivered).await;
        db.publish(&[webhook], "{}").await;
        assert!(retry(ids[0], false).await.expect("asked"));
        assert_eq!(state(db, ids[0]).await, Delivery::Retrying);
        let claimed = db.claim(T0.plus_ms(9)).await;
        assert_eq!((claimed[0].delivery, claimed[0].attempt), (ids[0], 2));
        assert!(claimed[0].body.is_some());
        db.deliver(&claimed[0], Outcome::Delivered).await;

        // Twice is once; rendering forgets the body.
        assert!(retry(ids[0], false).await.expect("asked"));
        assert!(retry(ids[0], true).await.expect("asked"));
        let back: Vec<_> = claimed[1..].iter().map(|c| (c.delivery, c.token)).collect();
        store.give_back(&back).await.expect("given back");
        let claimed = db.claim(T0.plus_ms(9)).await;
        let again = claimed.iter().find(|claimed| claimed.delivery == ids[0]).expect("claimed");
        assert_eq!((claimed.len(), again.attempt, again.body.as_ref()), (2, 3, None));
        assert!(!store.retry(Id::from_key(2), ids[0], false, T0, &db.audit("x")).await.expect("asked"));
        assert!(!store.retry(HOME, db.id(), false, T0, &db.audit("x")).await.expect("asked"));
    }
}
