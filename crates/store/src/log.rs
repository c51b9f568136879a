//! The log of deliveries: filters, pages, counts.

use crate::{Result, Store};
use domain::{
    delivery::{Counts, DeliveryFilter, DeliveryRow},
    id::{DeliveryId, MarketplaceId},
    page::{Page, PageRequest},
};

impl Store {
    /// Deliveries that match, newest first.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn deliveries(
        &self,
        marketplace: MarketplaceId,
        filter: &DeliveryFilter,
        page: PageRequest,
    ) -> Result<Page<DeliveryRow>> {
        let _ = (marketplace, filter, page);
        todo!()
    }
    /// How many deliveries that match stand where; the filter by state is left out.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn counts(&self, marketplace: MarketplaceId, filter: &DeliveryFilter) -> Result<Counts> {
        let _ = (marketplace, filter);
        todo!()
    }
    /// One line of the log, as it is now.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn delivery_row(
        &self,
        marketplace: MarketplaceId,
        id: DeliveryId,
    ) -> Result<Option<DeliveryRow>> {
        let _ = (marketplace, id);
        todo!()
    }
}
