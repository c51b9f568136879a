//! Tenants.

use crate::{
    Conflict, Result, Store, audit,
    conn::{Conn, json, named, parse},
    rows::{MarketplaceRow, marketplace},
    sql::{args, sql},
};
use domain::{
    account::{AuditEntry, Marketplace},
    id::MarketplaceId,
    policy::{EnterpriseTopics, Policy, SchemaCheck},
    time::Timestamp,
};

/// What changes of a marketplace; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct MarketplaceChange {
    /// Its name in the console.
    pub name: Option<String>,
    /// What goes out as `domain_id`.
    pub domain_id: Option<String>,
    /// What goes out as `tenant_id`.
    pub tenant_id: Option<String>,
    /// The catalogs that are on; no others are.
    pub catalogs: Option<Vec<String>>,
    /// What happens to events that are not as their topic's schema wants them.
    pub schema_check: Option<SchemaCheck>,
    /// Whether topics of enterprise plans can be used.
    pub enterprise_topics: Option<EnterpriseTopics>,
}

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
    /// Changes what is given (the slug stays); counts as a change of the routing, whose table holds it.
    /// `false` when it does not exist.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn change_marketplace(
        &self,
        id: MarketplaceId,
        new: &MarketplaceChange,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        if !change(&mut tx, id, new).await? {
            return Ok(false);
        }
        audit::append(&mut tx, id, audit).await?;
        tx.commit().await?;
        Ok(true)
    }
    /// What it decides about topics and events; the start's settings when it does not exist.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn policy(&self, id: MarketplaceId) -> Result<Policy> {
        let row: Option<(String, String, String)> =
            self.read().await?.first(sql!("marketplaces/policy"), args![id]).await?;
        let Some((catalogs, schema_check, enterprise_topics)) = row else { return Ok(Policy::default()) };
        Ok(Policy {
            catalogs: parse("marketplaces.catalogs", &catalogs)?,
            schema_check: named("marketplaces.schema_check", &schema_check, SchemaCheck::parse)?,
            enterprise_topics: named(
                "marketplaces.enterprise_topics",
                &enterprise_topics,
                EnterpriseTopics::parse,
            )?,
        })
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

/// Changes a marketplace in a transaction; `false` when there is none.
pub(crate) async fn change(tx: &mut Conn, id: MarketplaceId, new: &MarketplaceChange) -> Result<bool> {
    let catalogs = new.catalogs.as_ref().map(json).transpose()?;
    let values = args![
        id,
        new.name.as_deref(),
        new.domain_id.as_deref(),
        new.tenant_id.as_deref(),
        catalogs.as_deref(),
        new.schema_check.map(SchemaCheck::as_str),
        new.enterprise_topics.map(EnterpriseTopics::as_str),
    ];
    Ok(tx.run(sql!("marketplaces/change"), values).await? == 1)
}

/// Notes in a transaction that what acceptances depend on changes. The row stays locked until the
/// commit, so that all changes of a marketplace's webhooks happen one after another.
pub(crate) async fn bump(tx: &mut Conn, id: MarketplaceId) -> Result<()> {
    tx.run(sql!("marketplaces/bump"), args![id]).await.map(|_| ())
}
