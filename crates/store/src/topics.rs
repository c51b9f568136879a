//! A marketplace's own topics. A change counts as one of the routing, whose table holds them.

use crate::{Result, Store};
use domain::{account::AuditEntry, id::MarketplaceId, topic::Topic};

impl Store {
    /// Keeps a new topic.
    ///
    /// # Errors
    /// `Conflict::TopicTaken`.
    pub async fn insert_topic(
        &self,
        marketplace: MarketplaceId,
        new: &Topic,
        audit: &AuditEntry,
    ) -> Result<()> {
        let _ = (marketplace, new, audit);
        todo!()
    }
    /// All own topics, by key.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn topics(&self, marketplace: MarketplaceId) -> Result<Vec<Topic>> {
        let _ = marketplace;
        todo!()
    }
    /// One own topic.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn topic(&self, marketplace: MarketplaceId, key: &str) -> Result<Option<Topic>> {
        let _ = (marketplace, key);
        todo!()
    }
    /// Saves title, description and sample; `false` when there is none of this key.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn update_topic(
        &self,
        marketplace: MarketplaceId,
        new: &Topic,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let _ = (marketplace, new, audit);
        todo!()
    }
    /// Deletes an own topic; `false` when there is none of this key.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn delete_topic(
        &self,
        marketplace: MarketplaceId,
        key: &str,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let _ = (marketplace, key, audit);
        todo!()
    }
}
