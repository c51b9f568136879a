//! The load: clients that publish events, each under a key of its own and again until it is acknowledged.

use crate::{api::Api, dice::Dice, time};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};
use tokio::task::JoinSet;

/// What every event is of.
pub(crate) const TOPIC: &str = "learning.user.created";
/// Clients at the same time.
const CLIENTS: u64 = 8;
/// A client's pause after an acknowledgement is up to this long; 8 of them make some 30 events a second.
const PAUSE_MS: u64 = 480;

/// An acknowledgement.
#[derive(Clone, Debug)]
pub(crate) struct Ack {
    /// The key, which the payload holds, too.
    pub(crate) key: String,
    /// The event's id.
    pub(crate) event: String,
    pub(crate) deliveries: u64,
}

#[derive(Debug)]
struct Shared {
    api: Api,
    name: String,
    dice: Dice,
    next: AtomicU64,
    settling: AtomicBool,
    ended: AtomicBool,
    waiting: AtomicU64,
    acks: Mutex<Vec<Ack>>,
    /// Answers that must not be.
    wrong: Mutex<Vec<String>>,
    /// What was not acknowledged at the first try.
    again: AtomicU64,
}

#[derive(Debug)]
pub(crate) struct Load {
    shared: Arc<Shared>,
    clients: JoinSet<()>,
}

impl Load {
    /// Starts publishing. `name` keeps its keys apart from those of others.
    pub(crate) fn start(api: Api, name: &str, seed: u64) -> Self {
        let shared = Arc::new(Shared {
            api,
            name: name.to_owned(),
            dice: Dice::new(seed),
            next: AtomicU64::new(0),
            settling: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            waiting: AtomicU64::new(0),
            acks: Mutex::default(),
            wrong: Mutex::default(),
            again: AtomicU64::new(0),
        });
        let mut clients = JoinSet::new();
        for _ in 0..CLIENTS {
            clients.spawn(client(Arc::clone(&shared)));
        }
        Self { shared, clients }
    }

    /// Publishes nothing new; returns when everything that was begun is acknowledged.
    pub(crate) async fn settle(&self) {
        self.shared.settling.store(true, Ordering::SeqCst);
        while self.shared.waiting.load(Ordering::SeqCst) > 0 {
            time::sleep_ms(10).await;
        }
    }

    /// All acknowledgements up to now.
    pub(crate) fn acks(&self) -> Vec<Ack> {
        self.shared.acks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Answers that must not be.
    pub(crate) fn wrong(&self) -> Vec<String> {
        self.shared.wrong.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many events needed another try.
    pub(crate) fn tried_again(&self) -> u64 {
        self.shared.again.load(Ordering::SeqCst)
    }

    /// Ends it, whatever is under way.
    pub(crate) async fn end(mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        self.clients.shutdown().await;
    }
}

async fn client(shared: Arc<Shared>) {
    while !shared.ended.load(Ordering::SeqCst) {
        time::sleep_ms(shared.dice.below(PAUSE_MS)).await;
        shared.waiting.fetch_add(1, Ordering::SeqCst);
        if !shared.settling.load(Ordering::SeqCst) {
            publish(&shared).await;
        }
        shared.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Publishes one event until it is acknowledged.
async fn publish(shared: &Shared) {
    let key = format!("{}-{}", shared.name, shared.next.fetch_add(1, Ordering::SeqCst));
    let payload = json!({ "key": key, "filler": "x".repeat(700) });
    let event = json!({ "topic": TOPIC, "id": key, "payload": payload });
    let mut tries = 0;
    loop {
        tries += 1;
        match shared.api.call(Method::POST, "/events", Some(&event)).await {
            Ok((200 | 202, answer)) => {
                shared.again.fetch_add(u64::from(tries > 1), Ordering::SeqCst);
                let ack = Ack {
                    key,
                    event: answer["id"].as_str().unwrap_or_default().to_owned(),
                    deliveries: answer["deliveries"].as_u64().unwrap_or_default(),
                };
                shared.acks.lock().unwrap_or_else(PoisonError::into_inner).push(ack);
                return;
            }
            // Away, or the database is: nothing was promised.
            Ok((503, _)) | Err(_) => time::sleep_ms(20).await,
            Ok((status, answer)) => {
                let wrong = format!("an event was answered {status}: {answer}");
                shared.wrong.lock().unwrap_or_else(PoisonError::into_inner).push(wrong);
                return;
            }
        }
    }
}

/// Creates and activates the webhooks that the load goes to.
pub(crate) async fn webhooks(api: &Api, urls: &[(&str, String)]) -> anyhow::Result<HashMap<String, String>> {
    let mut ids = HashMap::new();
    for (name, url) in urls {
        let made = api.post("/webhooks", &webhook(name, url)).await?;
        let id = made["id"].as_str().unwrap_or_default().to_owned();
        api.post(&format!("/webhooks/{id}/activate"), &json!({})).await?;
        ids.insert(id, (*name).to_owned());
    }
    Ok(ids)
}

fn webhook(name: &str, url: &str) -> Value {
    // The shortest limit makes the shortest lease: 1 s + 5 s. Every retry is due after a second.
    json!({
        "name": name, "url": url, "topics": [TOPIC], "timeout_ms": 1000,
        "retry": { "schedule_s": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1] },
        "body_template": r#"{"key":"{{ payload.key }}","event":"{{ id }}"}"#,
    })
}
