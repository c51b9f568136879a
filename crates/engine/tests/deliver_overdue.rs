//! People are told of an hour of nothing but failures when it is over, and at most hourly, whatever is done in
//! between.

mod deliver_support;

use deliver_support::{
    eventually,
    mail::{MailServer, PEOPLE, settle, world},
    receiver::{Receiver, status},
};
use domain::delivery::State;
use engine::OnHeld;
use serde_json::json;

const HOUR: u64 = 3600;

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
