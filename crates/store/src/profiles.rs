//! Profiles of known visitors, by the platform's own ids.

use crate::{
    Result, Store, audit,
    sql::{args, sql},
};
use domain::{
    account::AuditEntry,
    id::{MarketplaceId, ProfileId},
    page::{Page, PageRequest},
    profile::Profile,
    time::Timestamp,
};

/// id, key, fields, created_at, updated_at
type ProfileRow = (String, i64, String, i64, i64);

impl Store {
    /// Keeps a profile, in the place of the one with this id if there is one: then it keeps the moment it was
    /// made. `key` is where a new one stands in lists. Returns it as it is now, and whether it is new.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn put_profile(
        &self,
        marketplace: MarketplaceId,
        key: ProfileId,
        id: &str,
        fields: &str,
        now: Timestamp,
    ) -> Result<(Profile, bool)> {
        let mut tx = self.write().await?;
        let values = args![marketplace, id, key, fields, now];
        let (kept, created_at): (i64, i64) = tx.one(sql!("profiles/put"), values).await?;
        tx.commit().await?;
        let profile = Profile {
            id: id.to_owned(),
            fields: fields.to_owned(),
            created_at: Timestamp::from_ms(created_at),
            updated_at: now,
        };
        Ok((profile, kept == key.key()))
    }
    /// One profile.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn profile(&self, marketplace: MarketplaceId, id: &str) -> Result<Option<Profile>> {
        let row: Option<ProfileRow> =
            self.read().await?.first(sql!("profiles/get"), args![marketplace, id]).await?;
        Ok(row.map(|row| read(row).1))
    }
    /// Profiles, those that were first reported last before the others.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn profiles(&self, marketplace: MarketplaceId, page: PageRequest) -> Result<Page<Profile>> {
        let values = args![marketplace, page.before.unwrap_or(i64::MAX), i64::from(page.limit) + 1];
        let rows: Vec<ProfileRow> = self.read().await?.all(sql!("profiles/list"), values).await?;
        let rows = rows.into_iter().map(read).collect();
        Ok(Page::cut(rows, page, |(key, _)| *key).map(|(_, profile)| profile))
    }
    /// Deletes a profile; `false` when there is none.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn delete_profile(
        &self,
        marketplace: MarketplaceId,
        id: &str,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        if tx.run(sql!("profiles/delete"), args![marketplace, id]).await? == 0 {
            return Ok(false);
        }
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await?;
        Ok(true)
    }
}

fn read((id, key, fields, created_at, updated_at): ProfileRow) -> (i64, Profile) {
    let (created_at, updated_at) = (Timestamp::from_ms(created_at), Timestamp::from_ms(updated_at));
    (key, Profile { id, fields, created_at, updated_at })
}
