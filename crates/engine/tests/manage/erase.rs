//! What a person's erasure leaves: nothing of them, and a note that it was done.

use crate::support::{Bench, webhook};
use domain::{event::EventFilter, page::PageRequest};
use engine::{Erased, Error, NewEvent, OnHeld, Subject};
use serde_json::json;
use std::time::Duration;

const ADA: &str = "ada.lovelace@example.com";
const TOPIC: &str = "learning.user.created";

#[tokio::test]
async fn a_person_is_erased_from_everything() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let bin = engine.create_bin(who, None, None).await.expect("made");
    let mut members = webhook("W");
    members.insert("url".to_owned(), json!(bin.url));
    let id = engine.create_webhook(who, &members).await.expect("made").webhook.id;
    engine.activate(who, id, OnHeld::Release).await.expect("activated");
    engine.start();
    let publish = async |email: &str| {
        let payload = json!({ "user_id": 1, "email": email }).to_string();
        let event = NewEvent { topic: TOPIC.to_owned(), payload, id: None, occurred_at: None };
        engine.accept(who, event).await.expect("accepted").id
    };
    let hers = publish(ADA).await;
    let his = publish("bob@example.com").await;
    let payload = json!({ "email": ADA }).to_string();
    engine.test(who, Subject::Saved(id), TOPIC, Some(payload)).await.expect("sent");
    let caught = async || engine.bin_requests(who, &bin.id).await.expect("listed");
    let arrived = async {
        while caught().await.len() < 3 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), arrived).await.expect("they arrive");

    engine.put_profile(who, "p-1", &json!({ "email": ADA }).to_string()).await.expect("kept");
    let found = Erased { events: 2, bin_requests: 2, profiles: 1 };
    assert_eq!(engine.erasable(who, " Ada.Lovelace@Example.com ").await, Ok(found), "the test counts");
    assert!(engine.event(who, hers).await.is_ok(), "counting removes nothing");
    assert_eq!(engine.erase(who, ADA).await, Ok(found));
    assert_eq!(engine.erase(who, ADA).await, Ok(Erased::default()));

    assert_eq!(engine.event(who, hers).await.err(), Some(Error::NotFound));
    assert!(engine.event(who, his).await.is_ok());
    let filter = EventFilter { q: Some(ADA.to_owned()), ..EventFilter::default() };
    assert_eq!(engine.events(who, &filter, PageRequest::default()).await.expect("listed").data, []);
    assert!(caught().await.iter().all(|caught| caught.body.contains("bob@example.com")));
    let log = engine.audit(who, PageRequest::default()).await.expect("listed").data;
    let noted: Vec<_> = log.iter().filter(|entry| entry.action == "data.erased").collect();
    assert_eq!(noted.len(), 1, "nothing found is nothing done");
    assert_eq!((noted[0].subject.as_str(), &noted[0].detail), ("a…", &json!(found)));
    engine.shutdown().await;
}

#[tokio::test]
async fn no_value_and_too_long_a_value_are_refused() {
    let bench = Bench::new().await;
    for value in ["", "  ", &"x".repeat(257)] {
        for refused in [
            bench.engine.erasable(&bench.system, value).await,
            bench.engine.erase(&bench.system, value).await,
        ] {
            assert!(
                matches!(refused, Err(Error::Invalid(invalid)) if invalid.at("value").is_some()),
                "{value}"
            );
        }
    }
}
