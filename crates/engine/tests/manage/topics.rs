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
