//! What the operator keeps, and for how long, by the hand clock.

use crate::support::{Bench, object, webhook};
use domain::{delivery::DeliveryFilter, id::EventId, page::PageRequest};
use engine::{Error, NewEvent, OnHeld};
use std::time::Duration;

const DAY: u64 = 86_400;

async fn publish(bench: &Bench) -> EventId {
    let event = NewEvent {
        topic: "learning.user.created".to_owned(),
        payload: "{}".to_owned(),
        id: None,
        occurred_at: None,
    };
    bench.engine.accept(&bench.system, event).await.expect("accepted").id
}

async fn is_there(bench: &Bench, event: EventId) -> bool {
    match bench.engine.event(&bench.system, event).await {
        Ok(_) => true,
        Err(Error::NotFound) => false,
        Err(error) => panic!("{error}"),
    }
}

/// Lets minutes pass until the event is gone, and no more of them than half a day.
async fn until_gone(bench: &Bench, event: EventId) {
    let gone = async {
        let mut minutes = 0..720;
        while is_there(bench, event).await {
            if minutes.next().is_some() {
                bench.wait(60);
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone).await.expect("it goes");
}

#[tokio::test]
async fn events_go_after_ninety_days_and_what_is_held_with_them() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let id = engine.create_webhook(who, &webhook("W")).await.expect("made").webhook.id;
    engine.activate(who, id, OnHeld::Release).await.expect("activated");
    engine.pause(who, id).await.expect("paused");
    let old = publish(&bench).await;
    bench.wait(DAY);
    let young = publish(&bench).await;
    bench.wait(89 * DAY - 3600);
    engine.start();
    // A round that begins after this one was done would take the young one no sooner.
    bench.wait(1800);
    assert!(is_there(&bench, old).await, "it is not 90 days yet");
    bench.wait(1801);
    until_gone(&bench, old).await;
    assert!(is_there(&bench, young).await);
    let page =
        engine.deliveries(who, &DeliveryFilter::default(), PageRequest::default()).await.expect("listed");
    assert_eq!(page.data.iter().map(|row| row.event_id).collect::<Vec<_>>(), [young]);
    let renamed = engine.update_webhook(who, id, &object(serde_json::json!({ "name": "Still here" }))).await;
    renamed.expect("the webhook stays");
    engine.shutdown().await;
}
