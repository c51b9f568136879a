//! What holds a person's value is found and removed, and nothing else.

use crate::support::{Db, HOME, T0, on_both_databases};
use domain::{
    account::Marketplace,
    bin::{Bin, Caught},
    delivery::{DeliveryFilter, Outcome},
    event::EventFilter,
    id::{CaughtId, EventId, Id},
    page::PageRequest,
    replay::{self, Replay, RetryBody},
    webhook::State,
};
use store::{Accept, Accepted};

const ADA: &str = "ada@example.com";

async fn found(db: &Db, q: &str) -> Vec<EventId> {
    let filter = EventFilter { q: Some(q.to_owned()), ..EventFilter::default() };
    let page = db.store.events(HOME, &filter, PageRequest::default()).await.expect("listed");
    page.data.iter().map(|row| row.id).collect()
}

async fn catch(db: &Db, bin: &str, header: (&str, &str), body: &str) -> CaughtId {
    let caught = Caught {
        id: db.id(),
        at: T0,
        method: "POST".to_owned(),
        path: "/".to_owned(),
        headers: vec![(header.0.to_owned(), header.1.to_owned())],
        body: body.to_owned(),
    };
    assert!(db.store.insert_caught(bin, &caught).await.expect("kept"));
    caught.id
}

on_both_databases! {
    async fn events_with_the_value_go_and_their_neighbours_stay(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let (done, _) = db.publish(&[webhook], "{\"email\":\"Ada@Example.com\",\"n\":1}").await;
        let claimed = db.claim(T0).await;
        db.deliver(&claimed[0], Outcome::Delivered).await;
        let (waiting, _) = db.publish(&[webhook], "{\"to\":[{\"email\":\"ada@example.com\"}]}").await;
        let (sending, _) = db.publish(&[webhook], "{\"a\":\" ada@example.com\"}").await;
        let (words, _) = db.publish(&[webhook], "{\"a\":\"mail for ada@example.com\"}").await;
        let (other, _) = db.publish(&[webhook], "{\"email\":\"bob@example.com\"}").await;
        assert_eq!(found(db, ADA).await, [words, sending, waiting, done]);
        let traces = db.store.traces(HOME, " ADA@example.com").await.expect("read");
        assert_eq!(traces.events, [done, waiting, sending], "whole values only");

        db.store.erase_events(&traces.events).await.expect("erased");
        db.store.erase_entries(&traces.events).await.expect("erased");

        assert_eq!(db.store.traces(HOME, ADA).await.expect("read").events, []);
        assert_eq!(found(db, ADA).await, [words]);
        assert_eq!(found(db, "bob@example.com").await, [other]);
        for (count, left) in [
            ("SELECT count(*) FROM events", 2),
            ("SELECT count(*) FROM deliveries", 2),
            ("SELECT count(*) FROM queue", 2),
            ("SELECT count(*) FROM attempts", 0),
            ("SELECT count(*) FROM bodies", 0),
            ("SELECT count(*) FROM envelopes", 0),
            ("SELECT count(*) FROM search_tail", 2),
        ] {
            assert_eq!(db.number(count).await, left, "{count}");
        }
        let taken: Vec<EventId> = db.claim(T0).await.iter().map(|claimed| claimed.event.id).collect();
        assert_eq!(taken, [words, other], "the rest is delivered");
    }

    async fn what_is_being_sent_leaves_no_record(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let (event, _) = db.publish(&[webhook], "{\"email\":\"ada@example.com\"}").await;
        let claimed = db.claim(T0).await;
        db.store.erase_events(&[event]).await.expect("erased");
        let item = store::Finish {
            delivery: claimed[0].delivery,
            token: claimed[0].token,
            attempt: Some(db.attempt(1, Outcome::Delivered, Some(200)).into()),
            event: None,
            body: Some("{\"email\":\"ada@example.com\"}".to_owned()),
            next: store::Next::Delivered,
            ended: None,
            at: T0,
        };
        let recorded = db.store.finish(&[item]).await.expect("answered");
        assert_eq!(recorded, [store::Finished::Fenced]);
        for table in ["SELECT count(*) FROM attempts", "SELECT count(*) FROM bodies"] {
            assert_eq!(db.number(table).await, 0, "{table}");
        }
    }

    async fn sealed_entries_go_too(db: &Db) {
        let (event, _) = db.publish(&[], "{\"email\":\"ada@example.com\",\"colour\":\"red\"}").await;
        let routing_version = db.store.routing_version(HOME).await.expect("a version");
        for start in (0..2460).step_by(820) {
            let events = (start..start + 820).map(|n| db.event(&[], &format!("{{\"n\":\"no-{n}\",\"colour\":\"red\"}}")));
            let request = Accept { marketplace: HOME, routing_version, events: events.collect() };
            let answers = db.store.accept(vec![request]).await.expect("accepted");
            assert!(matches!(answers[..], [Accepted::Stored(_)]));
        }
        db.store.seal_search().await.expect("sealed");
        assert_eq!(db.number("SELECT count(*) FROM search_segments").await, 1);
        let bytes = "SELECT CAST(sum(length(entries)) AS BIGINT) FROM search_blocks";
        let before = db.number(bytes).await;
        let traces = db.store.traces(HOME, ADA).await.expect("read");
        assert_eq!(traces.events, [event]);
        db.store.erase_events(&traces.events).await.expect("erased");
        db.store.erase_entries(&traces.events).await.expect("erased");
        assert_eq!(db.number(bytes).await, before - 2 * 16, "one entry for each of its two values");
        assert_eq!(db.store.traces(HOME, ADA).await.expect("read").events, []);
        for n in [0, 1000, 2400] {
            assert_eq!(found(db, &format!("no-{n} red")).await, found(db, &format!("no-{n}")).await);
            assert_eq!(found(db, &format!("no-{n}")).await.len(), 1, "{n}");
        }
    }

    async fn other_marketplaces_keep_theirs(db: &Db) {
        let (event, _) = db.publish(&[], "{\"email\":\"ada@example.com\"}").await;
        let other = Marketplace {
            id: Id::from_key(2),
            slug: "other".to_owned(),
            name: "Other".to_owned(),
            domain_id: "o".to_owned(),
            tenant_id: "o".to_owned(),
        };
        db.store.insert_marketplace(&other, T0).await.expect("made");
        let traces = db.store.traces(other.id, ADA).await.expect("read");
        assert_eq!(traces, store::Traces::default());
        assert_eq!(db.store.traces(HOME, ADA).await.expect("read").events, [event]);
    }

    async fn what_test_receivers_caught_is_found(db: &Db) {
        let bin = Bin {
            id: "b".to_owned(),
            url: String::new(),
            status: 200,
            delay_ms: 0,
            created_at: T0,
            expires_at: T0.plus_ms(1000),
            requests: 0,
        };
        db.store.insert_bin(HOME, &bin).await.expect("made");
        let (event, _) = db.publish(&[], "{\"email\":\"ada@example.com\"}").await;
        let by_event = catch(db, "b", ("webhook-id", &event.to_string()), "{\"greeting\":\"Dear A.\"}").await;
        let by_form = catch(db, "b", ("x", "y"), "a=1&email=Ada%40example.com").await;
        let other = catch(db, "b", ("webhook-id", &db.id::<domain::id::Event>().to_string()), "{}").await;
        let traces = db.store.traces(HOME, ADA).await.expect("read");
        assert_eq!(traces.caught, [by_event, by_form]);
        let entry = db.audit("data.erased");
        db.store.erase_caught(HOME, &traces.caught, &entry).await.expect("erased");
        let left = db.store.caught(HOME, "b").await.expect("listed");
        assert_eq!(left.iter().map(|caught| caught.id).collect::<Vec<_>>(), [other]);
        let noted = db.store.audit(HOME, PageRequest::default()).await.expect("listed");
        assert_eq!(noted.data[0].action, "data.erased");
    }
    async fn a_replay_that_searched_for_it_goes_too(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let searched = |q: &str| Replay {
            id: db.id(),
            webhook_id: webhook,
            state: replay::State::Running,
            filter: DeliveryFilter { q: Some(q.to_owned()), ..DeliveryFilter::default() },
            body: RetryBody::Same,
            total: 0,
            done: 0,
            created_at: T0,
            ended_at: None,
        };
        let mut ids = Vec::new();
        for q in [ADA, "bob@example.com"] {
            let new = searched(q);
            ids.push(new.id);
            db.store.start_replay(HOME, &new, &db.audit("webhook.replayed")).await.expect("started");
            if q == ADA {
                let audit = db.audit("webhook.replay_stopped");
                db.store.stop_replay(HOME, webhook, new.id, T0, &audit).await.expect("stopped");
            }
        }
        let traces = db.store.traces(HOME, ADA).await.expect("read");
        assert_eq!(traces.replays, [ids[0]]);
        db.store.erase_replays(&traces.replays).await.expect("erased");
        let left = db.store.replays(HOME, webhook, PageRequest::default()).await.expect("read").data;
        assert_eq!(left.iter().map(|replay| replay.id).collect::<Vec<_>>(), [ids[1]]);
    }
}
