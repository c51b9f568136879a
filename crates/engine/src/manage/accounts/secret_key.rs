//! The marketplace's secret key, which goes out inside bodies.

use crate::{Engine, Error, Permission, Result, Who, secret_key};
use domain::secret::check_secret_key;
use serde_json::json;

impl Engine {
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
