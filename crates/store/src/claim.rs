//! Claims: a delivery belongs to one worker for the time of a lease.

use crate::{Result, Store};
use domain::{
    event::Event,
    id::{DeliveryId, MarketplaceId, WebhookId},
    time::Timestamp,
};

/// A lease lasts the webhook's timeout and this, by the database's clock.
pub const LEASE_SLACK_MS: i64 = 5000;

/// What a worker asks for.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The fencing token: unique among all claims of all nodes.
    pub token: i64,
    /// What is due until then.
    pub now: Timestamp,
    /// How many at most.
    pub limit: u32,
    /// How many at most of one webhook that is not in `room`.
    pub per_webhook: u32,
    /// How many at most of certain webhooks; 0 leaves one out.
    pub room: &'a [(WebhookId, u32)],
}

/// Everything that an attempt needs but the webhook.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    /// Which.
    pub delivery: DeliveryId,
    /// Whose.
    pub marketplace: MarketplaceId,
    /// To whom. It may have been paused or deleted meanwhile.
    pub webhook: WebhookId,
    /// What.
    pub event: Event,
    /// The number of the attempt to make, from 1.
    pub attempt: u32,
    /// Goes with [`crate::Finish`].
    pub token: i64,
    /// Whether another worker's lease ended without a word: that attempt was interrupted.
    pub rescued: bool,
    /// What the first attempt rendered.
    pub body: Option<String>,
    /// Whether it is a test.
    pub test: bool,
}

impl Store {
    /// Takes deliveries that are due: first those whose lease ended, then, fairly among the webhooks,
    /// the oldest of each. A webhook's deliveries come in the order in which they are to be started.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`.
    pub async fn claim(&self, claim: Claim<'_>) -> Result<Vec<Claimed>> {
        let _ = claim;
        todo!()
    }
    /// Begins the lease of claimed deliveries anew; returns those that are still this worker's.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`.
    pub async fn renew(&self, claims: &[(DeliveryId, i64)]) -> Result<Vec<DeliveryId>> {
        let _ = claims;
        todo!()
    }
    /// Gives claimed deliveries back untried, as they were; others may take them at once.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`.
    pub async fn give_back(&self, claims: &[(DeliveryId, i64)]) -> Result<()> {
        let _ = claims;
        todo!()
    }
}
