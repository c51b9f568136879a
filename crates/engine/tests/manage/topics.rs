//! Topics of catalogs and of the marketplace's own.

use crate::support::{Bench, object, webhook};
use engine::Error;
use serde_json::json;

fn order_paid() -> serde_json::Map<String, serde_json::Value> {
    object(json!({
        "key": "shop.order.paid", "title": "Order paid", "description": "After the money arrived.",
        "sample": {"order": 7, "email": "ann@example.com"},
    }))
}

#[tokio::test]
async fn the_learning_catalog_is_on_from_the_start() {
    let bench = Bench::new().await;
    let topics = bench.engine.topics(&bench.system).await.expect("listed");
    assert_eq!(topics.len(), 24);
    assert!(topics.iter().all(|topic| topic.built_in && topic.catalog == "learning"));
    let one = bench.engine.topic(&bench.system, "learning.sale.created").await.expect("there");
    assert!(topics.contains(&one));
    assert!(matches!(bench.engine.topic(&bench.system, "no.such.topic").await, Err(Error::NotFound)));
}

#[tokio::test]
async fn an_own_topic_is_made_changed_used_and_deleted() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let made = engine.create_topic(who, &order_paid()).await.expect("made");
    assert_eq!((made.catalog.as_str(), made.built_in), ("shop", false));
    assert_eq!(engine.topics(who).await.expect("listed").last(), Some(&made));
    let again = engine.create_topic(who, &order_paid()).await;
    assert!(matches!(&again, Err(Error::Invalid(invalid)) if invalid.at("key").is_some()), "{again:?}");

    let sample = r#"{"order": 8.50}"#;
    let patch = object(json!({ "title": "Paid", "sample": sample }));
    let changed = engine.update_topic(who, "shop.order.paid", &patch).await.expect("changed");
    assert_eq!((changed.title.as_str(), changed.sample.as_str()), ("Paid", sample));
    assert_eq!(changed.description, made.description);
    assert_eq!(engine.topic(who, "shop.order.paid").await, Ok(changed));

    let mut settings = webhook("Orders");
    settings.insert("topics".to_owned(), json!(["shop.order.*", "learning.user.created"]));
    let used = engine.create_webhook(who, &settings).await.expect("made").webhook;
    let refused = engine.delete_topic(who, "shop.order.paid").await;
    assert!(matches!(&refused, Err(Error::Conflict(why)) if why.contains("Orders")), "{refused:?}");
    let mut another = order_paid();
    another.insert("key".to_owned(), json!("shop.order.sent"));
    engine.create_topic(who, &another).await.expect("made");
    engine.delete_topic(who, "shop.order.paid").await.expect("the pattern still has a topic");
    engine.delete_webhook(who, used.id).await.expect("deleted");
    engine.delete_topic(who, "shop.order.sent").await.expect("nothing uses it");
    assert_eq!(engine.delete_topic(who, "shop.order.sent").await, Err(Error::NotFound));
    assert_eq!(engine.topics(who).await.expect("listed").len(), 24);
}

#[tokio::test]
async fn topics_of_catalogs_stay_as_they_are() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let patch = object(json!({ "title": "Mine" }));
    let changed = engine.update_topic(who, "learning.user.created", &patch).await;
    assert!(matches!(changed, Err(Error::Conflict(_))), "{changed:?}");
    let deleted = engine.delete_topic(who, "learning.user.created").await;
    assert!(matches!(deleted, Err(Error::Conflict(_))), "{deleted:?}");
}

#[tokio::test]
async fn catalogs_are_switched_on_and_off_but_not_under_a_webhook() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let on = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    engine.set_catalogs(who, &on(&["access", "marketplace", "learning"])).await.expect("on");
    let kept = engine.catalogs(who).await.expect("listed");
    assert_eq!(kept, ["learning", "marketplace", "access"], "in the order of the files");
    assert_eq!(engine.topics(who).await.expect("listed").len(), 24 + 40 + 2);

    let members = object(json!({
        "name": "Orders", "url": "https://example.com/hook", "preset": "appdirect", "topics": ["marketplace.order.*"],
    }));
    let webhook = engine.create_webhook(who, &members).await.expect("made").webhook;
    assert_eq!((webhook.settings.timeout_ms, webhook.settings.include_deleted_resource), (30_000, false));
    let refused = engine.set_catalogs(who, &on(&["learning"])).await;
    let is_named = |error: &domain::invalid::FieldError| error.message.contains("Orders");
    assert!(
        matches!(&refused, Err(Error::Invalid(told)) if told.at("catalogs").is_some_and(is_named)),
        "{refused:?}"
    );
    engine.set_catalogs(who, &on(&["marketplace"])).await.expect("nothing uses the others");
    engine.delete_webhook(who, webhook.id).await.expect("deleted");
    engine.set_catalogs(who, &[]).await.expect("off");
    assert_eq!(engine.topics(who).await.expect("listed"), []);
    let unknown = engine.set_catalogs(who, &on(&["acme"])).await;
    assert!(matches!(&unknown, Err(Error::Invalid(told)) if told.at("catalogs").is_some()), "{unknown:?}");
}
