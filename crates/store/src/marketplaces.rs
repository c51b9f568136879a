//! Tenants.

use crate::{Result, Store};
use domain::{
    account::{AuditEntry, Marketplace},
    id::MarketplaceId,
    time::Timestamp,
};

impl Store {
    /// The marketplace that the command line calls `slug`. `default` exists from the start.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn marketplace_by_slug(&self, slug: &str) -> Result<Option<Marketplace>> {
        let _ = slug;
        todo!()
    }
    /// One marketplace.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn marketplace(&self, id: MarketplaceId) -> Result<Option<Marketplace>> {
        let _ = id;
        todo!()
    }
    /// All of them, by slug.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn marketplaces(&self) -> Result<Vec<Marketplace>> {
        todo!()
    }
    /// Makes one, with the catalog `learning`.
    ///
    /// # Errors
    /// `Conflict::SlugTaken`.
    pub async fn insert_marketplace(&self, new: &Marketplace, now: Timestamp) -> Result<()> {
        let _ = (new, now);
        todo!()
    }
    /// Saves name and ids (the slug stays); counts as a change of the routing, whose table holds them.
    /// `false` when it does not exist.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn update_marketplace(&self, new: &Marketplace, audit: &AuditEntry) -> Result<bool> {
        let _ = (new, audit);
        todo!()
    }
    /// The catalogs that are switched on.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn catalogs(&self, id: MarketplaceId) -> Result<Vec<String>> {
        let _ = id;
        todo!()
    }
}
