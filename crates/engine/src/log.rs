//! Reads what was recorded.

use crate::{Engine, Error, Permission, Result, Who};
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
    pub async fn deliveries(
        &self,
        who: &Who,
        filter: &DeliveryFilter,
        page: PageRequest,
    ) -> Result<Page<DeliveryRow>> {
        who.must(Permission::Read)?;
        Ok(self.0.store.deliveries(who.marketplace.id, filter, page).await?)
    }

    /// How many deliveries stand where; the filter's states are left out of account.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn counts(&self, who: &Who, filter: &DeliveryFilter) -> Result<Counts> {
        who.must(Permission::Read)?;
        Ok(self.0.store.counts(who.marketplace.id, filter).await?)
    }

    /// One delivery with its attempts.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delivery(&self, who: &Who, id: DeliveryId) -> Result<Delivery> {
        who.must(Permission::Read)?;
        self.0.store.delivery(who.marketplace.id, id).await?.ok_or(Error::NotFound)
    }

    /// A page of events.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn events(&self, who: &Who, filter: &EventFilter, page: PageRequest) -> Result<Page<EventRow>> {
        who.must(Permission::Read)?;
        Ok(self.0.store.events(who.marketplace.id, filter, page).await?)
    }

    /// One event with its deliveries.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn event(&self, who: &Who, id: EventId) -> Result<EventDetail> {
        who.must(Permission::Read)?;
        let marketplace = who.marketplace.id;
        let event = self.0.store.event(marketplace, id).await?.ok_or(Error::NotFound)?;
        let deliveries = self.0.store.deliveries_of(marketplace, id).await?;
        Ok(EventDetail { event, deliveries })
    }
}
