//! The receiver: notes every request, and answers as its path says, or when it is told to.

use crate::{dice::Dice, time};
use anyhow::Result;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use bytes::Bytes;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Which webhook: the last part of the path.
    pub(crate) hook: String,
    /// `webhook-delivery`.
    pub(crate) delivery: String,
    /// `webhook-id`.
    pub(crate) event: String,
    /// `webhook-attempt`.
    pub(crate) attempt: u64,
    pub(crate) body: Bytes,
    /// When it had come.
    pub(crate) at: i64,
    /// What was answered; 0 while it was not.
    pub(crate) status: u16,
    /// Whether its sender still waits for the answer.
    pub(crate) waits: bool,
}

/// Requests whose answers are held back until another word comes.
#[derive(Clone, Debug, Default)]
pub(crate) enum Held {
    #[default]
    None,
    /// All requests that come.
    All,
    /// All further attempts of these deliveries.
    Again(HashSet<String>),
}

impl Held {
    fn holds(&self, seen: &Seen) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Again(deliveries) => seen.attempt > 1 && deliveries.contains(&seen.delivery),
        }
    }
}

#[derive(Clone, Debug)]
struct Notes {
    seen: Arc<Mutex<Vec<Seen>>>,
    held: watch::Sender<Held>,
    dice: Arc<Dice>,
}

impl Notes {
    fn seen(&self) -> MutexGuard<'_, Vec<Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Dropped with the answer, or when the sender goes away.
struct Waiting {
    notes: Notes,
    at: usize,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.notes.seen()[self.at].waits = false;
    }
}

/// `/quick` answers within 15 ms; `/slow-…` after 150 ms, and when it is asked again after 600 ms; `/flaky` refuses
/// each first attempt.
/// Several slow ones, since each webhook belongs to one node at a time.
pub(crate) const HOOKS: [&str; 6] = ["quick", "flaky", "slow-1", "slow-2", "slow-3", "slow-4"];

#[derive(Debug)]
pub(crate) struct Receiver {
    notes: Notes,
    base: String,
}

impl Receiver {
    pub(crate) async fn start(seed: u64) -> Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let base = format!("http://{}", listener.local_addr()?);
        let held = watch::Sender::new(Held::None);
        let notes = Notes { seen: Arc::default(), held, dice: Arc::new(Dice::new(seed)) };
        let router = Router::new().route("/{hook}", post(receive)).with_state(notes.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { notes, base })
    }

    pub(crate) fn url(&self, hook: &str) -> String {
        format!("{}/{hook}", self.base)
    }

    /// Everything up to now.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.notes.seen().clone()
    }

    /// How many requests came up to now.
    pub(crate) fn count(&self) -> usize {
        self.notes.seen().len()
    }

    /// Holds these answers back from now on, and gives all others.
    pub(crate) fn hold(&self, held: Held) {
        self.notes.held.send_replace(held);
    }

    /// The deliveries that were sent once more, by the requests after the first `since`.
    pub(crate) fn again(&self, since: usize) -> HashSet<String> {
        let seen = self.notes.seen();
        seen[since..].iter().filter(|one| one.attempt > 1).map(|one| one.delivery.clone()).collect()
    }

    /// The deliveries whose first requests came at or after `from` and wait for their answers.
    pub(crate) fn waiting(&self, from: i64) -> HashSet<String> {
        let seen = self.notes.seen();
        let waits = |one: &&Seen| one.waits && one.attempt == 1 && one.at >= from;
        seen.iter().filter(waits).map(|one| one.delivery.clone()).collect()
    }
}

async fn receive(
    State(notes): State<Notes>,
    Path(hook): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let attempt = text("webhook-attempt").parse().unwrap_or(0);
    let (delivery, event) = (text("webhook-delivery").to_owned(), text("webhook-id").to_owned());
    let (delay, status) = match hook.as_str() {
        slow if slow.starts_with("slow") && attempt == 1 => (150, StatusCode::OK),
        slow if slow.starts_with("slow") => (600, StatusCode::OK),
        "flaky" if attempt == 1 => (5, StatusCode::INTERNAL_SERVER_ERROR),
        _ => (notes.dice.below(15), StatusCode::NO_CONTENT),
    };
    let seen = Seen { hook, delivery, event, attempt, body, at: time::now_ms(), status: 0, waits: true };
    let waiting = {
        let mut all = notes.seen();
        all.push(seen.clone());
        Waiting { notes: notes.clone(), at: all.len() - 1 }
    };
    // Dropped here when the sender goes away: then nothing was answered.
    time::sleep_ms(delay).await;
    // Its sender is in `notes`: it does not end before.
    let _ = notes.held.subscribe().wait_for(|held| !held.holds(&seen)).await;
    notes.seen()[waiting.at].status = status.as_u16();
    status
}
