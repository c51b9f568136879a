//! Events and test sends.

use crate::support::{Db, HOME, T0, edit, event, on_both_databases};
use domain::{
    delivery::{Outcome, State as Delivery},
    event::EventFilter,
    id::{EventId, Id},
    page::PageRequest,
    webhook::State,
};
use store::TestSend;

async fn found(db: &Db, filter: EventFilter) -> Vec<EventId> {
    let page = db.store.events(HOME, &filter, PageRequest::default()).await.expect("listed");
    page.data.iter().map(|row| row.id).collect()
}

on_both_databases! {
    async fn events_are_found(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let (first, deliveries) = db.publish(&[webhook], "{\"email\":\"Ada@Example.com\"}").await;
        let mut other = db.event(&[], "{\"email\":\"bob@example.com\",\"order\":17}");
        edit(&mut other).id = db.id_at(T0.plus_ms(10_000));
        edit(&mut other).topic = "learning.course_bundle.created".to_owned();
        let second = other.event.id;
        db.accept(other).await;

        let all = EventFilter::default();
        assert_eq!(found(db, all.clone()).await, [second, first]);
        let with = |q: String| EventFilter { q: Some(q), ..EventFilter::default() };
        assert_eq!(found(db, with(" ada@example.com ".to_owned())).await, [first]);
        assert_eq!(found(db, with("17".to_owned())).await, [second]);
        assert_eq!(found(db, with("nobody".to_owned())).await, []);
        assert_eq!(found(db, with("   ".to_owned())).await, [second, first]);
        assert_eq!(found(db, with(first.to_string())).await, [first]);
        assert_eq!(found(db, with(deliveries[0].to_string())).await, [first]);
        assert_eq!(found(db, with(webhook.to_string())).await, [first]);
        let claimed = db.claim(T0).await;
        db.deliver(&claimed[0], Outcome::Delivered).await;
        let delivery = db.store.delivery(HOME, deliveries[0]).await.expect("read").expect("exists");
        let attempt = delivery.attempts[0].id.expect("stored");
        assert_eq!(found(db, with(attempt.to_string())).await, [first]);

        let topic = |topic: &str| EventFilter { topic: Some(topic.to_owned()), ..EventFilter::default() };
        assert_eq!(found(db, topic("learning.course_bundle.created")).await, [second]);
        assert_eq!(found(db, topic("learning.course.*")).await, []);
        assert_eq!(found(db, topic("learning.course_bundle.*")).await, [second]);
        assert_eq!(found(db, topic("learning.*")).await, [second, first]);
        assert_eq!(found(db, EventFilter { from: Some(T0.plus_ms(10_000)), ..all.clone() }).await, [second]);
        assert_eq!(found(db, EventFilter { to: Some(T0.plus_ms(10_000)), ..all.clone() }).await, [first]);

        let page = PageRequest { limit: 1, before: None };
        let newest = db.store.events(HOME, &all, page).await.expect("listed");
        let row = &newest.data[0];
        assert_eq!((row.id, row.deliveries, row.received_at, row.occurred_at), (second, 0, T0, T0.plus_ms(-1000)));
        let next = PageRequest::parse(Some("1"), newest.next_cursor.as_deref()).expect("a cursor");
        let oldest = db.store.events(HOME, &all, next).await.expect("listed");
        assert_eq!((oldest.data[0].id, oldest.data[0].deliveries, oldest.next_cursor), (first, 1, None));
        assert_eq!(db.store.events(Id::from_key(2), &all, page).await.expect("listed").data, []);
        assert_eq!(db.store.event(Id::from_key(2), first).await.expect("read"), None);
    }

    async fn what_became_of_an_event(db: &Db) {
        let webhooks = [db.webhook("A", State::Active).await, db.webhook("B", State::Active).await];
        let (event, ids) = db.publish(&webhooks, "{}").await;
        db.publish(&webhooks, "{}").await;
        let rows = db.store.deliveries_of(HOME, event).await.expect("listed");
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [ids[1], ids[0]]);
        assert_eq!(db.store.deliveries_of(Id::from_key(2), event).await.expect("listed"), []);
    }

    async fn a_test_send_stands_in_the_log_and_nowhere_else(db: &Db) {
        let webhook = db.webhook("W", State::Draft).await;
        let mut sent = event(db.id(), "{\"email\":\"ada@example.com\"}");
        sent.test = true;
        let terms = domain::search::query_terms("ada@example.com");
        let test = TestSend {
            marketplace: HOME,
            webhook,
            event: sent.clone(),
            terms,
            delivery: db.id(),
            attempt: db.attempt(1, Outcome::Status, Some(500)),
            body: Some("{\"sent\":1}".to_owned()),
            state: Delivery::Exhausted,
        };
        db.store.insert_test(&test).await.expect("recorded");
        let delivery = db.store.delivery(HOME, test.delivery).await.expect("read").expect("exists");
        assert_eq!((delivery.test, delivery.state, delivery.webhook_id), (true, Delivery::Exhausted, Some(webhook)));
        assert_eq!(delivery.attempts, std::slice::from_ref(&test.attempt));
        assert_eq!(db.store.event(HOME, sent.id).await.expect("read"), Some(sent.clone()));
        assert_eq!(found(db, EventFilter::default()).await, []);
        assert!(db.store.webhooks(HOME).await.expect("listed")[0].recent.is_empty());
        assert_eq!(db.store.hours(HOME, T0.plus_ms(-1)).await.expect("counted"), []);
        assert_eq!(db.store.failures(HOME, T0.plus_ms(-1)).await.expect("counted"), []);
        assert_eq!(db.claim(T0).await, []);
        assert_eq!(db.store.failing(HOME).await.expect("listed"), []);

        // One that could not be rendered has no request.
        let mut attempt = db.attempt(1, Outcome::Template, None);
        attempt.request = None;
        let failed = TestSend {
            event: domain::event::Event { id: db.id(), ..sent }, delivery: db.id(), attempt, body: None,
            state: Delivery::Held, ..test
        };
        db.store.insert_test(&failed).await.expect("recorded");
        let delivery = db.store.delivery(HOME, failed.delivery).await.expect("read").expect("exists");
        assert_eq!(delivery.attempts, [failed.attempt]);
    }
}
