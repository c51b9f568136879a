//! The queue of deliveries to be tried.

use crate::{Result, Store};
use domain::{
    account::AuditEntry,
    id::{DeliveryId, MarketplaceId},
    time::Timestamp,
};

/// How much there is to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Due and not claimed.
    pub due: i64,
    /// Not due yet.
    pub later: i64,
    /// Claimed.
    pub claimed: i64,
    /// When the first of those that are due was due.
    pub oldest_due: Option<Timestamp>,
}

impl Store {
    /// Puts one delivery into the queue again, due now and first in its webhook's line; `render`
    /// forgets the body. `false` when there is no such delivery.
    ///
    /// # Errors
    /// `Conflict::Sending`, `Conflict::WebhookDeleted`.
    pub async fn retry(
        &self,
        marketplace: MarketplaceId,
        id: DeliveryId,
        render: bool,
        now: Timestamp,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let _ = (marketplace, id, render, now, audit);
        todo!()
    }
    /// How much there is to do, in all marketplaces.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn backlog(&self, now: Timestamp) -> Result<Backlog> {
        let _ = now;
        todo!()
    }
}
