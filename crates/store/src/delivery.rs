//! One delivery with its attempts.

use crate::{Result, Store};
use domain::{
    delivery::Delivery,
    id::{DeliveryId, MarketplaceId},
};

impl Store {
    /// One delivery with its attempts, whose bodies are byte for byte what was sent.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn delivery(&self, marketplace: MarketplaceId, id: DeliveryId) -> Result<Option<Delivery>> {
        let _ = (marketplace, id);
        todo!()
    }
}
