//! How SQLite reads the log: every filter has an index that leads to its rows. SQLite decides by the
//! text alone here, so that a plan seen once is the plan; Postgres decides by statistics.

use crate::{
    OpenAs, Store,
    filter::Conditions,
    sql::{Args, Sql, args, sql, sql_pair},
};
use domain::{
    delivery::{DeliveryFilter, Outcome, State},
    event::EventFilter,
    id::{DeliveryId, EventId, Id, MarketplaceId, WebhookId},
    page::PageRequest,
    time::Timestamp,
};
use std::path::PathBuf;

const HOME: MarketplaceId = Id::from_key(1);

struct Scratch(Store, PathBuf);

impl Scratch {
    async fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("crier_plans_{name}_{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let url = format!("sqlite://{}", folder.join("crier.db").display());
        let store = Store::open(&url, OpenAs::Tool).await.expect("opened");
        store.migrate(Timestamp::from_ms(0)).await.expect("migrated");
        Self(store, folder)
    }
    async fn plan(&self, (sql, values): (Sql, Args)) -> String {
        let mut conn = self.0.read().await.expect("a connection");
        let explain = Sql { sqlite: format!("EXPLAIN QUERY PLAN {}", sql.sqlite).into(), ..sql };
        let rows: Vec<(i64, i64, i64, String)> = conn.all(explain, values).await.expect("a plan");
        rows.into_iter().map(|row| row.3 + "\n").collect()
    }
    async fn close(self) {
        self.0.close().await;
        std::fs::remove_dir_all(self.1).expect("removed");
    }
}

fn deliveries(filter: &DeliveryFilter) -> Conditions {
    found(Conditions::deliveries(HOME, filter).expect("something can match").in_states(&filter.states))
}

/// As if the search of the filter, if it has one, had found some events.
fn found(conditions: Conditions) -> Conditions {
    if conditions.search(None).is_some() { conditions.among(vec![5, 6]) } else { conditions }
}

#[tokio::test]
async fn every_filter_of_deliveries_has_its_index() {
    let db = Scratch::new("deliveries").await;
    let any = DeliveryFilter::default;
    let webhook = Some(WebhookId::from_key(5));
    let q = |q: &str| DeliveryFilter { q: Some(q.to_owned()), ..any() };
    for (filter, index) in [
        (any(), "d USING INDEX deliveries_newest (marketplace_id=?"),
        (DeliveryFilter { webhook, ..any() }, "d USING INDEX deliveries_webhook (webhook_id=?"),
        (
            DeliveryFilter { event: Some(EventId::from_key(5)), ..any() },
            "d USING INDEX deliveries_event (event_id=?",
        ),
        (
            DeliveryFilter { states: vec![State::Delivered], ..any() },
            "d USING INDEX deliveries_state (marketplace_id=? AND state=?",
        ),
        (
            DeliveryFilter { states: vec![State::Pending, State::Sending], ..any() },
            "d USING INDEX deliveries_state (marketplace_id=? AND state=?",
        ),
        (
            DeliveryFilter { states: vec![State::Exhausted], ..any() },
            "d USING INDEX deliveries_state (marketplace_id=? AND state=? AND id<?",
        ),
        (DeliveryFilter { states: vec![State::Sending], ..any() }, "d USING INTEGER PRIMARY KEY (rowid=?"),
        (
            DeliveryFilter { states: vec![State::Exhausted], webhook, ..any() },
            "d USING INDEX deliveries_webhook_state (webhook_id=? AND state=?",
        ),
        (
            DeliveryFilter { outcome: Some(Outcome::Timeout), ..any() },
            "d USING INDEX deliveries_failed (marketplace_id=?",
        ),
        (
            DeliveryFilter { http_status: Some((500, 599)), ..any() },
            "d USING INDEX deliveries_failed (marketplace_id=?",
        ),
        (DeliveryFilter { test: Some(true), ..any() }, "d USING INDEX deliveries_tests (marketplace_id=?"),
        (DeliveryFilter { test: Some(false), ..any() }, "d USING INDEX deliveries_newest (marketplace_id=?"),
        (
            DeliveryFilter { from: Some(Timestamp::from_ms(9)), ..any() },
            "d USING INDEX deliveries_newest (marketplace_id=? AND id>?",
        ),
        (q("ada@example.com"), "d USING INDEX deliveries_event (event_id=?"),
        (
            DeliveryFilter { webhook, states: vec![State::Exhausted], ..q("ada@example.com") },
            "d USING INDEX deliveries_event (event_id=?",
        ),
        (q(&DeliveryId::from_key(5).to_string()), "d USING INTEGER PRIMARY KEY (rowid=?"),
    ] {
        let page = PageRequest { limit: 50, before: Some(99) };
        let plan = db.plan(deliveries(&filter).page(sql!("log/deliveries"), "d.id", page)).await;
        assert!(plan.contains(index), "{filter:?}\n{plan}");
        assert!(!plan.contains("SCAN d"), "{filter:?}\n{plan}");
    }
    db.close().await;
}

#[tokio::test]
async fn counts_read_an_index_where_there_is_one_for_them() {
    let db = Scratch::new("counts").await;
    let any = DeliveryFilter::default;
    for (filter, index) in [
        (any(), "COVERING INDEX deliveries_state (marketplace_id=?"),
        (
            DeliveryFilter { webhook: Some(WebhookId::from_key(5)), ..any() },
            "COVERING INDEX deliveries_webhook_state (webhook_id=?",
        ),
        (
            DeliveryFilter { outcome: Some(Outcome::Timeout), ..any() },
            "INDEX deliveries_failed (marketplace_id=?",
        ),
        (DeliveryFilter { test: Some(true), ..any() }, "INDEX deliveries_tests (marketplace_id=?"),
        (
            DeliveryFilter { q: Some("ada@example.com".to_owned()), ..any() },
            "INDEX deliveries_event (event_id=?",
        ),
    ] {
        let plan = db.plan(deliveries(&filter).all(sql!("log/counts"))).await;
        assert!(plan.contains(index), "{filter:?}\n{plan}");
    }
    let plan = db.plan((sql!("log/hours"), args![HOME, 5_i64])).await;
    assert!(
        plan.contains("COVERING INDEX deliveries_state (marketplace_id=? AND state=? AND id>?"),
        "{plan}"
    );
    let plan = db.plan((sql!("log/failures"), args![HOME, 5_i64])).await;
    assert!(plan.contains("d USING INDEX deliveries_failed (marketplace_id=? AND "), "{plan}");
    let plan = db.plan((sql!("webhooks/list"), args![HOME])).await;
    assert!(
        plan.contains("d USING COVERING INDEX deliveries_webhook_state (webhook_id=? AND state=?"),
        "{plan}"
    );
    assert!(plan.contains("d USING INDEX deliveries_webhook (webhook_id=?"), "{plan}");
    db.close().await;
}

#[tokio::test]
async fn a_replay_reads_its_webhook_alone() {
    let db = Scratch::new("replays").await;
    let any = DeliveryFilter {
        webhook: Some(WebhookId::from_key(5)),
        test: Some(false),
        ..DeliveryFilter::default()
    };
    let q = Some("ada@example.com".to_owned());
    for filter in [
        any.clone(),
        DeliveryFilter { states: vec![State::Exhausted], ..any.clone() },
        DeliveryFilter { outcome: Some(Outcome::Timeout), ..any.clone() },
        DeliveryFilter { topic: Some("learning.*".to_owned()), ..any.clone() },
        DeliveryFilter { q, ..any },
    ] {
        let searched = filter.q.is_some();
        let all = Conditions::deliveries(HOME, &filter).expect("something can match");
        let all = all.replayable(&filter.states, Id::from_key(99)).expect("something can match");
        let (sql, index) = if searched {
            (
                all.among(vec![5, 6]).first(sql!("replays/pick"), "d.event_id", 9),
                "deliveries_event (event_id=?",
            )
        } else {
            (all.between(5, 9).first(sql!("replays/pick"), "d.id", 9), " (webhook_id=?")
        };
        let plan = db.plan(sql).await;
        assert!(
            plan.contains(index) && plan.contains("d USING INDEX") && !plan.contains("SCAN d"),
            "{filter:?}\n{plan}"
        );
    }
    let plan = db.plan((sql!("replays/window"), args![5_i64, 5_i64, 9_i64, 9_i64])).await;
    assert!(
        plan.contains("d USING COVERING INDEX deliveries_webhook (webhook_id=? AND id>? AND id<?)"),
        "{plan}"
    );
    let plan = db.plan((sql!("replays/waiting"), args![5_i64, 5_i64, 9_i64])).await;
    assert!(plan.contains("queue_ready (webhook_id=? AND due_at<?)"), "{plan}");
    let plan = db.plan((sql!("replays/running"), args![])).await;
    assert!(plan.contains("replays_running"), "{plan}");
    db.close().await;
}

#[tokio::test]
async fn every_filter_of_events_has_its_index() {
    let db = Scratch::new("events").await;
    let q = |q: &str| EventFilter { q: Some(q.to_owned()), ..EventFilter::default() };
    for (filter, index) in [
        (EventFilter::default(), "e USING INDEX events_newest (marketplace_id=?"),
        (q("ada@example.com"), "e USING INTEGER PRIMARY KEY (rowid=?"),
        (q(&WebhookId::from_key(5).to_string()), "e USING INTEGER PRIMARY KEY (rowid=?"),
    ] {
        let conditions = found(Conditions::events(HOME, &filter).expect("something can match"));
        let plan = db.plan(conditions.page(sql!("events/list"), "e.id", PageRequest::default())).await;
        assert!(plan.contains(index), "{filter:?}\n{plan}");
    }
    db.close().await;
}

#[tokio::test]
async fn the_queue_is_never_read_whole() {
    let db = Scratch::new("queue").await;
    for (sql, values) in [
        (sql!("queue/lines"), args![5_i64]),
        (sql_pair!("queue/front"), args![1_i64, 5_i64, 0_i64, 5_i64]),
        (sql_pair!("queue/expired"), args![5_i64]),
    ] {
        let plan = db.plan((sql, values)).await;
        assert!(!plan.contains("SCAN queue") && !plan.contains("SCAN q\n"), "{plan}");
        assert!(plan.contains("queue_"), "{plan}");
    }
    db.close().await;
}

#[tokio::test]
async fn a_look_for_overdue_alerts_reads_what_fails() {
    let db = Scratch::new("overdue").await;
    let plan = db.plan((sql!("health/overdue"), args![5_i64])).await;
    assert!(plan.contains("h USING INDEX webhook_health_failing (failing_since<?"), "{plan}");
    assert!(plan.contains("SEARCH w ") && !plan.contains("SCAN"), "{plan}");
    let plan = db.plan((sql!("log/last_tried"), args![5_i64, "retrying"])).await;
    assert!(plan.contains("d USING INDEX deliveries_webhook_state (webhook_id=? AND state=?)"), "{plan}");
    assert!(!plan.contains("SCAN") && !plan.contains("TEMP B-TREE"), "{plan}");
    let plan = db.plan((sql_pair!("health/lock"), args![5_i64])).await;
    assert!(!plan.contains("SCAN"), "{plan}");
    db.close().await;
}
