//! A delivery belongs to one worker at a time: crashes, lost leases, shutdown.

mod deliver_support;
#[path = "../../store/tests/conformance/sqlite_file.rs"]
#[allow(dead_code, reason = "each test file uses a part")]
mod sqlite_file;

use deliver_support::{
    PAYLOAD, TOPIC, World, database, eventually,
    receiver::{Receiver, Reply, status},
};
use domain::{
    delivery::{Outcome, State},
    event::{Context, Event},
    share::Share,
};
use engine::{Clock, Config, Engine, Error, Generator, OpenAs, RetryBody};
use serde_json::json;
use sqlite_file::lock_until_leases_end;
use std::time::Duration;
use store::{Accept, Accepted, Claim, Finish, Finished, NewDelivery, NewEvent, Next, Store};

#[tokio::test]
async fn what_a_lost_worker_had_is_taken_over_and_its_word_is_refused() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::open(|_| {}).await;
    let webhook = world.webhook(&receiver.url(), json!({ "timeout_ms": 1000 })).await;
    let tool = Store::open(&database(&world.dir), OpenAs::Tool).await.expect("opened");
    let ids = Generator::system(world.clock.clone());
    let (marketplace, now) = (world.who.marketplace.id, world.clock.now());
    let event = Event {
        id: ids.id(),
        topic: TOPIC.to_owned(),
        payload: PAYLOAD.to_owned(),
        occurred_at: now,
        received_at: now,
        idempotency_key: None,
        context: Context {
            domain_id: "default".to_owned(),
            tenant_id: "default".to_owned(),
            ..Context::default()
        },
        test: false,
    };
    let delivery = NewDelivery { id: ids.id(), webhook, held: false, lease: None, once: None };
    let request = Accept {
        marketplace,
        routing_version: tool.routing_version(marketplace).await.expect("a version"),
        events: vec![NewEvent {
            event: event.clone().into(),
            fingerprint: String::new(),
            terms: Vec::new(),
            deliveries: vec![delivery],
        }],
    };
    assert!(matches!(tool.accept(vec![request]).await.expect("stored")[0], Accepted::Stored(_)));
    let claim = Claim { token: 77, now, limit: 10, per_webhook: 10, room: &[], share: Share::All };
    assert_eq!(tool.claim(claim).await.expect("claimed").taken.len(), 1);

    // The worker with the token 77 is never heard of again while its lease lasts.
    world.engine.start();
    let retry = world.engine.retry(&world.who, delivery.id, RetryBody::Same).await;
    assert!(matches!(retry, Err(Error::Conflict(_))), "it is being sent: {retry:?}");
    let done = world.until(event.id, State::Delivered).await;
    let outcomes: Vec<_> = done.attempts.iter().map(|attempt| (attempt.number, attempt.outcome)).collect();
    assert_eq!(outcomes, [(1, Outcome::Interrupted), (2, Outcome::Delivered)]);
    let late = Finish {
        delivery: delivery.id,
        token: 77,
        attempt: None,
        event: None,
        body: None,
        next: Next::Exhausted,
        ended: None,
        at: now,
    };
    assert_eq!(tool.finish(&[late]).await.expect("answered"), [Finished::Fenced]);
    assert_eq!(world.delivery(event.id).await.state, State::Delivered);
    assert_eq!(receiver.count(), 1);
}

/// The database is away for longer than a lease lasts while an attempt waits to be recorded.
#[tokio::test]
async fn what_a_living_worker_has_is_not_taken_over() {
    let receiver = Receiver::with(Reply::After(Duration::from_millis(300), Box::new(status(200)))).await;
    let world = World::start().await;
    world.webhook(&receiver.url(), json!({ "timeout_ms": 3000 })).await;
    let event = world.publish().await;
    eventually(async || receiver.count() == 1).await;
    lock_until_leases_end(&database(&world.dir)).await;
    let done = world.until(event, State::Delivered).await;
    let outcomes: Vec<_> = done.attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!((outcomes, receiver.count()), (vec![Outcome::Delivered], 1));
}

#[tokio::test]
async fn a_shutdown_waits_for_what_runs_and_leaves_the_rest_for_the_next_start() {
    let slow = Reply::After(Duration::from_millis(700), Box::new(status(200)));
    let receiver = Receiver::with(slow).await;
    let world = World::start().await;
    world.webhook(&receiver.url(), json!({ "max_in_flight": 2 })).await;
    for _ in 0..6 {
        world.publish().await;
    }
    eventually(async || receiver.count() == 2).await;
    world.engine.shutdown().await;
    assert_eq!(receiver.count(), 2, "nothing is begun after the stop");

    // Ids are made from the time.
    world.wait(1);
    let mut config =
        Config::new(database(&world.dir), &world.dir, "http://crier.test".parse().expect("a URL"));
    config.allowed_networks = vec!["127.0.0.0/8".parse().expect("a network")];
    config.clock = Clock::by_hand(world.clock.now());
    let next = Engine::open(config, OpenAs::Server).await.expect("the lock is free");
    let next =
        World { engine: next, clock: world.clock.clone(), who: world.who.clone(), dir: world.dir.clone() };
    next.until_count(State::Delivered, 2).await;
    next.engine.start();
    next.until_count(State::Delivered, 6).await;
    assert_eq!(receiver.count(), 6, "each once");
}

#[tokio::test]
async fn a_second_server_on_the_same_file_is_refused() {
    let world = World::start().await;
    let config = Config::new(database(&world.dir), &world.dir, "http://crier.test".parse().expect("a URL"));
    match Engine::open(config, OpenAs::Server).await {
        Ok(_) => panic!("two servers on one file"),
        Err(error) => assert!(error.to_string().contains("already"), "{error}"),
    }
}
