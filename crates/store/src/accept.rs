//! Acceptance: many requests, one commit.

use crate::{Result, Store};
use domain::{
    event::Event,
    id::{DeliveryId, EventId, MarketplaceId, WebhookId},
};

/// One request: its events are stored all or not at all.
#[derive(Clone, Debug)]
pub struct Accept {
    /// Whose.
    pub marketplace: MarketplaceId,
    /// Of the routing table that the deliveries were made by; checked in the transaction.
    pub routing_version: i64,
    /// 1–1,000.
    pub events: Vec<NewEvent>,
}

/// An event with the deliveries it makes.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// The event.
    pub event: Event,
    /// Of topic, payload and time of happening: tells a repetition from another use of the same
    /// idempotency key. Empty without a key.
    pub fingerprint: String,
    /// What it can be found by, see `domain::search`.
    pub terms: Vec<i64>,
    /// One per webhook that it matches.
    pub deliveries: Vec<NewDelivery>,
}

/// One event for one webhook.
#[derive(Clone, Copy, Debug)]
pub struct NewDelivery {
    /// Made by the caller, in the order of acceptance.
    pub id: DeliveryId,
    /// To whom.
    pub webhook: WebhookId,
    /// Whether it waits for a person: the webhook is paused or deactivated.
    pub held: bool,
    /// The fencing token of a local worker that sends it at once: it is stored as claimed, and
    /// other nodes leave it alone until the lease ends.
    pub lease: Option<i64>,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// Committed; one receipt per event, in their order.
    Stored(Vec<Receipt>),
    /// Nothing is stored: the idempotency key of the event at `index` stands for other content.
    KeyConflict {
        /// From 0.
        index: usize,
    },
    /// Nothing is stored: the routing changed meanwhile. Route anew and call again.
    Stale,
}

/// The answer for one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Of the event that stands in the database: the first one of its idempotency key.
    pub event: EventId,
    /// How many deliveries it made.
    pub deliveries: i64,
    /// Whether it was stored before. Then the deliveries that came with it are not.
    pub again: bool,
}

impl Store {
    /// Stores what was accepted, with one commit for all requests; one answer per request, in their
    /// order. A receipt means that it is on disk.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`: nothing is stored.
    pub async fn accept(&self, requests: Vec<Accept>) -> Result<Vec<Accepted>> {
        let _ = requests;
        todo!()
    }
}
