//! Takes events in: checked, matched, and answered only after commit.

use crate::{Engine, Result, Who};
use domain::{id::EventId, time::Timestamp};

/// The most events in one batch.
pub const MAX_BATCH: usize = 1000;

/// An event as a caller gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// A topic's key.
    pub topic: String,
    /// JSON text of an object; kept as it is written.
    pub payload: String,
    /// An idempotency key, at most 255 characters.
    pub id: Option<String>,
    /// When it happened; now when not given.
    pub occurred_at: Option<Timestamp>,
}

/// The answer to an accepted event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Accepted {
    /// The event's id.
    pub id: EventId,
    /// How many webhooks it goes to.
    pub deliveries: i64,
    /// Whether the same event was accepted before, and this is its first answer.
    #[serde(skip)]
    pub again: bool,
}

impl Engine {
    /// Accepts one event. Returns after the event and its deliveries are committed.
    ///
    /// # Errors
    /// `Invalid` for a payload or topic that breaks a rule; `Conflict` when the idempotency key
    /// was used with other content.
    pub async fn accept(&self, who: &Who, event: NewEvent) -> Result<Accepted> {
        let _ = (who, event);
        todo!()
    }
    /// Accepts up to [`MAX_BATCH`] events in their order, all or none.
    ///
    /// # Errors
    /// As [`Engine::accept`]; fields start with `events.<index>.`.
    pub async fn accept_batch(&self, who: &Who, events: Vec<NewEvent>) -> Result<Vec<Accepted>> {
        let _ = (who, events);
        todo!()
    }
}
