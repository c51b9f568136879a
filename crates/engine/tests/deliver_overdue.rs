//! People are told of an hour of nothing but failures when it is over, and at most hourly, whatever is done in
//! between.

mod deliver_support;
#[path = "deliver_support/place.rs"]
mod place;

use deliver_support::{
    eventually,
    mail::{MailServer, PEOPLE, people, settle, world},
    receiver::{Receiver, status},
};
use domain::{delivery::State, time::Timestamp};
use engine::{Clock, OnHeld, Smtp};
use place::Place;
use serde_json::json;
use std::time::Duration;

const HOUR: u64 = 3600;

#[tokio::test]
async fn the_hour_is_over_before_the_next_try() {
    let (server, receiver) = (MailServer::start().await, Receiver::with(status(503)).await);
    let world = world(&server).await;
    // Tries after 5 s, 5 min, 30 min and 2 h.
    let id = world.webhook(&receiver.url(), json!({ "alert_recipients": PEOPLE })).await;
    let event = world.publish().await;
    world.until(event, State::Retrying).await;
    for (waits, attempts) in [(7, 2), (7 * 60, 3), (45 * 60, 4)] {
        world.wait(waits);
        eventually(async || world.delivery(event).await.attempts.len() == attempts).await;
    }
    assert!(world.engine.alerts(&world.who).await.expect("alerts").is_empty(), "52 minutes");
    world.wait(9 * 60);
    eventually(async || server.mails().len() == 2).await;
    assert_eq!(server.recipients(), PEOPLE);
    let text = server.mails()[0].text();
    for says in ["Failing since: 2026-11-18 11:06 UTC (4 attempts in a row)", "Last answer: HTTP 503"] {
        assert!(text.contains(says), "{says} in {text}");
    }
    let standing = world.engine.alerts(&world.who).await.expect("alerts");
    assert_eq!((standing.len(), standing[0].webhook_id, standing[0].at), (1, id, world.clock.now()));
    // Nobody is told again: not by the next looks, nor by the failures that follow.
    world.wait(HOUR);
    world.wait(HOUR);
    world.wait(HOUR / 2);
    eventually(async || world.delivery(event).await.attempts.len() == 5).await;
    settle(&world, &server, &receiver, 2).await;
    assert_eq!(receiver.count(), 6, "one of them the marker's");
    world.engine.shutdown().await;
}

#[tokio::test]
async fn who_activates_it_is_not_told_again_within_the_hour() {
    let (server, receiver) = (MailServer::start().await, Receiver::with(status(500)).await);
    let world = world(&server).await;
    let once = json!({ "retry": { "preset": "none" }, "alert_recipients": PEOPLE });
    let id = world.webhook(&receiver.url(), once).await;
    let fail = async || {
        let event = world.publish().await;
        world.until(event, State::Exhausted).await;
    };
    let again = async || {
        world.engine.pause(&world.who, id).await.expect("paused");
        world.engine.activate(&world.who, id, OnHeld::Release).await.expect("active");
        let standing = world.engine.alerts(&world.who).await.expect("alerts");
        assert!(standing.iter().all(|alert| alert.webhook_id != id), "a clean record");
    };
    // Each pause is told to both as well.
    let failing = || server.mails().iter().filter(|mail| mail.text().contains("default fails.")).count();
    fail().await;
    eventually(async || failing() == 2).await;
    world.wait(HOUR / 2);
    again().await;
    fail().await;
    settle(&world, &server, &receiver, 4).await;
    world.wait(HOUR / 2);
    again().await;
    fail().await;
    eventually(async || failing() == 5).await;
    world.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_several_nodes_that_look_one_tells() {
    let place = Place::postgres().await;
    let (server, receiver) = (MailServer::start().await, Receiver::with(status(500)).await);
    let clock = Clock::by_hand(Timestamp::from_ms(1_795_000_000_000));
    let mut nodes = Vec::new();
    for _ in 0..4 {
        let smtp = Smtp::new(&server.url()).expect("a server");
        nodes.push(place.open(|c| (c.smtp, c.clock) = (Some(smtp), clock.clone())).await);
    }
    people(&nodes[0]).await;
    for node in &nodes {
        node.engine.start();
    }
    let slow = json!({ "retry": { "schedule_s": [7200] }, "alert_recipients": PEOPLE });
    let mut webhooks = Vec::new();
    for _ in 0..5 {
        webhooks.push(nodes[0].webhook(&receiver.url(), slow.clone()).await);
    }
    nodes[1].publish().await;
    nodes[0].until_count(State::Retrying, 5).await;
    clock.advance(Duration::from_secs(HOUR));
    eventually(async || server.mails().len() >= 10).await;
    // The next look finds nothing.
    clock.advance(Duration::from_secs(60));
    settle(&nodes[2], &server, &receiver, 10).await;
    for id in webhooks {
        let told = server.mails().iter().filter(|mail| mail.text().contains(&id.to_string())).count();
        assert_eq!(told, PEOPLE.len());
    }
    for node in &nodes {
        node.engine.shutdown().await;
    }
    place.remove().await;
}
