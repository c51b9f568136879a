//! A marketplace's own topics.

use crate::support::{Db, HOME, on_both_databases};
use domain::{envelope::Envelope, id::MarketplaceId, topic::Topic};
use store::{Conflict, Error};

fn topic(key: &str) -> Topic {
    Topic {
        key: key.to_owned(),
        catalog: "shop".to_owned(),
        title: "Order paid".to_owned(),
        description: "An order was paid.".to_owned(),
        resource: None,
        action: None,
        envelope: Envelope::Own,
        sample: "{\"amount\":1e400}".to_owned(),
        schema: None,
        profile: None,
        enterprise: false,
        locked: false,
        built_in: false,
    }
}

on_both_databases! {
    async fn topics_come_change_and_go(db: &Db) {
        let store = &db.store;
        let before = store.routing_version(HOME).await.expect("read");
        let (b, a) = (topic("shop.order.refunded"), topic("shop.order.paid"));
        for new in [&b, &a] {
            store.insert_topic(HOME, new, &db.audit("topic.created")).await.expect("kept");
        }
        let again = store.insert_topic(HOME, &a, &db.audit("topic.created")).await;
        assert!(matches!(again, Err(Error::Conflict(Conflict::TopicTaken))), "{again:?}");
        assert_eq!(store.topics(HOME).await.expect("listed"), [a.clone(), b.clone()]);
        assert_eq!(store.routing_version(HOME).await.expect("read"), before + 2);

        let changed = Topic { title: "Paid".to_owned(), ..a.clone() };
        assert!(store.update_topic(HOME, &changed, &db.audit("topic.changed")).await.expect("saved"));
        assert_eq!(store.topic(HOME, &a.key).await.expect("read"), Some(changed.clone()));
        assert!(!store.update_topic(HOME, &topic("shop.x.y"), &db.audit("x")).await.expect("none"));
        assert!(!store.delete_topic(MarketplaceId::from_key(2), &a.key, &db.audit("x")).await.expect("not theirs"));
        assert!(store.delete_topic(HOME, &b.key, &db.audit("topic.deleted")).await.expect("deleted"));
        assert_eq!(store.topics(HOME).await.expect("listed"), [changed]);
    }
}
