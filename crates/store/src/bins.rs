//! Test receivers and what they caught. The `url` of a [`Bin`] is empty here: the engine knows the
//! public address.

use crate::{Result, Store};
use domain::{
    bin::{Bin, Caught},
    id::MarketplaceId,
    time::Timestamp,
};

impl Store {
    /// Keeps a new test receiver.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn insert_bin(&self, marketplace: MarketplaceId, new: &Bin) -> Result<()> {
        let _ = (marketplace, new);
        todo!()
    }
    /// Those of a marketplace that are not over, newest first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn bins(&self, marketplace: MarketplaceId, now: Timestamp) -> Result<Vec<Bin>> {
        let _ = (marketplace, now);
        todo!()
    }
    /// One that is not over, and whose it is: who knows the id may send to it.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn bin(&self, id: &str, now: Timestamp) -> Result<Option<(MarketplaceId, Bin)>> {
        let _ = (id, now);
        todo!()
    }
    /// Changes how it answers; `false` when there is none.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn update_bin(
        &self,
        marketplace: MarketplaceId,
        id: &str,
        status: u16,
        delay_ms: u32,
    ) -> Result<bool> {
        let _ = (marketplace, id, status, delay_ms);
        todo!()
    }
    /// Deletes it with what it caught; `false` when there is none.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn delete_bin(&self, marketplace: MarketplaceId, id: &str) -> Result<bool> {
        let _ = (marketplace, id);
        todo!()
    }
    /// Keeps what it caught and forgets all but the last 100; `false` when there is no such receiver.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`.
    pub async fn insert_caught(&self, bin: &str, caught: &Caught) -> Result<bool> {
        let _ = (bin, caught);
        todo!()
    }
    /// What it caught, newest first.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn caught(&self, marketplace: MarketplaceId, bin: &str) -> Result<Vec<Caught>> {
        let _ = (marketplace, bin);
        todo!()
    }
}
