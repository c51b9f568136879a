//! The first account: a one-time link, for as long as there is no account.

use super::{
    marketplace::NAME,
    sign_in::{DeviceInfo, SessionToken},
    token,
};
use crate::{Engine, Error, Result, Who, manage::check};
use domain::{
    account::{Actor, Marketplace},
    invalid::Invalid,
};
use serde_json::json;
use zeroize::Zeroizing;

/// The marketplace that exists from the first migration.
const DEFAULT: &str = "default";
/// A link works for 7 days, or until the next start makes another.
const LIFETIME_MS: i64 = 7 * 86_400_000;

impl Engine {
    /// A new set-up token, when no account exists; those given before are void then.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn setup_token(&self) -> Result<Option<Zeroizing<String>>> {
        if self.0.store.user_count().await? > 0 {
            return Ok(None);
        }
        let text = token::random(&self.0.generator);
        let until = self.0.clock.now().plus_ms(LIFETIME_MS);
        self.0.store.put_setup_link(&token::stored(&text), until).await?;
        Ok(Some(text))
    }

    /// Whether anybody can sign in at all; before the set-up nobody can.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn has_account(&self) -> Result<bool> {
        Ok(self.0.store.user_count().await? > 0)
    }

    /// Whether `token` still opens the set-up page.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn setup_open(&self, token: &str) -> Result<bool> {
        Ok(self.0.store.setup_link(&token::stored(token), self.0.clock.now()).await?)
    }

    /// Makes the first owner, names the marketplace `default`, signs the owner in, ends the link.
    ///
    /// # Errors
    /// `Invalid` at `name`, `email`, `password` or `marketplace`; `Conflict` when the link is void.
    pub async fn setup(
        &self,
        token: &str,
        name: &str,
        email: &str,
        password: &str,
        marketplace: &str,
        device: DeviceInfo,
    ) -> Result<SessionToken> {
        let void = || Error::conflict("This link was used or is over. Start Crier again for a new one.");
        // Before the password is computed: whoever has no link costs nothing.
        if !self.setup_open(token).await? {
            return Err(void());
        }
        let mut invalid = Invalid::default();
        let named = check::text(&mut invalid, "marketplace", "The marketplace", marketplace, NAME);
        let owner = match self.new_user(name, email, password).await {
            Ok(owner) if invalid.errors.is_empty() => owner,
            Ok(_) => return Err(invalid.into()),
            Err(Error::Invalid(mut first)) => {
                first.extend(invalid);
                return Err(first.into());
            }
            Err(error) => return Err(error),
        };
        let found = self.0.store.marketplace_by_slug(DEFAULT).await?.ok_or(Error::NotFound)?;
        let marketplace = Marketplace { name: named, ..found };
        let mut who = Who::system(marketplace.clone());
        who.actor = Actor::User { id: owner.id, name: owner.name.clone() };
        let told = json!({ "email": owner.email, "marketplace": marketplace.name });
        let entry = self.audited(&who, "marketplace.set_up", marketplace.slug.as_str(), told);
        if !self.0.store.set_up(&token::stored(token), &marketplace, &owner, &entry).await? {
            return Err(void());
        }
        self.begin_session(owner.id, marketplace.id, device).await
    }
}
