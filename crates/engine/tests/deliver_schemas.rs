//! Events that are not as their topic's schema wants them, and events of topics that went away meanwhile.

mod deliver_support;

use deliver_support::{PAYLOAD, World, database, event, object};
use domain::{event::EventFilter, page::PageRequest};
use engine::{Config, Engine, Error, NewEvent, OpenAs};
use serde_json::{Value, json};

const OWN: &str = "shop.order.paid";

/// The field and message of everything that is wrong.
fn wrong(result: Result<impl std::fmt::Debug, Error>) -> Vec<(String, String)> {
    match result {
        Err(Error::Invalid(invalid)) => invalid.errors.into_iter().map(|e| (e.field, e.message)).collect(),
        other => panic!("not invalid: {other:?}"),
    }
}

fn paid(payload: &str) -> NewEvent {
    NewEvent { topic: OWN.to_owned(), ..event(payload) }
}

async fn set(engine: &Engine, members: Value) {
    let who = engine.system("default").await.expect("there");
    engine.update_marketplace(&who, &object(members)).await.expect("changed");
}

/// A world with an own topic that has a schema.
async fn world() -> World {
    let world = World::start().await;
    let topic = json!({
        "key": OWN, "title": "Order paid", "sample": { "order": 1, "items": [{ "price": 1 }] },
        "schema": { "required": ["order"], "properties": {
            "order": { "type": "integer" }, "items": { "items": { "required": ["price"] } },
        } },
    });
    world.engine.create_topic(&world.who, &object(topic)).await.expect("made");
    world
}

/// Whatever another process beside this one does to the same database.
async fn beside(world: &World) -> Engine {
    let public_url = "http://crier.test".parse().expect("a URL");
    Engine::open(Config::new(database(&world.dir), &world.dir, public_url), OpenAs::Tool)
        .await
        .expect("opened")
}

async fn stored(world: &World) -> usize {
    let page = world.engine.events(&world.who, &EventFilter::default(), PageRequest::default()).await;
    page.expect("a page").data.len()
}

#[tokio::test]
async fn off_takes_everything_warn_notes_and_refuse_refuses() {
    let world = world().await;
    let accept = async |payload: &str| world.engine.accept(&world.who, paid(payload)).await;
    let off = accept("{}").await.expect("nobody looks").id;
    assert_eq!(world.engine.event(&world.who, off).await.expect("there").event.context.schema_errors, []);

    set(&world.engine, json!({ "schema_check": "warn" })).await;
    let noted = accept(r#"{"order":"7","items":[{"price":1},{}]}"#).await.expect("accepted").id;
    let noted = world.engine.event(&world.who, noted).await.expect("there").event.context.schema_errors;
    let noted: Vec<_> = noted.iter().map(|e| (e.field.as_str(), e.message.as_str())).collect();
    let order = ("payload.order", "This has to be a whole number.");
    assert_eq!(noted, [order, ("payload.items.1.price", "This is missing.")]);
    let good = accept(r#"{"order":7}"#).await.expect("accepted").id;
    assert_eq!(world.engine.event(&world.who, good).await.expect("there").event.context.schema_errors, []);
    // By the sample, which is all that the catalog says.
    world.engine.accept(&world.who, event(PAYLOAD)).await.expect("accepted");

    set(&world.engine, json!({ "schema_check": "refuse" })).await;
    let before = stored(&world).await;
    assert_eq!(wrong(accept(r#"{"order":"7"}"#).await), [(order.0.to_owned(), order.1.to_owned())]);
    let sample = world.engine.topic(&world.who, "learning.user.created").await.expect("there").sample;
    let batch = vec![event(&sample), paid("{}"), event("[]"), paid(r#"{"order":1}"#)];
    let fields: Vec<_> =
        wrong(world.engine.accept_batch(&world.who, batch).await).into_iter().map(|e| e.0).collect();
    assert_eq!(fields, ["events.1.payload.order", "events.2.payload"]);
    assert_eq!(stored(&world).await, before, "nothing of it is stored");
    accept(r#"{"order":1e400}"#).await.expect("a whole number");
    world.engine.accept(&world.who, event(&sample)).await.expect("a sample is as its schema says");
}

#[tokio::test]
async fn bc_41_events_of_locked_topics_are_refused_until_they_are_available() {
    let world = World::start().await;
    let group = || NewEvent { topic: "learning.group.created".to_owned(), ..event("{}") };
    world.engine.accept(&world.who, group()).await.expect("unlocked at the start");
    set(&world.engine, json!({ "enterprise_topics": "locked" })).await;
    let refused = wrong(world.engine.accept(&world.who, group()).await);
    assert!(
        refused.len() == 1 && refused[0].0 == "topic" && refused[0].1.contains("Settings"),
        "{refused:?}"
    );
    assert_eq!(stored(&world).await, 1);
    let other = beside(&world).await;
    set(&other, json!({ "enterprise_topics": "available" })).await;
    world.engine.accept(&world.who, group()).await.expect("another process made it available");
}

#[tokio::test]
async fn what_another_process_forbids_is_refused_by_one_that_has_not_heard_of_it() {
    let world = world().await;
    let user = || event(PAYLOAD);
    world.engine.accept(&world.who, user()).await.expect("accepted, and the table is read");
    let other = beside(&world).await;
    set(&other, json!({ "catalogs": ["access"] })).await;
    assert_eq!(wrong(world.engine.accept(&world.who, user()).await)[0].0, "topic", "the catalog is off");
    let batch = vec![paid(r#"{"order":1}"#)];
    world.engine.accept_batch(&world.who, batch).await.expect("own topics stay");
    set(&other, json!({ "schema_check": "refuse" })).await;
    let batch = vec![paid(r#"{"order":1}"#), paid("{}")];
    assert_eq!(wrong(world.engine.accept_batch(&world.who, batch).await)[0].0, "events.1.payload.order");
    set(&other, json!({ "catalogs": ["learning"], "schema_check": "off" })).await;
    world.engine.accept(&world.who, user()).await.expect("on again");
    let group = || NewEvent { topic: "learning.group.created".to_owned(), ..event("{}") };
    world.engine.accept(&world.who, group()).await.expect("unlocked");
    set(&other, json!({ "enterprise_topics": "locked" })).await;
    assert_eq!(wrong(world.engine.accept(&world.who, group()).await)[0].0, "topic");
}

#[tokio::test]
async fn who_repeats_an_event_gets_its_first_answer_whatever_the_rules_are_by_now() {
    let world = world().await;
    let keyed = |key: &str, payload: &str| NewEvent { id: Some(key.to_owned()), ..paid(payload) };
    let accept = async |event: NewEvent| world.engine.accept(&world.who, event).await;
    let first = accept(keyed("o-1", "{}")).await.expect("nobody looks");
    set(&world.engine, json!({ "schema_check": "refuse" })).await;
    let again = accept(keyed("o-1", "{}")).await.expect("was accepted");
    assert_eq!((again.id, again.deliveries, again.again), (first.id, first.deliveries, true));
    // Other content, or another key, is a new event.
    for event in [keyed("o-1", r#"{"n":1}"#), keyed("o-2", "{}"), paid("{}")] {
        assert_eq!(wrong(accept(event).await)[0].0, "payload.order");
    }
    let batch = vec![keyed("o-3", r#"{"order":1}"#), keyed("o-1", "{}"), keyed("o-4", r#"{"order":2}"#)];
    let answers = world.engine.accept_batch(&world.who, batch).await.expect("accepted");
    assert_eq!(answers.iter().map(|answer| answer.again).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(answers[1].id, first.id);
    let only = world.engine.accept_batch(&world.who, vec![keyed("o-1", "{}")]).await.expect("accepted");
    assert_eq!((only.len(), only[0].id), (1, first.id));
    // A batch with a new event that breaks a rule is refused, and told by its place.
    let batch = vec![keyed("o-1", "{}"), paid("{}")];
    assert_eq!(wrong(world.engine.accept_batch(&world.who, batch).await)[0].0, "events.1.payload.order");
}
