//! A manager pauses and activates while events come in and workers work: nothing slips past the last
//! pause, nothing is lost.

use crate::support::{Db, HOME, T0, claim, on_both_databases};
use domain::{
    delivery::{Attempt, Outcome},
    id::{Id, WebhookId},
    webhook::State,
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use store::{Accept, Accepted, Finish, NewEvent, Next, OnHeld, Store};

/// Routes an event by the table of this moment until it is stored.
async fn publish(store: &Store, webhook: WebhookId, mut new: NewEvent) {
    loop {
        let routing = store.routing(HOME).await.expect("read");
        let found = routing.webhooks.iter().find(|w| w.webhook.id == webhook).expect("routed");
        new.deliveries[0].held = found.webhook.state != State::Active;
        let request =
            Accept { marketplace: HOME, routing_version: routing.version, events: vec![new.clone()] };
        match &store.accept(vec![request]).await.expect("answered")[..] {
            [Accepted::Stored(_)] => return,
            [Accepted::Stale] => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Claims and ends attempts, every second one with a failure, until told to stop and nothing is left.
async fn work(store: Store, first: i64, attempt: Attempt, stop: Arc<AtomicBool>) {
    let mut next = first;
    let mut token = || {
        next += 1;
        next
    };
    loop {
        let last = stop.load(Ordering::SeqCst);
        let claimed = claim(&store, token(), T0, 5).await;
        if last && claimed.is_empty() {
            return;
        }
        let mut items = Vec::new();
        for (n, claimed) in claimed.iter().enumerate() {
            let made =
                Attempt { id: Some(Id::from_key(token())), number: claimed.attempt, ..attempt.clone() };
            items.push(Finish {
                delivery: claimed.delivery,
                token: claimed.token,
                attempt: Some(made.into()),
                event: None,
                body: Some("{}".to_owned()),
                next: if n % 2 == 0 { Next::Delivered } else { Next::Retrying { due: T0 } },
                ended: None,
                at: T0,
            });
        }
        store.finish(&items).await.expect("recorded");
    }
}

on_both_databases! {
    async fn nothing_slips_past_a_pause_and_nothing_is_lost(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let stop = Arc::new(AtomicBool::new(false));
        let mut publishers = Vec::new();
        let mut workers = Vec::new();
        for n in 0..4 {
            let events: Vec<NewEvent> = (0..20).map(|_| db.event(&[webhook], "{\"a\":1}")).collect();
            let store = db.store.clone();
            publishers.push(tokio::spawn(async move {
                for new in events {
                    publish(&store, webhook, new).await;
                }
            }));
            let attempt = db.attempt(1, Outcome::Timeout, None);
            workers.push(tokio::spawn(work(db.store.clone(), (n + 1) << 40, attempt, Arc::clone(&stop))));
        }
        for round in 0..9 {
            let to = if round % 2 == 0 { State::Paused } else { State::Active };
            db.set_state(webhook, to, OnHeld::Release).await;
        }
        // It is paused now. Whoever is still publishing finds it so; workers end what they have.
        for publisher in publishers {
            publisher.await.expect("no panic");
        }
        stop.store(true, Ordering::SeqCst);
        for worker in workers {
            worker.await.expect("no panic");
        }
        assert_eq!(db.number("SELECT count(*) FROM queue").await, 0);
        let held = db.number("SELECT count(*) FROM deliveries WHERE state = 'held'").await;
        let delivered = db.number("SELECT count(*) FROM deliveries WHERE state = 'delivered'").await;
        assert_eq!(held + delivered, 80);
    }
}
