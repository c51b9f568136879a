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
    let on = async |keys: &[&str]| engine.update_marketplace(who, &object(json!({ "catalogs": keys }))).await;
    let kept = on(&["access", "marketplace", "learning"]).await.expect("on").policy.catalogs;
    assert_eq!(kept, ["learning", "marketplace", "access"], "in the order of the files");
    assert_eq!(engine.topics(who).await.expect("listed").len(), 24 + 40 + 2);

    let members = object(json!({
        "name": "Orders", "url": "https://example.com/hook", "preset": "appdirect", "topics": ["marketplace.order.*"],
    }));
    let webhook = engine.create_webhook(who, &members).await.expect("made").webhook;
    assert_eq!((webhook.settings.timeout_ms, webhook.settings.include_deleted_resource), (30_000, false));
    let both = object(json!({ "name": "Half", "catalogs": ["learning"] }));
    let refused = engine.update_marketplace(who, &both).await;
    let is_named = |error: &domain::invalid::FieldError| error.message.contains("Orders");
    assert!(
        matches!(&refused, Err(Error::Invalid(told)) if told.at("catalogs").is_some_and(is_named)),
        "{refused:?}"
    );
    assert_eq!(engine.marketplace(who).await.expect("read").name, "default", "all or nothing");
    on(&["marketplace"]).await.expect("nothing uses the others");
    engine.delete_webhook(who, webhook.id).await.expect("deleted");
    on(&[]).await.expect("off");
    assert_eq!(engine.topics(who).await.expect("listed"), []);
    let unknown = on(&["acme"]).await;
    assert!(matches!(&unknown, Err(Error::Invalid(told)) if told.at("catalogs").is_some()), "{unknown:?}");
}

#[tokio::test]
async fn every_built_in_topic_has_a_schema_and_own_ones_may() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let topics = engine.topics(who).await.expect("listed");
    assert!(topics.iter().all(|topic| topic.schema.is_some()));
    let mut own = order_paid();
    own.insert(
        "schema".to_owned(),
        json!({ "required": ["order"], "properties": { "order": { "type": "integer" } } }),
    );
    let made = engine.create_topic(who, &own).await.expect("made");
    assert_eq!(engine.topic(who, &made.key).await, Ok(made));
    own.insert("sample".to_owned(), json!({ "order": "7" }));
    own.insert("key".to_owned(), json!("shop.order.sent"));
    let wrong = engine.create_topic(who, &own).await;
    assert!(matches!(&wrong, Err(Error::Invalid(told)) if told.at("sample").is_some()), "{wrong:?}");
    assert_eq!(engine.topic(who, "shop.order.sent").await, Err(Error::NotFound), "nothing is half saved");
}

#[tokio::test]
async fn bc_41_enterprise_topics_are_locked_but_not_under_a_webhook() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let set =
        async |how: &str| engine.update_marketplace(who, &object(json!({ "enterprise_topics": how }))).await;
    let with = |name: &str, topic: &str| {
        object(json!({ "name": name, "url": "https://example.com/hook", "topics": [topic] }))
    };
    let named = engine
        .create_webhook(who, &with("Groups", "learning.group.created"))
        .await
        .expect("unlocked at first");
    let refused = set("locked").await;
    let is_told = |error: &domain::invalid::FieldError| {
        error.message.contains("Groups") && error.message.contains("learning.group.created")
    };
    assert!(
        matches!(&refused, Err(Error::Invalid(told)) if told.at("enterprise_topics").is_some_and(is_told)),
        "{refused:?}"
    );
    engine.delete_webhook(who, named.webhook.id).await.expect("deleted");
    engine.create_webhook(who, &with("All", "learning.*")).await.expect("a pattern may take it in");
    set("locked").await.expect("nothing names it");
    let topic = engine.topic(who, "learning.group.created").await.expect("it still shows");
    assert!(topic.enterprise && topic.locked);
    let refused = engine.create_webhook(who, &with("Groups", "learning.group.created")).await;
    assert!(matches!(&refused, Err(Error::Invalid(told)) if told.at("topics.0").is_some()), "{refused:?}");
    engine
        .create_webhook(who, &with("Group pattern", "learning.group.*"))
        .await
        .expect("a pattern may take it in");
    set("available").await.expect("unlocked");
    engine.create_webhook(who, &with("Groups", "learning.group.created")).await.expect("unlocked");
    assert!(set("perhaps").await.is_err());
}
