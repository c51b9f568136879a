//! What waits for a person: hold, release, discard, by webhook.

use crate::{Result, Store};
use domain::{
    account::AuditEntry,
    id::{MarketplaceId, WebhookId},
    time::Timestamp,
};

/// What an activation does with the deliveries that the webhook holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnHeld {
    /// Puts them into the queue.
    #[default]
    Release,
    /// Lets them wait.
    Keep,
    /// Gives up on them.
    Discard,
}

/// Which of the held deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// Those whose template failed.
    Template,
}

/// What became of deliveries that waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// From the queue to held.
    pub held: i64,
    /// From held into the queue.
    pub released: i64,
    /// Given up.
    pub discarded: i64,
}

impl Store {
    /// Puts what a webhook holds into the queue, due now, in the order of acceptance; says how many.
    /// Those whose template failed lose nothing: they have no body yet.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn release(
        &self,
        marketplace: MarketplaceId,
        webhook: WebhookId,
        which: Which,
        now: Timestamp,
        audit: Option<&AuditEntry>,
    ) -> Result<i64> {
        let _ = (marketplace, webhook, which, now, audit);
        todo!()
    }
    /// Gives up on what a webhook holds; says how many.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn discard(
        &self,
        marketplace: MarketplaceId,
        webhook: WebhookId,
        audit: &AuditEntry,
    ) -> Result<i64> {
        let _ = (marketplace, webhook, audit);
        todo!()
    }
}
