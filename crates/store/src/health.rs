//! What is remembered about receivers. [`crate::Store::finish`] writes it.

use crate::{Result, Store};
use domain::{
    health::Health,
    id::{MarketplaceId, WebhookId},
};

impl Store {
    /// The records of a marketplace's webhooks that are not clean, longest failing first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn failing(&self, marketplace: MarketplaceId) -> Result<Vec<(WebhookId, String, Health)>> {
        let _ = marketplace;
        todo!()
    }
}
