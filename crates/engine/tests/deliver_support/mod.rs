//! A running engine on a new SQLite database, with a clock that is set by hand and a receiver's
//! network allowed.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part")]

pub mod arrivals;
pub mod mail;
pub mod receiver;

use domain::{
    delivery::{Delivery, DeliveryFilter, DeliveryRow, State},
    id::{EventId, WebhookId},
    page::PageRequest,
    time::Timestamp,
};
use engine::{Clock, Config, Engine, NewEvent, OnHeld, OpenAs, Who};
use serde_json::{Map, Value, json};
use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

pub const TOPIC: &str = "learning.user.created";
pub const PAYLOAD: &str = r#"{"user_id": 7, "email":"ana@example.com", "score": 1.10}"#;

/// One engine and where it keeps its files.
pub struct World {
    pub engine: Engine,
    pub clock: Clock,
    pub who: Who,
    pub dir: PathBuf,
}

impl World {
    /// Delivers, and may dial loopback addresses.
    pub async fn start() -> Self {
        let world = Self::open(|_| {}).await;
        world.engine.start();
        world
    }

    /// Opened as a server would, with a changed configuration; not started.
    pub async fn open(change: impl FnOnce(&mut Config)) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let dir = std::env::temp_dir().join(format!("crier-deliver-{}-{number}", std::process::id()));
        fs::create_dir_all(&dir).expect("a folder");
        Self::open_in(dir, Clock::by_hand(Timestamp::from_ms(1_795_000_000_000)), change).await
    }

    pub async fn open_in(dir: PathBuf, clock: Clock, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::new(database(&dir), &dir, "http://crier.test".parse().expect("a URL"));
        config.clock = clock.clone();
        config.allowed_networks = vec!["127.0.0.0/8".parse().expect("a network")];
        change(&mut config);
        let engine = Engine::open(config, OpenAs::Server).await.expect("opened");
        let who = engine.system("default").await.expect("it is there from the start");
        Self { engine, clock, who, dir }
    }

    /// An active webhook with these members beside name, URL and topic.
    pub async fn webhook(&self, url: &str, members: Value) -> WebhookId {
        let id = self.draft(url, members).await;
        self.engine.activate(&self.who, id, OnHeld::Release).await.expect("activated");
        id
    }

    pub async fn draft(&self, url: &str, members: Value) -> WebhookId {
        let made = self.engine.create_webhook(&self.who, &settings(url, members)).await;
        made.expect("a webhook").webhook.id
    }

    pub async fn change(&self, id: WebhookId, members: Value) {
        let changed = self.engine.update_webhook(&self.who, id, &object(members)).await;
        changed.expect("changed");
    }

    pub async fn publish(&self) -> EventId {
        self.publish_payload(PAYLOAD).await
    }

    pub async fn publish_payload(&self, payload: &str) -> EventId {
        self.engine.accept(&self.who, event(payload)).await.expect("accepted").id
    }

    /// The only delivery of an event, as the log shows it.
    pub async fn delivery(&self, event: EventId) -> Delivery {
        let rows = self.rows(&DeliveryFilter { event: Some(event), ..Default::default() }).await;
        assert_eq!(rows.len(), 1, "one delivery");
        self.engine.delivery(&self.who, rows[0].id).await.expect("there")
    }

    pub async fn rows(&self, filter: &DeliveryFilter) -> Vec<DeliveryRow> {
        let page = PageRequest { limit: PageRequest::MAX, before: None };
        self.engine.deliveries(&self.who, filter, page).await.expect("a page").data
    }

    /// Waits until the only delivery of `event` is in `state`.
    pub async fn until(&self, event: EventId, state: State) -> Delivery {
        let mut last = None;
        for _ in 0..WAITS {
            let delivery = self.delivery(event).await;
            if delivery.state == state {
                return delivery;
            }
            last = Some(delivery);
            tokio::time::sleep(PAUSE).await;
        }
        panic!("never {state:?}: {last:#?}");
    }

    /// Waits until the log has `count` deliveries in `state`.
    pub async fn until_count(&self, state: State, count: usize) {
        let filter = DeliveryFilter { states: vec![state], ..Default::default() };
        eventually(async || self.rows(&filter).await.len() == count).await;
    }

    pub fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Every byte of every file that the engine wrote.
    pub fn files(&self) -> Vec<u8> {
        let entries = fs::read_dir(&self.dir).expect("listed").map(|entry| entry.expect("listed").path());
        entries.filter(|path| path.is_file()).flat_map(|path| fs::read(path).expect("read")).collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

const PAUSE: Duration = Duration::from_millis(10);
/// Together 20 seconds: only a defect takes so long.
const WAITS: u32 = 2000;

/// Waits until something is true.
pub async fn eventually(mut check: impl AsyncFnMut() -> bool) {
    for _ in 0..WAITS {
        if check().await {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("it never came true");
}

pub fn database(dir: &std::path::Path) -> String {
    format!("sqlite://{}", dir.join("crier.db").display())
}

pub fn event(payload: &str) -> NewEvent {
    NewEvent { topic: TOPIC.to_owned(), payload: payload.to_owned(), id: None, occurred_at: None }
}

/// A webhook of the contract with these members beside the required ones.
pub fn settings(url: &str, members: Value) -> Map<String, Value> {
    let mut all = object(json!({ "name": "Student sync", "url": url, "topics": [TOPIC] }));
    all.extend(object(members));
    all
}

pub fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("not an object: {other}"),
    }
}

/// All deliveries of a webhook, in the order of acceptance.
pub async fn log(world: &World, webhook: WebhookId) -> Vec<DeliveryRow> {
    let filter = DeliveryFilter { webhook: Some(webhook), ..Default::default() };
    let mut rows = Vec::new();
    let mut page = PageRequest { limit: PageRequest::MAX, before: None };
    loop {
        let found = world.engine.deliveries(&world.who, &filter, page).await.expect("a page");
        rows.extend(found.data);
        match rows.last() {
            Some(last) if found.next_cursor.is_some() => page.before = Some(last.id.key()),
            _ => break,
        }
    }
    rows.reverse();
    rows
}

/// Waits until everything of the webhook is delivered, at the first try; checks the order of the starts
/// that the log shows.
pub async fn in_order_of_acceptance(world: &World, webhook: WebhookId, count: usize) -> Vec<DeliveryRow> {
    eventually(async || {
        let rows = log(world, webhook).await;
        rows.len() == count && rows.iter().all(|row| row.state == State::Delivered)
    })
    .await;
    let rows = log(world, webhook).await;
    let starts: Vec<_> = rows.iter().map(|row| row.last_attempt_at.expect("tried")).collect();
    let early = starts.windows(2).filter(|pair| pair[1] < pair[0]).count();
    assert_eq!(early, 0, "of {count} attempts started before the one that was accepted before them");
    assert!(rows.iter().all(|row| row.attempt_count == 1));
    rows
}
