//! The search index: what is sealed is found like what was accepted a moment ago.

use crate::support::{Db, HOME, on_both_databases};
use domain::{
    delivery::DeliveryFilter, event::EventFilter, format::Json, id::EventId, page::PageRequest,
    webhook::State,
};
use store::{Accept, Accepted, NewEvent};

/// Accepts `count` events, each of which has a number of its own and one of ten colours.
async fn fill(db: &Db, from: usize, count: usize) -> Vec<EventId> {
    let mut ids = Vec::new();
    for start in (from..from + count).step_by(1000) {
        let new = |n| db.event(&[], &format!("{{\"number\":\"no-{n}\",\"colour\":\"colour-{}\"}}", n % 10));
        let events: Vec<NewEvent> = (start..(start + 1000).min(from + count)).map(new).collect();
        ids.extend(events.iter().map(|new| new.event.id));
        let routing_version = db.store.routing_version(HOME).await.expect("a version");
        let request = Accept { marketplace: HOME, routing_version, events };
        let answers = db.store.accept(vec![request]).await.expect("accepted");
        assert!(matches!(answers[..], [Accepted::Stored(_)]));
    }
    ids
}

/// All events that `q` finds, page by page.
async fn found(db: &Db, q: &str) -> Vec<EventId> {
    let filter = EventFilter { q: Some(q.to_owned()), ..EventFilter::default() };
    let (mut all, mut page) = (Vec::new(), PageRequest { limit: 200, before: None });
    loop {
        let got = db.store.events(HOME, &filter, page).await.expect("listed");
        all.extend(got.data.iter().map(|row| row.id));
        match got.next_cursor {
            Some(cursor) => page = PageRequest::parse(Some("200"), Some(&cursor)).expect("a cursor"),
            None => return all,
        }
    }
}

on_both_databases! {
    async fn what_is_sealed_is_found_like_the_rest(db: &Db) {
        let ids = fill(db, 0, 4800).await;
        assert!(db.store.seal_search().await.expect("sealed"), "more than one segment is due");
        assert!(!db.store.seal_search().await.expect("sealed"));
        assert!(!db.store.seal_search().await.expect("sealed"), "the rest is too little");
        assert_eq!(db.number("SELECT count(*) FROM search_segments").await, 2);
        assert_eq!(db.number("SELECT count(*) FROM search_tail").await, 4800 - 2 * 2048);
        for n in [0, 2047, 2048, 4095, 4096, 4799] {
            assert_eq!(found(db, &format!("NO-{n}")).await, [ids[n]], "{n}");
        }
        assert_eq!(found(db, "no-4800").await, []);
        let third: Vec<EventId> = ids.iter().copied().skip(3).step_by(10).rev().collect();
        assert_eq!(found(db, "colour-3").await, third, "newest first, over several pages and segments");
        // Both words of a text have to be there; `no-13` and `colour-4` are of different events.
        assert_eq!(found(db, "no-13 colour-3").await, [ids[13]]);
        assert_eq!(found(db, "no-13 colour-4").await, []);
    }

    async fn deliveries_of_found_events_are_counted_and_listed(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let (_, old) = db.publish(&[webhook], "{\"email\":\"ada@example.com\"}").await;
        fill(db, 0, 2060).await;
        assert!(!db.store.seal_search().await.expect("sealed"));
        let (_, new) = db.publish(&[webhook], "{\"email\":\"ada@example.com\"}").await;
        let filter = DeliveryFilter { q: Some("Ada@Example.com".to_owned()), ..DeliveryFilter::default() };
        let page = db.store.deliveries(HOME, &filter, PageRequest::default()).await.expect("listed");
        assert_eq!(page.data.iter().map(|row| row.id).collect::<Vec<_>>(), [new[0], old[0]]);
        assert_eq!(db.store.counts(HOME, &filter).await.expect("counted").waiting, 2);
        let elsewhere = domain::id::Id::from_key(2);
        let page = db.store.deliveries(elsewhere, &filter, PageRequest::default()).await.expect("listed");
        assert_eq!(page.data, []);
    }

    async fn two_that_seal_at_once_take_different_events(db: &Db) {
        let ids = fill(db, 0, 4500).await;
        let (one, other) = tokio::join!(db.store.seal_search(), db.store.seal_search());
        one.expect("sealed");
        other.expect("sealed");
        while db.store.seal_search().await.expect("sealed") {}
        for n in (0..4500).step_by(250) {
            assert_eq!(found(db, &format!("no-{n}")).await, [ids[n]], "{n}");
        }
    }
}

#[test]
fn the_fixture_has_terms() {
    let payload = Json::parse("{\"number\":\"no-1\",\"colour\":\"colour-1\"}").expect("JSON");
    assert_eq!(domain::search::terms(&payload).len(), 2);
}
