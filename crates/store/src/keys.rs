//! API keys, by the SHA-256 of their text.

use crate::{
    Result, Store, audit,
    conn::named,
    marketplaces::bump,
    rows,
    sql::{args, sql},
};
use domain::{
    account::{ApiKey, AuditEntry, Marketplace, Scope},
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
        let mut tx = self.write().await?;
        let scope = key.scope.as_str();
        let values =
            args![key.id, marketplace, &key.name, scope, &key.hint, hash, key.created_at, key.used_at];
        tx.run(sql!("keys/insert"), values).await?;
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await
    }
    /// All keys of a marketplace, newest first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn keys(&self, marketplace: MarketplaceId) -> Result<Vec<ApiKey>> {
        let rows: Vec<KeyRow> = self.read().await?.all(sql!("keys/list"), args![marketplace]).await?;
        rows.into_iter().map(api_key).collect()
    }
    /// The key whose text has this SHA-256 (hex).
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn key_by_hash(&self, hash: &str) -> Result<Option<KeyHolder>> {
        let row: Option<HolderRow> = self.read().await?.first(sql!("keys/by_hash"), args![hash]).await?;
        let Some((id, name, scope, hint, created_at, used_at, place, slug, title, domain_id, tenant_id)) =
            row
        else {
            return Ok(None);
        };
        let key = api_key((id, name, scope, hint, created_at, used_at))?;
        Ok(Some(KeyHolder {
            key,
            marketplace: rows::marketplace((place, slug, title, domain_id, tenant_id)),
        }))
    }
    /// Notes that it was used; call it at most once a minute.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn touch_key(&self, id: KeyId, now: Timestamp) -> Result<()> {
        let mut tx = self.write().await?;
        tx.run(sql!("keys/touch"), args![id, now]).await?;
        tx.commit().await
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
        let mut tx = self.write().await?;
        if tx.run(sql!("keys/delete"), args![marketplace, id]).await? == 0 {
            return Ok(false);
        }
        // An acceptance by a key that was read before is asked to look again.
        bump(&mut tx, marketplace).await?;
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// The columns of a key: id, name, scope, hint, created_at, used_at.
type KeyRow = (i64, String, String, String, i64, Option<i64>);

/// Those and the columns of its marketplace.
type HolderRow = (i64, String, String, String, i64, Option<i64>, i64, String, String, String, String);

fn api_key((id, name, scope, hint, created_at, used_at): KeyRow) -> Result<ApiKey> {
    Ok(ApiKey {
        id: KeyId::from_key(id),
        name,
        scope: named("api_keys.scope", &scope, Scope::parse)?,
        hint,
        created_at: Timestamp::from_ms(created_at),
        used_at: used_at.map(Timestamp::from_ms),
    })
}
