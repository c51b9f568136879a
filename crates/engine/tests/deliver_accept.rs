//! What is accepted, what is refused, and who gets it.

mod deliver_support;

use deliver_support::{
    PAYLOAD, TOPIC, World, event, eventually,
    receiver::{Receiver, status},
};
use domain::{
    delivery::{DeliveryFilter, State},
    event::EventFilter,
    page::PageRequest,
};
use engine::{Accepted, Engine, Error, NewEvent, OnHeld};
use serde_json::json;

async fn events(world: &World) -> usize {
    let page = world.engine.events(&world.who, &EventFilter::default(), PageRequest::default()).await;
    page.expect("a page").data.len()
}

fn fields(result: Result<impl std::fmt::Debug, Error>) -> Vec<String> {
    match result {
        Err(Error::Invalid(invalid)) => invalid.errors.into_iter().map(|error| error.field).collect(),
        other => panic!("not invalid: {other:?}"),
    }
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_and_not_stored() {
    let world = World::start().await;
    let accept = async |change: fn(&mut NewEvent)| {
        let mut new = event(PAYLOAD);
        change(&mut new);
        fields(world.engine.accept(&world.who, new).await)
    };
    assert_eq!(accept(|e| e.topic = "learning.user.eaten".into()).await, ["topic"]);
    assert_eq!(accept(|e| e.topic = "marketplace.company.added".into()).await, ["topic"], "not switched on");
    assert_eq!(accept(|e| e.payload = "[]".into()).await, ["payload"]);
    assert_eq!(accept(|e| e.payload = "{".into()).await, ["payload"]);
    assert_eq!(accept(|e| e.payload = r#"{"a":1,"a":2}"#.into()).await, ["payload"]);
    assert_eq!(accept(|e| e.payload = r#"{"a":"\ud800"}"#.into()).await, ["payload"]);
    assert_eq!(accept(|e| e.payload = format!("{{\"a\":\"{}\"}}", "x".repeat(1 << 20))).await, ["payload"]);
    assert_eq!(accept(|e| e.id = Some("x".repeat(256))).await, ["id"]);
    let batch = vec![event(PAYLOAD), event("7"), NewEvent { topic: "a".into(), ..event(PAYLOAD) }];
    let refused = world.engine.accept_batch(&world.who, batch).await;
    assert_eq!(fields(refused), ["events.1.payload", "events.2.topic"]);
    assert_eq!(fields(world.engine.accept_batch(&world.who, Vec::new()).await), ["events"]);
    assert_eq!(events(&world).await, 0);
}

#[tokio::test]
async fn a_repeated_event_is_the_first_one() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    world.webhook(&receiver.url(), json!({})).await;
    let keyed = || NewEvent { id: Some("order-7".to_owned()), ..event(PAYLOAD) };
    let first = world.engine.accept(&world.who, keyed()).await.expect("accepted");
    assert_eq!((first.deliveries, first.again), (1, false));
    let again = world.engine.accept(&world.who, keyed()).await.expect("accepted");
    assert_eq!(again, Accepted { again: true, ..first });
    let other = NewEvent { payload: "{}".to_owned(), ..keyed() };
    assert!(matches!(world.engine.accept(&world.who, other.clone()).await, Err(Error::Conflict(_))));
    let batch = world.engine.accept_batch(&world.who, vec![event(PAYLOAD), other]).await;
    assert!(matches!(batch, Err(Error::Conflict(_))), "all or nothing: {batch:?}");
    let batch = vec![event(PAYLOAD), keyed(), event("{}")];
    let batch = world.engine.accept_batch(&world.who, batch).await.expect("accepted");
    assert_eq!(batch.iter().map(|a| a.again).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(batch[1].id, first.id);
    eventually(async || receiver.count() == 3).await;
    assert_eq!(events(&world).await, 3);
    world.until_count(State::Delivered, 3).await;
    assert_eq!(receiver.count(), 3);
}

#[tokio::test]
async fn topics_conditions_and_states_decide_and_are_explained() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    let url = receiver.url();
    let seven = json!({"all": [{"field": "payload.user_id", "op": "eq", "value": 7}]});
    world.webhook(&url, json!({"name": "a pattern", "topics": ["learning.user.*"]})).await;
    world.webhook(&url, json!({"name": "b condition", "conditions": seven})).await;
    let eight = json!({"field": "payload.user_id", "op": "eq", "value": 8});
    world.webhook(&url, json!({"name": "c other value", "conditions": eight})).await;
    world.webhook(&url, json!({"name": "d other topic", "topics": ["learning.course.created"]})).await;
    world.draft(&url, json!({"name": "e draft"})).await;
    let paused = world.webhook(&url, json!({"name": "f paused"})).await;
    world.engine.pause(&world.who, paused).await.expect("paused");

    let accepted = world.engine.accept(&world.who, event(PAYLOAD)).await.expect("accepted");
    assert_eq!(accepted.deliveries, 3);
    world.until_count(State::Delivered, 2).await;
    let of = DeliveryFilter { event: Some(accepted.id), ..Default::default() };
    let mut rows: Vec<_> =
        world.rows(&of).await.into_iter().map(|row| (row.webhook_name, row.state)).collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let expected =
        [("a pattern", State::Delivered), ("b condition", State::Delivered), ("f paused", State::Held)];
    assert_eq!(rows, expected.map(|(name, state)| (name.to_owned(), state)));

    let verdicts = world.engine.explain(&world.who, accepted.id).await.expect("explained");
    let sent: Vec<_> = verdicts.iter().map(|v| (v.webhook_name.as_str(), v.sent)).collect();
    assert_eq!(
        sent,
        [
            ("a pattern", true),
            ("b condition", true),
            ("c other value", false),
            ("d other topic", false),
            ("e draft", false),
            ("f paused", true),
        ]
    );
    let clause = verdicts[2].clause.as_deref().expect("a clause");
    assert!(clause.contains("payload.user_id") && clause.contains('7'), "{clause}");
    let detail = world.engine.event(&world.who, accepted.id).await.expect("there");
    assert_eq!((detail.event.payload.as_str(), detail.deliveries.len()), (PAYLOAD, 3));
}

#[tokio::test]
async fn an_activation_counts_for_every_later_event_on_every_node() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    world.publish().await;
    // Another process (here: the same database, opened as a tool) does not know this one's table.
    let mut config = engine::Config::new(
        deliver_support::database(&world.dir),
        &world.dir,
        "http://crier.test".parse().expect("a URL"),
    );
    config.allowed_networks = vec!["127.0.0.0/8".parse().expect("a network")];
    let other = Engine::open(config, engine::OpenAs::Tool).await.expect("opened");
    let members = deliver_support::settings(&receiver.url(), json!({}));
    let id = other.create_webhook(&world.who, &members).await.expect("a webhook").webhook.id;
    other.activate(&world.who, id, OnHeld::Release).await.expect("active");
    let event = world.publish().await;
    world.until(event, State::Delivered).await;
    other.pause(&world.who, id).await.expect("paused");
    let event = world.publish().await;
    assert_eq!(world.delivery(event).await.state, State::Held);
}

#[tokio::test]
async fn many_publishers_share_commits_and_lose_nothing() {
    let receiver = Receiver::with(status(200)).await;
    let world = World::start().await;
    world.webhook(&receiver.url(), json!({})).await;
    let publishers = (0..40).map(|p| {
        let (engine, who) = (world.engine.clone(), world.who.clone());
        tokio::spawn(async move {
            for n in 0..5 {
                let new = NewEvent { id: Some(format!("{p}-{n}")), ..event(PAYLOAD) };
                engine.accept(&who, new).await.expect("accepted");
            }
        })
    });
    for publisher in publishers.collect::<Vec<_>>() {
        publisher.await.expect("joined");
    }
    eventually(async || receiver.count() == 200).await;
    world.until_count(State::Delivered, 200).await;
    let mut ids: Vec<_> =
        receiver.seen().iter().filter_map(|s| s.header("webhook-id").map(str::to_owned)).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 200, "each once");
    assert_eq!(receiver.seen()[0].header("webhook-topic"), Some(TOPIC));
}
