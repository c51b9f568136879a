//! Several nodes share one Postgres: what one accepts another delivers, once, within the webhook's
//! limits and in the order of acceptance; and consoles everywhere see it.

mod deliver_support;
#[path = "deliver_support/place.rs"]
mod place;

use deliver_support::{
    PAYLOAD, World,
    arrivals::Arrivals,
    event, eventually, in_order_of_acceptance,
    receiver::{Receiver, Reply, status},
};
use domain::delivery::State;
use engine::{Live, OnHeld, Role, Subscription};
use place::Place;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_console_accepts_and_a_dispatcher_delivers() {
    let place = Place::postgres().await;
    let receiver = Receiver::with(status(200)).await;
    let console = place.start_as(Role::Console).await;
    let dispatcher = place.start_as(Role::Dispatcher).await;
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
    place.remove().await;
}

#[tokio::test]
async fn two_nodes_share_the_work_and_send_nothing_twice() {
    let place = Place::postgres().await;
    let receiver =
        Receiver::start(|_, _| Reply::After(Duration::from_millis(5), Box::new(status(200)))).await;
    let nodes = [place.start().await, place.start().await];
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
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn limits_and_order_hold_across_nodes_that_come_and_go() {
    let place = Place::postgres().await;
    let receiver = Arrivals::start(Duration::from_millis(5));
    let console = place.start_as(Role::Console).await;
    let mut webhooks = Vec::new();
    for _ in 0..6 {
        webhooks.push(console.webhook(&receiver.url(), json!({ "max_in_flight": 1 })).await);
    }
    let mut nodes: Vec<World> = Vec::new();
    for _ in 0..3 {
        nodes.push(place.start().await);
        for _ in 0..30 {
            console.publish().await;
        }
    }
    // What it had begun ends while the others take its webhooks over.
    nodes.remove(0).engine.shutdown().await;
    for _ in 0..30 {
        console.publish().await;
    }
    for webhook in &webhooks {
        in_order_of_acceptance(&console, *webhook, 120).await;
    }
    let arrived = receiver.deliveries();
    assert_eq!(arrived.len(), 6 * 120, "each once");
    assert!(receiver.busiest() <= 6, "{} at the same time for six webhooks", receiver.busiest());
    for world in nodes.iter().chain([&console]) {
        world.engine.shutdown().await;
    }
    place.remove().await;
}

/// The next piece of news, if one comes soon.
async fn soon(news: &mut Subscription) -> Option<Live> {
    tokio::time::timeout(Duration::from_millis(200), news.next()).await.ok().flatten()
}

#[tokio::test]
async fn consoles_see_what_other_nodes_do() {
    let place = Place::postgres().await;
    let receiver = Receiver::with(status(200)).await;
    let console = place.start_as(Role::Console).await;
    let dispatcher = place.start_as(Role::Dispatcher).await;
    let bin = console.engine.create_bin(&console.who, None, None).await.expect("a test receiver");
    let webhook = console.webhook(&receiver.url(), json!({})).await;
    let caught_by = console.webhook(&bin.url, json!({})).await;

    // Others learn within moments that somebody looks; what happened before is nobody's news.
    let mut news = console.engine.live(&console.who).expect("news");
    let (mut delivered, mut caught) = (false, false);
    eventually(async || {
        console.publish().await;
        while let Some(live) = soon(&mut news).await {
            match live {
                Live::Delivery(row) if row.state == State::Delivered => {
                    assert!(row.http_status == Some(200) && row.last_attempt_at.is_some(), "{row:?}");
                    delivered |= row.webhook_id == webhook;
                    assert!([webhook, caught_by].contains(&row.webhook_id));
                }
                Live::Delivery(_) => {}
                Live::Caught { bin: id, request } => {
                    assert!(id == bin.id && request.body.contains(PAYLOAD));
                    caught = true;
                }
            }
        }
        delivered && caught
    })
    .await;
    for world in [&console, &dispatcher] {
        world.engine.shutdown().await;
    }
    place.remove().await;
}

#[tokio::test]
async fn a_key_that_one_node_deleted_publishes_on_no_other() {
    let place = Place::postgres().await;
    let nodes = [place.start().await, place.start().await];
    let (engine, who) = (&nodes[0].engine, &nodes[0].who);
    let (key, text) = engine.create_key(who, "Shop", domain::account::Scope::Events).await.expect("made");
    let publish = async |world: &World| {
        let publisher = world.engine.publisher_by_key(&text).await?;
        world.engine.accept(&publisher, event(PAYLOAD)).await
    };
    for world in &nodes {
        publish(world).await.expect("accepted");
    }
    engine.delete_key(who, key.id).await.expect("deleted");
    for world in &nodes {
        assert!(matches!(publish(world).await, Err(engine::Error::Unauthorized)));
    }
    for world in &nodes {
        world.engine.shutdown().await;
    }
    place.remove().await;
}
