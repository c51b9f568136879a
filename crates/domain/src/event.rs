//! What happened in the marketplace.

use crate::{format::Json, id::EventId, invalid::FieldError, time::Timestamp};
use serde::{Deserialize, Serialize};

/// An accepted event. The payload is kept as it arrived: member order and number spelling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its id; goes out as `webhook-id`.
    pub id: EventId,
    /// Its topic's key.
    pub topic: String,
    /// JSON text of an object, at most 1 MiB.
    pub payload: String,
    /// When it happened, by the caller's clock; the moment of acceptance when not given.
    pub occurred_at: Timestamp,
    /// When it was accepted.
    pub received_at: Timestamp,
    /// The idempotency key it came with.
    pub idempotency_key: Option<String>,
    /// The marketplace's ids at that moment.
    pub context: Context,
    /// Whether it belongs to a test send.
    pub test: bool,
}

/// What is kept beside the event, fixed at acceptance: what its bodies need, and what was noted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// The marketplace's `domain_id`.
    pub domain_id: String,
    /// The marketplace's `tenant_id`.
    pub tenant_id: String,
    /// What in the payload was not as the topic's schema wants it, while such events only got a note; at most 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schema_errors: Vec<FieldError>,
    /// The profile that the payload names, as [`crate::profile::carried`] makes it; `None` for a visitor
    /// who is not known, and for what is not about one.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::format::text")]
    pub profile: Option<Json>,
}

/// One line of the list of events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventRow {
    /// Its id.
    pub id: EventId,
    /// Its topic's key.
    pub topic: String,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it was accepted.
    pub received_at: Timestamp,
    /// How many deliveries it made.
    pub deliveries: i64,
}

/// What the list of events is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EventFilter {
    /// A topic key, or a pattern such as `learning.course.*`.
    pub topic: Option<String>,
    /// Accepted at or after.
    pub from: Option<Timestamp>,
    /// Accepted before.
    pub to: Option<Timestamp>,
    /// An id, or a value inside the payload (see `search`).
    pub q: Option<String>,
}

/// The limit for a payload: 1 MiB.
pub const MAX_PAYLOAD_BYTES: usize = 1 << 20;

/// The limit for an idempotency key, in characters.
pub const MAX_IDEMPOTENCY_KEY: usize = 255;
