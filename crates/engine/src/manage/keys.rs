//! API keys: `crk_` and 256 random bits, shown once; SHA-256 is what is kept.

use super::{accounts::token, check};
use crate::{Engine, Error, Permission, Permissions, Result, Who};
use domain::{
    account::{Actor, ApiKey, Scope},
    id::KeyId,
    invalid::Invalid,
};
use serde_json::json;
use zeroize::Zeroizing;

/// What every key begins with, so that leaked ones can be found by scanners.
pub(crate) const PREFIX: &str = "crk_";
/// How much of a key's text stays readable: the prefix and six characters, to tell keys apart.
const HINT: usize = PREFIX.len() + 6;
/// The most characters of a key's name.
const NAME: usize = 120;
/// When it was last used is written at most this often.
pub(crate) const TOUCH_MS: i64 = 60_000;

impl Engine {
    /// All keys, newest first.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn keys(&self, who: &Who) -> Result<Vec<ApiKey>> {
        who.must(Permission::Read)?;
        Ok(self.0.store.keys(who.marketplace.id).await?)
    }

    /// Makes a key; its text is in this answer only.
    ///
    /// # Errors
    /// `Invalid` at `name`.
    pub async fn create_key(
        &self,
        who: &Who,
        name: &str,
        scope: Scope,
    ) -> Result<(ApiKey, Zeroizing<String>)> {
        who.must(Permission::Own)?;
        let mut invalid = Invalid::default();
        let name = check::text(&mut invalid, "name", "The name", name, NAME);
        invalid.into_result()?;
        let text = Zeroizing::new(format!("{PREFIX}{}", *token::random(&self.0.generator)));
        let key = ApiKey {
            id: self.0.generator.id(),
            name,
            scope,
            hint: text[..HINT].to_owned(),
            created_at: self.0.clock.now(),
            used_at: None,
        };
        let told = json!({ "id": key.id, "scope": key.scope });
        let entry = self.audited(who, "key.created", key.name.as_str(), told);
        self.0.store.insert_key(who.marketplace.id, &key, &token::stored(&text), &entry).await?;
        Ok((key, text))
    }

    /// Deletes a key; requests with it are refused from now on.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_key(&self, who: &Who, id: KeyId) -> Result<()> {
        who.must(Permission::Own)?;
        let keys = self.0.store.keys(who.marketplace.id).await?;
        let key = keys.into_iter().find(|key| key.id == id).ok_or(Error::NotFound)?;
        let told = json!({ "id": key.id, "scope": key.scope });
        let entry = self.audited(who, "key.deleted", key.name, told);
        let found = self.0.store.delete_key(who.marketplace.id, id, &entry).await?;
        self.0.publishers.forget();
        if found { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Who sends this API key.
    ///
    /// # Errors
    /// `Unauthorized` when it is unknown.
    pub async fn who_by_key(&self, text: &str) -> Result<Who> {
        if !text.starts_with(PREFIX) {
            return Err(Error::Unauthorized);
        }
        let held = self.0.store.key_by_hash(&token::stored(text)).await?.ok_or(Error::Unauthorized)?;
        let now = self.0.clock.now();
        if held.key.used_at.is_none_or(|used| now.ms() - used.ms() >= TOUCH_MS) {
            // A note that can't be written must not refuse an event.
            if let Err(error) = self.0.store.touch_key(held.key.id, now).await {
                tracing::warn!(%error, "when a key was used could not be noted");
            }
        }
        Ok(Who {
            marketplace: held.marketplace,
            actor: Actor::Key { id: held.key.id, name: held.key.name },
            can: Permissions::of_scope(held.key.scope),
            session: None,
        })
    }
}
