//! The receiver: notes every request, and answers as its path says.

use crate::{dice::Dice, time};
use anyhow::Result;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use bytes::Bytes;
use std::sync::{Arc, Mutex, PoisonError};

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
}

#[derive(Clone, Debug)]
struct Notes {
    seen: Arc<Mutex<Vec<Seen>>>,
    dice: Arc<Dice>,
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
        let notes = Notes { seen: Arc::default(), dice: Arc::new(Dice::new(seed)) };
        let router = Router::new().route("/{hook}", post(receive)).with_state(notes.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { notes, base })
    }

    pub(crate) fn url(&self, hook: &str) -> String {
        format!("{}/{hook}", self.base)
    }

    /// Everything up to now.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.notes.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
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
    let seen = Seen { hook, delivery, event, attempt, body, at: time::now_ms(), status: 0 };
    let at = {
        let mut all = notes.seen.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(seen);
        all.len() - 1
    };
    // Dropped here when the sender goes away: then nothing was answered.
    time::sleep_ms(delay).await;
    notes.seen.lock().unwrap_or_else(PoisonError::into_inner)[at].status = status.as_u16();
    status
}
