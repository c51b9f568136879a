//! Profiles of known visitors: reported by the platform, taken along by events.

use super::erase::masked;
use crate::{Engine, Error, Permission, Result, Who};
use domain::{
    format::Json,
    id::MarketplaceId,
    page::{Page, PageRequest},
    profile::{self, Profile},
};
use serde_json::json;

impl Engine {
    /// Keeps a profile in the place of what was kept under this id; `true` when it is new. As events do,
    /// it leaves no line in the log of changes.
    ///
    /// # Errors
    /// `Invalid` at `id`, or about the fields as a whole.
    pub async fn put_profile(&self, who: &Who, id: &str, fields: &str) -> Result<(Profile, bool)> {
        who.must(Permission::Publish)?;
        profile::check_id(id, "id")?;
        profile::read_fields(fields)?;
        let (key, now) = (self.0.generator.id(), self.0.clock.now());
        Ok(self.0.store.put_profile(who.marketplace.id, key, id, fields.trim(), now).await?)
    }

    /// Profiles, those that were first reported last before the others.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn profiles(&self, who: &Who, page: PageRequest) -> Result<Page<Profile>> {
        who.must(Permission::Read)?;
        Ok(self.0.store.profiles(who.marketplace.id, page).await?)
    }

    /// One profile.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn profile(&self, who: &Who, id: &str) -> Result<Profile> {
        who.must(Permission::Read)?;
        if !profile::is_id(id) {
            return Err(Error::NotFound);
        }
        self.0.store.profile(who.marketplace.id, id).await?.ok_or(Error::NotFound)
    }

    /// Deletes a profile: whoever may replace its fields may do so. Events that took it along keep it; the log
    /// of changes tells no more of the id than its first character.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_profile(&self, who: &Who, id: &str) -> Result<()> {
        who.must(Permission::Publish)?;
        if !profile::is_id(id) {
            return Err(Error::NotFound);
        }
        let entry = self.audited(who, "profile.deleted", masked(id), json!({}));
        let found = self.0.store.delete_profile(who.marketplace.id, id, &entry).await?;
        if found { Ok(()) } else { Err(Error::NotFound) }
    }

    /// The stored profile that a payload names, as events carry it.
    pub(crate) async fn profile_in(
        &self,
        marketplace: MarketplaceId,
        payload: &Json,
    ) -> Result<Option<Json>> {
        let Some(id) = profile::id_in(payload) else { return Ok(None) };
        // Boxed, because it is large, and most events are not about a visitor.
        let Some(found) = Box::pin(self.0.store.profile(marketplace, id)).await? else { return Ok(None) };
        let fields = Json::parse(&found.fields);
        let fields = fields.map_err(|error| Error::internal("read the fields of a profile", error))?;
        Ok(Some(profile::carried(&found.id, fields)))
    }
}
