//! API keys, by the SHA-256 of their text.

use crate::{Result, Store};
use domain::{
    account::{ApiKey, AuditEntry, Marketplace},
    id::{KeyId, MarketplaceId},
    time::Timestamp,
};

/// Who an API key belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHolder {
    /// The key.
    pub key: ApiKey,
    /// Where it works.
    pub marketplace: Marketplace,
}

impl Store {
    /// Keeps a new key; `hash` is the SHA-256 of its text, in hex.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn insert_key(
        &self,
        marketplace: MarketplaceId,
        key: &ApiKey,
        hash: &str,
        audit: &AuditEntry,
    ) -> Result<()> {
        let _ = (marketplace, key, hash, audit);
        todo!()
    }
    /// All keys of a marketplace, newest first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn keys(&self, marketplace: MarketplaceId) -> Result<Vec<ApiKey>> {
        let _ = marketplace;
        todo!()
    }
    /// The key whose text has this SHA-256 (hex).
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn key_by_hash(&self, hash: &str) -> Result<Option<KeyHolder>> {
        let _ = hash;
        todo!()
    }
    /// Notes that it was used; call it at most once a minute.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn touch_key(&self, id: KeyId, now: Timestamp) -> Result<()> {
        let _ = (id, now);
        todo!()
    }
    /// Deletes a key; `false` when there is none.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn delete_key(
        &self,
        marketplace: MarketplaceId,
        id: KeyId,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let _ = (marketplace, id, audit);
        todo!()
    }
}
