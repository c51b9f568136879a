//! Sending again everything that a filter matches.

use crate::support::{Db, HOME, T0, on_both_databases};
use domain::{
    delivery::{DeliveryFilter, Outcome, State as Delivery},
    id::{DeliveryId, ReplayId, WebhookId},
    page::PageRequest,
    replay::{Replay, RetryBody, State},
    time::Timestamp,
    webhook,
};
use store::{Conflict, Error, OnHeld, ReplayStep, Running};

/// When replays are started: every attempt of the fixture is older.
const LATER: Timestamp = T0.plus_ms(10_000);

fn new(db: &Db, webhook: WebhookId, filter: DeliveryFilter) -> Replay {
    Replay {
        id: db.id_at(LATER),
        webhook_id: webhook,
        state: State::Running,
        filter,
        body: RetryBody::Same,
        total: 7,
        done: 0,
        created_at: LATER,
        ended_at: None,
    }
}

async fn start(db: &Db, webhook: WebhookId, filter: DeliveryFilter) -> Replay {
    let replay = new(db, webhook, filter);
    let started = db.store.start_replay(HOME, &replay, &db.audit("webhook.replayed")).await;
    let started = started.expect("started").expect("there is the webhook");
    assert_eq!(started, replay);
    started
}

async fn running(db: &Db) -> Running {
    let mut all = db.store.running_replays().await.expect("read");
    assert_eq!(all.len(), 1);
    all.remove(0)
}

async fn step(db: &Db, most: i64) -> ReplayStep {
    let replay = running(db).await;
    let found = db.store.search_replay(&replay).await.expect("searched");
    db.store.replay_step(&replay, &found, most, LATER).await.expect("a step")
}

async fn shown(db: &Db, replay: &Replay) -> Replay {
    db.store.replay(HOME, replay.webhook_id, replay.id).await.expect("read").expect("there")
}

/// Deliveries with one attempt each that ended so.
async fn ended(db: &Db, webhook: WebhookId, outcomes: &[Outcome]) -> Vec<DeliveryId> {
    let mut ids = Vec::new();
    for (at, outcome) in outcomes.iter().enumerate() {
        let payload = format!("{{\"user\":\"{}@example.com\"}}", if at % 2 == 0 { "ada" } else { "bob" });
        ids.extend(db.publish(&[webhook], &payload).await.1);
        for claimed in db.claim(T0).await {
            match outcome {
                Outcome::Connect => assert_eq!(db.exhaust(&claimed).await, Delivery::Exhausted),
                _ => drop(db.deliver(&claimed, *outcome).await),
            }
        }
    }
    ids
}

async fn claimed(db: &Db) -> Vec<DeliveryId> {
    db.claim(LATER).await.into_iter().map(|claimed| claimed.delivery).collect()
}

/// `Outcome::Connect` stands for one that was given up with 503.
use Outcome::{Connect as GivenUp, Delivered, Status as Waits};

on_both_databases! {
    async fn what_matches_goes_into_the_queue_once_in_the_order_of_acceptance(db: &Db) {
        let webhook = db.webhook("W", webhook::State::Active).await;
        let other = db.webhook("Other", webhook::State::Active).await;
        ended(db, other, &[GivenUp]).await;
        let ids = ended(db, webhook, &[GivenUp, Delivered, GivenUp, Waits, GivenUp]).await;
        let filter = DeliveryFilter { states: vec![Delivery::Exhausted], ..DeliveryFilter::default() };
        let count = async |filter: DeliveryFilter| db.store.replay_count(HOME, webhook, &filter).await.expect("counted");
        assert_eq!(count(filter.clone()).await, 3);
        assert_eq!(count(DeliveryFilter::default()).await, 4, "what waits comes anyway");
        let waiting = DeliveryFilter { states: vec![Delivery::Retrying], ..DeliveryFilter::default() };
        assert_eq!(count(waiting).await, 0);

        let replay = start(db, webhook, filter).await;
        assert_eq!(step(db, 2).await, ReplayStep { put: 2, ended: false });
        assert_eq!((shown(db, &replay).await.done, shown(db, &replay).await.state), (2, State::Running));
        assert_eq!(claimed(db).await, [ids[3], ids[0], ids[2]], "behind what was due before");
        assert_eq!(step(db, 2).await, ReplayStep { put: 1, ended: true });
        assert_eq!(claimed(db).await, [ids[4]]);
        let done = shown(db, &replay).await;
        assert_eq!((done.done, done.state, done.ended_at), (3, State::Finished, Some(LATER)));
        assert!(db.store.running_replays().await.expect("read").is_empty());
    }

    async fn the_whole_log_is_sent_again_but_tests_and_what_was_tried_since(db: &Db) {
        let webhook = db.webhook("W", webhook::State::Active).await;
        let ids = ended(db, webhook, &[Delivered, GivenUp, Delivered]).await;
        db.run("UPDATE deliveries SET test = true WHERE id = (SELECT min(id) FROM deliveries)").await;
        let replay = start(db, webhook, DeliveryFilter::default()).await;
        db.run("UPDATE deliveries SET last_attempt_at = 9000000000000 WHERE id = (SELECT max(id) FROM deliveries)")
            .await;
        assert_eq!(step(db, 100).await, ReplayStep { put: 1, ended: true });
        assert_eq!(claimed(db).await, [ids[1]]);
        assert_eq!(shown(db, &replay).await.done, 1);
    }

    async fn a_search_is_replayed_in_the_order_of_acceptance(db: &Db) {
        let webhook = db.webhook("W", webhook::State::Active).await;
        let ids = ended(db, webhook, &[GivenUp; 6]).await;
        let filter = DeliveryFilter { q: Some("ada@example.com".to_owned()), ..DeliveryFilter::default() };
        assert_eq!(db.store.replay_count(HOME, webhook, &filter).await.expect("counted"), 3);
        start(db, webhook, filter).await;
        assert_eq!(step(db, 2).await, ReplayStep { put: 2, ended: false });
        assert_eq!(claimed(db).await, [ids[0], ids[2]]);
        assert_eq!(step(db, 2).await, ReplayStep { put: 1, ended: true });
        assert_eq!(claimed(db).await, [ids[4]]);
    }

    async fn a_filter_by_time_and_one_that_matches_nothing_end(db: &Db) {
        let webhook = db.webhook("W", webhook::State::Active).await;
        ended(db, webhook, &[GivenUp; 2]).await;
        for filter in [
            DeliveryFilter { from: Some(T0.plus_ms(1)), ..DeliveryFilter::default() },
            DeliveryFilter { to: Some(T0), ..DeliveryFilter::default() },
            DeliveryFilter { states: vec![Delivery::Held], ..DeliveryFilter::default() },
            DeliveryFilter { q: Some("nobody@example.com".to_owned()), ..DeliveryFilter::default() },
        ] {
            start(db, webhook, filter.clone()).await;
            assert_eq!(step(db, 10).await, ReplayStep { put: 0, ended: true }, "{filter:?}");
        }
        let filter = DeliveryFilter { from: Some(T0), to: Some(T0.plus_ms(1)), ..DeliveryFilter::default() };
        start(db, webhook, filter).await;
        assert_eq!(step(db, 10).await, ReplayStep { put: 2, ended: true });
    }

    async fn a_body_is_forgotten_when_it_is_to_be_rendered(db: &Db) {
        let webhook = db.webhook("W", webhook::State::Active).await;
        ended(db, webhook, &[GivenUp]).await;
        start(db, webhook, DeliveryFilter::default()).await;
        step(db, 1).await;
        let again = db.claim(LATER).await.remove(0);
        assert_eq!((again.attempt, again.body.as_deref()), (2, Some("{\"user\":\"ada@example.com\"}")));
        db.exhaust(&again).await;
        let replay = Replay { id: db.id_at(T0.plus_ms(20_000)), body: RetryBody::Render, ..new(db, webhook, DeliveryFilter::default()) };
        db.store.start_replay(HOME, &replay, &db.audit("webhook.replayed")).await.expect("started");
        step(db, 1).await;
        let again = db.claim(LATER).await.remove(0);
        assert_eq!((again.attempt, again.body), (3, None));
    }

    async fn one_at_a_time_of_an_active_webhook(db: &Db) {
        let draft = db.webhook("Draft", webhook::State::Draft).await;
        let refused = async |replay: Replay| {
            match db.store.start_replay(HOME, &replay, &db.audit("webhook.replayed")).await {
                Err(Error::Conflict(conflict)) => conflict,
                other => panic!("{other:?}"),
            }
        };
        let replay = new(db, draft, DeliveryFilter::default());
        assert_eq!(refused(replay).await, Conflict::WrongState(webhook::State::Draft));
        let nobody = new(db, db.id(), DeliveryFilter::default());
        let none = db.store.start_replay(HOME, &nobody, &db.audit("webhook.replayed")).await;
        assert_eq!(none.expect("answered"), None);

        let webhook = db.webhook("W", webhook::State::Active).await;
        let first = start(db, webhook, DeliveryFilter::default()).await;
        assert_eq!(refused(new(db, webhook, DeliveryFilter::default())).await, Conflict::ReplayRunning);
        let stop = async |id: ReplayId, at| {
            db.store.stop_replay(HOME, webhook, id, at, &db.audit("webhook.replay_stopped")).await.expect("stopped")
        };
        assert_eq!(stop(db.id(), LATER).await, None);
        let stopped = stop(first.id, LATER).await.expect("there");
        assert_eq!((stopped.state, stopped.ended_at), (State::Stopped, Some(LATER)));
        assert_eq!(stop(first.id, LATER.plus_ms(5)).await, Some(stopped.clone()), "as it was");
        let second = start(db, webhook, DeliveryFilter::default()).await;
        let page = db.store.replays(HOME, webhook, PageRequest::default()).await.expect("read").data;
        assert_eq!(page, [second, stopped]);
        assert_eq!(db.number("SELECT count(*) FROM audit WHERE action = 'webhook.replay_stopped'").await, 1);
    }

    async fn a_pause_interrupts_it_and_a_deletion_stops_it(db: &Db) {
        let webhook = db.webhook("W", webhook::State::Active).await;
        ended(db, webhook, &[GivenUp; 3]).await;
        let replay = start(db, webhook, DeliveryFilter::default()).await;
        assert_eq!(step(db, 1).await.put, 1);
        let before = running(db).await;
        db.set_state(webhook, webhook::State::Paused, OnHeld::Keep).await;
        assert!(db.store.running_replays().await.expect("read").is_empty());
        let found = db.store.search_replay(&before).await.expect("searched");
        let late = db.store.replay_step(&before, &found, 1, LATER).await.expect("a step");
        assert_eq!(late, ReplayStep { put: 0, ended: false }, "paused between look and step");
        db.set_state(webhook, webhook::State::Active, OnHeld::Release).await;
        assert_eq!(step(db, 1).await.put, 1);
        db.store.delete_webhook(HOME, webhook, LATER, &db.audit("webhook.deleted")).await.expect("deleted");
        let stopped = shown(db, &replay).await;
        assert_eq!((stopped.state, stopped.done, stopped.ended_at), (State::Stopped, 2, Some(LATER)));
        assert!(db.store.running_replays().await.expect("read").is_empty());
    }

    async fn a_step_that_somebody_else_took_changes_nothing(db: &Db) {
        let webhook = db.webhook("W", webhook::State::Active).await;
        ended(db, webhook, &[GivenUp; 5]).await;
        let replay = start(db, webhook, DeliveryFilter::default()).await;
        let same = running(db).await;
        let found = db.store.search_replay(&same).await.expect("searched");
        let step = || db.store.replay_step(&same, &found, 3, LATER);
        let (one, other) = tokio::join!(step(), step());
        let put = one.expect("a step").put + other.expect("a step").put;
        assert_eq!((put, shown(db, &replay).await.done), (3, 3));
        assert_eq!(claimed(db).await.len(), 3);
        let late = db.store.replay_step(&same, &found, 3, LATER).await.expect("a step");
        assert_eq!((late.put, claimed(db).await.len()), (0, 0), "from where it was");
    }

    async fn what_is_removed_meanwhile_is_left_out(db: &Db) {
        let webhook = db.webhook("W", webhook::State::Active).await;
        ended(db, webhook, &[GivenUp; 2]).await;
        let replay = start(db, webhook, DeliveryFilter::default()).await;
        db.store.remove_old(T0.plus_ms(1), None).await.expect("removed");
        assert_eq!(step(db, 10).await, ReplayStep { put: 0, ended: true });
        assert_eq!((shown(db, &replay).await.done, shown(db, &replay).await.state), (0, State::Finished));
        let days = |days: i64| LATER.plus_ms(days * 86_400_000);
        db.store.prune(days(90)).await.expect("pruned");
        assert_eq!(db.number("SELECT count(*) FROM replays").await, 1);
        db.store.prune(days(91)).await.expect("pruned");
        assert_eq!(db.number("SELECT count(*) FROM replays").await, 0);
    }

    async fn what_is_due_and_what_is_in_hand_counts_as_waiting(db: &Db) {
        let webhook = db.webhook("W", webhook::State::Active).await;
        ended(db, webhook, &[Waits]).await;
        for _ in 0..3 {
            db.publish(&[webhook], "{}").await;
        }
        let waiting = async |at, most| db.store.waiting_for(webhook, at, most).await.expect("counted");
        assert_eq!(waiting(T0, 10).await, 3, "one more is due later");
        assert_eq!(waiting(T0, 2).await, 2, "counted no further");
        assert_eq!(waiting(LATER, 10).await, 4);
        db.claim(T0).await;
        assert_eq!(waiting(T0, 10).await, 3, "what somebody has in hand waits too");
    }
}
