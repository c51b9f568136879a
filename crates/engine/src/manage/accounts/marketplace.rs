//! The marketplace's name, and what of it goes out in bodies: its ids and its secret key.

use crate::{
    Engine, Error, Permission, Result, Who,
    manage::{changes, check},
    secret_key,
};
use domain::{account::Marketplace, invalid::Invalid, secret::check_secret_key};
use serde_json::json;

/// The most characters of a marketplace's name.
pub(super) const NAME: usize = 120;
/// The most characters of `domain_id` and `tenant_id`.
const ID: usize = 120;
/// The most characters of a slug.
const SLUG: usize = 40;

impl Engine {
    /// Makes a further marketplace; the command line's business, and so without a `Who`. Its people
    /// and keys are its own, and it starts with the catalog `learning`.
    ///
    /// # Errors
    /// `Invalid` at `slug` or `name`; `Conflict` when the slug is taken.
    pub async fn add_marketplace(&self, slug: &str, name: &str) -> Result<Marketplace> {
        let mut invalid = Invalid::default();
        let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if slug.is_empty() || slug.len() > SLUG || !slug.chars().all(known) {
            let rule = format!("A slug has at most {SLUG} lower-case letters, digits and hyphens.");
            invalid.push("slug", rule);
        }
        let new = Marketplace {
            id: self.0.generator.id(),
            slug: slug.to_owned(),
            name: check::text(&mut invalid, "name", "The name", name, NAME),
            domain_id: slug.to_owned(),
            tenant_id: slug.to_owned(),
        };
        invalid.into_result()?;
        self.0.store.insert_marketplace(&new, self.0.clock.now()).await?;
        Ok(new)
    }

    /// Names the marketplace and the ids that bodies carry; those of accepted events stay.
    ///
    /// # Errors
    /// `Invalid` at `name`, `domain_id` or `tenant_id`.
    pub async fn update_marketplace(
        &self,
        who: &Who,
        name: &str,
        domain_id: &str,
        tenant_id: &str,
    ) -> Result<Marketplace> {
        who.must(Permission::Own)?;
        let mut invalid = Invalid::default();
        let new = Marketplace {
            name: check::text(&mut invalid, "name", "The name", name, NAME),
            domain_id: check::text(&mut invalid, "domain_id", "The domain id", domain_id, ID),
            tenant_id: check::text(&mut invalid, "tenant_id", "The tenant id", tenant_id, ID),
            ..who.marketplace.clone()
        };
        invalid.into_result()?;
        let detail = changes::between(&who.marketplace, &new, &[]);
        let entry = self.audited(who, "marketplace.updated", new.slug.as_str(), detail);
        let found = self.0.store.update_marketplace(&new, &entry).await?;
        if found { Ok(new) } else { Err(Error::NotFound) }
    }

    /// Whether bodies carry a secret key; its text is never shown.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn secret_key_is_set(&self, who: &Who) -> Result<bool> {
        who.must(Permission::Read)?;
        Ok(self.0.store.secret_key(who.marketplace.id).await?.is_some_and(|key| key.sealed.is_some()))
    }

    /// Sets, replaces or removes the secret key that goes out inside bodies whose topic has a place for it. Retries
    /// send the new one.
    ///
    /// # Errors
    /// `Invalid` at `secret_key`.
    pub async fn set_secret_key(&self, who: &Who, key: Option<&str>) -> Result<()> {
        who.must(Permission::Own)?;
        key.map_or(Ok(()), check_secret_key)?;
        if key.is_none() && !self.secret_key_is_set(who).await? {
            return Ok(());
        }
        let marketplace = who.marketplace.id;
        let sealed = key.map(|key| self.0.vault.seal(&secret_key::place(marketplace), key.as_bytes()));
        let sealed = sealed.transpose()?;
        let action =
            if sealed.is_some() { "marketplace.secret_key_set" } else { "marketplace.secret_key_removed" };
        let entry = self.audited(who, action, who.marketplace.slug.as_str(), json!({}));
        let stand_in = self.stand_in();
        let found = self.0.store.set_secret_key(marketplace, sealed.as_deref(), &stand_in, &entry).await?;
        self.routing_changed(marketplace).await;
        if found { Ok(()) } else { Err(Error::NotFound) }
    }
}
