//! Several nodes share one Postgres: what one accepts another delivers, once.

mod deliver_support;
#[path = "../../store/tests/conformance/support.rs"]
#[allow(dead_code, unused_macros, unused_imports, reason = "the store's tests use the rest")]
mod store_support;

use deliver_support::{
    PAYLOAD, World, event, eventually,
    receiver::{Receiver, status},
};
use domain::delivery::State;
use engine::{Clock, OnHeld, Role};
use serde_json::json;
use std::time::Duration;
use store_support::Db;

async fn node(db: &Db, name: &str, role: Role) -> World {
    let folder = db.url.rsplit('/').next().unwrap_or_default();
    let dir = std::env::temp_dir().join(format!("{folder}_{name}"));
    let world = World::open_in(dir, Clock::system(), |config| {
        config.database_url.clone_from(&db.url);
        config.secret_key = Some([7; 32]);
        config.role = role;
    })
    .await;
    world.engine.start();
    world
}

#[tokio::test]
async fn a_console_accepts_and_a_dispatcher_delivers() {
    let db = Db::postgres().await;
    let receiver = Receiver::with(status(200)).await;
    let console = node(&db, "console", Role::Console).await;
    let dispatcher = node(&db, "dispatcher", Role::Dispatcher).await;
    let auth = json!({"auth": {"type": "bearer", "token": "shared"}});
    let webhook = console.webhook(&receiver.url(), auth).await;
    let first = console.publish().await;
    console.until(first, State::Delivered).await;
    assert_eq!(receiver.seen()[0].header("authorization"), Some("Bearer shared"));

    // A change on one node counts at once on the other.
    console.change(webhook, json!({"headers": [{"name": "X-Changed", "value": "yes"}]})).await;
    let second = console.publish().await;
    console.until(second, State::Delivered).await;
    assert_eq!(receiver.seen()[1].header("x-changed"), Some("yes"));
    for world in [&console, &dispatcher] {
        world.engine.shutdown().await;
    }
    db.remove().await;
}

#[tokio::test]
async fn two_nodes_share_the_work_and_send_nothing_twice() {
    let db = Db::postgres().await;
    let receiver = Receiver::start(|_, _| {
        deliver_support::receiver::Reply::After(Duration::from_millis(5), Box::new(status(200)))
    })
    .await;
    let nodes = [node(&db, "a", Role::All).await, node(&db, "b", Role::All).await];
    // Activated on one node: the next event counts, on whichever it comes in.
    let draft = nodes[0].draft(&receiver.url(), json!({})).await;
    nodes[1].publish().await;
    nodes[0].engine.activate(&nodes[0].who, draft, OnHeld::Release).await.expect("active");
    let publishers = (0..20).map(|n: usize| {
        let (engine, who) = (nodes[n % 2].engine.clone(), nodes[n % 2].who.clone());
        tokio::spawn(async move {
            for _ in 0..5 {
                engine.accept(&who, event(PAYLOAD)).await.expect("accepted");
            }
        })
    });
    for publisher in publishers.collect::<Vec<_>>() {
        publisher.await.expect("joined");
    }
    nodes[0].until_count(State::Delivered, 100).await;
    assert_eq!(receiver.count(), 100);

    nodes[1].engine.pause(&nodes[1].who, draft).await.expect("paused");
    nodes[0].publish().await;
    nodes[1].until_count(State::Held, 1).await;
    // One node ends; the other goes on.
    nodes[0].engine.shutdown().await;
    nodes[1].engine.activate(&nodes[1].who, draft, OnHeld::Release).await.expect("active");
    eventually(async || receiver.count() == 101).await;
    nodes[1].engine.shutdown().await;
    db.remove().await;
}
