//! Tenants.

use crate::{
    Conflict, Result, Store, audit,
    conn::{Conn, json, parse},
    rows::{MarketplaceRow, marketplace},
    sql::{args, sql},
};
use domain::{
    account::{AuditEntry, Marketplace},
    id::MarketplaceId,
    time::Timestamp,
};

/// A marketplace's secret key at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretKey {
    /// Sealed by the engine's vault; `None` while it is removed.
    pub sealed: Option<String>,
    /// What stands for it in stored bodies.
    pub stand_in: String,
}

impl Store {
    /// The marketplace that the command line calls `slug`. `default` exists from the start.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn marketplace_by_slug(&self, slug: &str) -> Result<Option<Marketplace>> {
        let row: Option<MarketplaceRow> =
            self.read().await?.first(sql!("marketplaces/by_slug"), args![slug]).await?;
        Ok(row.map(marketplace))
    }
    /// One marketplace.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn marketplace(&self, id: MarketplaceId) -> Result<Option<Marketplace>> {
        let row: Option<MarketplaceRow> =
            self.read().await?.first(sql!("marketplaces/get"), args![id]).await?;
        Ok(row.map(marketplace))
    }
    /// All of them, by slug.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn marketplaces(&self) -> Result<Vec<Marketplace>> {
        let rows: Vec<MarketplaceRow> = self.read().await?.all(sql!("marketplaces/list"), args![]).await?;
        Ok(rows.into_iter().map(marketplace).collect())
    }
    /// Makes one, with the catalog `learning`.
    ///
    /// # Errors
    /// `Conflict::SlugTaken`.
    pub async fn insert_marketplace(&self, new: &Marketplace, now: Timestamp) -> Result<()> {
        let mut tx = self.write().await?;
        let values = args![new.id, &new.slug, &new.name, &new.domain_id, &new.tenant_id, now];
        if tx.run(sql!("marketplaces/insert"), values).await? == 0 {
            return Err(Conflict::SlugTaken.into());
        }
        tx.commit().await
    }
    /// Saves name and ids (the slug stays); counts as a change of the routing, whose table holds them.
    /// `false` when it does not exist.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn update_marketplace(&self, new: &Marketplace, audit: &AuditEntry) -> Result<bool> {
        let mut tx = self.write().await?;
        if !save(&mut tx, new).await? {
            return Ok(false);
        }
        audit::append(&mut tx, new.id, audit).await?;
        tx.commit().await?;
        Ok(true)
    }
    /// The catalogs that are switched on.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn catalogs(&self, id: MarketplaceId) -> Result<Vec<String>> {
        let row: Option<(String,)> =
            self.read().await?.first(sql!("marketplaces/catalogs"), args![id]).await?;
        row.map_or(Ok(Vec::new()), |(names,)| parse("marketplaces.catalogs", &names))
    }
    /// Switches on these catalogs and no others; a change of the routing, whose table holds their topics.
    /// `false` when the marketplace does not exist.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn set_catalogs(&self, id: MarketplaceId, on: &[String], audit: &AuditEntry) -> Result<bool> {
        let mut tx = self.write().await?;
        if tx.run(sql!("marketplaces/set_catalogs"), args![id, json(&on)?]).await? == 0 {
            return Ok(false);
        }
        audit::append(&mut tx, id, audit).await?;
        tx.commit().await?;
        Ok(true)
    }
    /// The secret key that goes out inside bodies, and what stands for it in stored ones; `None` when there never
    /// was one.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn secret_key(&self, id: MarketplaceId) -> Result<Option<SecretKey>> {
        let row: Option<(Option<String>, Option<String>)> =
            self.read().await?.first(sql!("marketplaces/secret_key"), args![id]).await?;
        Ok(row.and_then(|(sealed, stand_in)| Some(SecretKey { sealed, stand_in: stand_in? })))
    }
    /// Sets or removes the secret key; the stand-in is taken only when there is none yet. A change of the routing,
    /// whose table holds both. `false` when the marketplace does not exist.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn set_secret_key(
        &self,
        id: MarketplaceId,
        sealed: Option<&str>,
        stand_in: &str,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        if tx.run(sql!("marketplaces/set_secret_key"), args![id, sealed, stand_in]).await? == 0 {
            return Ok(false);
        }
        audit::append(&mut tx, id, audit).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Saves name and ids in a transaction; `false` when there is no such marketplace.
pub(crate) async fn save(tx: &mut Conn, new: &Marketplace) -> Result<bool> {
    let values = args![new.id, &new.name, &new.domain_id, &new.tenant_id];
    Ok(tx.run(sql!("marketplaces/update"), values).await? == 1)
}

/// Notes in a transaction that what acceptances depend on changes. The row stays locked until the
/// commit, so that all changes of a marketplace's webhooks happen one after another.
pub(crate) async fn bump(tx: &mut Conn, id: MarketplaceId) -> Result<()> {
    tx.run(sql!("marketplaces/bump"), args![id]).await.map(|_| ())
}
