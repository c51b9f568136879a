//! Accepted events.

use crate::{Result, Store};
use domain::{
    delivery::{Attempt, DeliveryRow, State},
    event::{Event, EventFilter, EventRow},
    id::{DeliveryId, EventId, MarketplaceId, WebhookId},
    page::{Page, PageRequest},
};

/// A test send of a saved webhook: made at once, never queued.
#[derive(Clone, Debug)]
pub struct TestSend {
    /// Whose.
    pub marketplace: MarketplaceId,
    /// To whom.
    pub webhook: WebhookId,
    /// With `test` set.
    pub event: Event,
    /// What it can be found by.
    pub terms: Vec<i64>,
    /// Made by the caller.
    pub delivery: DeliveryId,
    /// The exchange, with its id.
    pub attempt: Attempt,
    /// What was rendered, if it could be.
    pub body: Option<String>,
    /// `Delivered`, `Exhausted`, or `Held` when the template failed.
    pub state: State,
}

impl Store {
    /// Records a test send: event, delivery and attempt.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`.
    pub async fn insert_test(&self, test: &TestSend) -> Result<()> {
        let _ = test;
        todo!()
    }
    /// One event, with its payload as it arrived.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn event(&self, marketplace: MarketplaceId, id: EventId) -> Result<Option<Event>> {
        let _ = (marketplace, id);
        todo!()
    }
    /// Events that match, newest first; tests left out.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn events(
        &self,
        marketplace: MarketplaceId,
        filter: &EventFilter,
        page: PageRequest,
    ) -> Result<Page<EventRow>> {
        let _ = (marketplace, filter, page);
        todo!()
    }
    /// What became of one event, newest first; all of it.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn deliveries_of(
        &self,
        marketplace: MarketplaceId,
        event: EventId,
    ) -> Result<Vec<DeliveryRow>> {
        let _ = (marketplace, event);
        todo!()
    }
}
