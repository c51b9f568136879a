//! Reads what was recorded.

use crate::{Engine, Result, Who};
use domain::{
    delivery::{Counts, Delivery, DeliveryFilter, DeliveryRow},
    event::{Event, EventFilter, EventRow},
    id::{DeliveryId, EventId},
    page::{Page, PageRequest},
};

/// An event with what became of it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct EventDetail {
    /// The event.
    #[serde(flatten)]
    pub event: Event,
    /// Its deliveries, newest first.
    pub deliveries: Vec<DeliveryRow>,
}

impl Engine {
    /// A page of the log.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn deliveries(&self, who: &Who, filter: &DeliveryFilter, page: PageRequest) -> Result<Page<DeliveryRow>> {
        let _ = (who, filter, page);
        todo!()
    }
    /// How many deliveries stand where; the filter's states are left out of account.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn counts(&self, who: &Who, filter: &DeliveryFilter) -> Result<Counts> {
        let _ = (who, filter);
        todo!()
    }
    /// One delivery with its attempts.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delivery(&self, who: &Who, id: DeliveryId) -> Result<Delivery> {
        let _ = (who, id);
        todo!()
    }
    /// A page of events.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn events(&self, who: &Who, filter: &EventFilter, page: PageRequest) -> Result<Page<EventRow>> {
        let _ = (who, filter, page);
        todo!()
    }
    /// One event with its deliveries.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn event(&self, who: &Who, id: EventId) -> Result<EventDetail> {
        let _ = (who, id);
        todo!()
    }
}
