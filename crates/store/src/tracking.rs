//! The website tag of a marketplace. Its identify secret comes sealed.

use crate::{
    Result, Store, audit,
    conn::{json, parse},
    rows,
    sql::{Args, Sql, args, sql},
};
use domain::{
    account::{AuditEntry, Marketplace},
    id::MarketplaceId,
    time::Timestamp,
    tracking::Tracking,
};

/// A website tag with its sealed secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTracking {
    /// What everybody may see.
    pub tracking: Tracking,
    /// The identify secret, sealed.
    pub secret: String,
}

/// switched_on, key, origins, identify_secret, last_view_at
type TrackingRow = (bool, String, String, String, Option<i64>);

/// Those, and the columns of its marketplace.
#[derive(sqlx::FromRow)]
struct HeldRow {
    switched_on: bool,
    key: String,
    origins: String,
    identify_secret: String,
    last_view_at: Option<i64>,
    marketplace_id: i64,
    slug: String,
    name: String,
    domain_id: String,
    tenant_id: String,
}

impl Store {
    /// The website tag, if it was ever switched on.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn tracking(&self, marketplace: MarketplaceId) -> Result<Option<StoredTracking>> {
        let row: Option<TrackingRow> =
            self.read().await?.first(sql!("tracking/get"), args![marketplace]).await?;
        row.map(read).transpose()
    }
    /// The website tag with this key, and whose it is.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn tracking_by_key(&self, key: &str) -> Result<Option<(Marketplace, StoredTracking)>> {
        let row: Option<HeldRow> = self.read().await?.first(sql!("tracking/by_key"), args![key]).await?;
        let Some(row) = row else { return Ok(None) };
        let place = rows::marketplace((row.marketplace_id, row.slug, row.name, row.domain_id, row.tenant_id));
        let tag = (row.switched_on, row.key, row.origins, row.identify_secret, row.last_view_at);
        Ok(Some((place, read(tag)?)))
    }
    /// Keeps the first website tag of a marketplace; `false` when there is one already.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn insert_tracking(
        &self,
        marketplace: MarketplaceId,
        new: &StoredTracking,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let Tracking { on, key, origins, .. } = &new.tracking;
        let values = args![marketplace, *on, key, json(origins)?, &new.secret];
        self.change_tracking(marketplace, sql!("tracking/insert"), values, audit).await
    }
    /// Switches it on or off, and says which websites may report; `false` when there is none.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn set_tracking(
        &self,
        marketplace: MarketplaceId,
        on: bool,
        origins: &[String],
        audit: &AuditEntry,
    ) -> Result<bool> {
        let values = args![marketplace, on, json(&origins)?];
        self.change_tracking(marketplace, sql!("tracking/set"), values, audit).await
    }
    /// Gives it another key; `false` when there is none.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn set_track_key(
        &self,
        marketplace: MarketplaceId,
        key: &str,
        audit: &AuditEntry,
    ) -> Result<bool> {
        self.change_tracking(marketplace, sql!("tracking/set_key"), args![marketplace, key], audit).await
    }
    /// Gives it another identify secret, sealed; `false` when there is none.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn set_identify_secret(
        &self,
        marketplace: MarketplaceId,
        sealed: &str,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let values = args![marketplace, sealed];
        self.change_tracking(marketplace, sql!("tracking/set_secret"), values, audit).await
    }
    /// Notes that a view came in; call it at most once a minute.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn touch_tracking(&self, marketplace: MarketplaceId, now: Timestamp) -> Result<()> {
        let mut tx = self.write().await?;
        tx.run(sql!("tracking/touch"), args![marketplace, now]).await?;
        tx.commit().await
    }

    async fn change_tracking(
        &self,
        marketplace: MarketplaceId,
        sql: Sql,
        values: Args,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        if tx.run(sql, values).await? == 0 {
            return Ok(false);
        }
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await?;
        Ok(true)
    }
}

fn read((on, key, origins, secret, last_view_at): TrackingRow) -> Result<StoredTracking> {
    let origins = parse("tracking.origins", &origins)?;
    let last_view_at = last_view_at.map(Timestamp::from_ms);
    Ok(StoredTracking { tracking: Tracking { on, key, origins, last_view_at }, secret })
}
