//! The first account: a one-time link, for as long as there is no account.

use super::{
    marketplace::{NAME, known_catalogs},
    sign_in::{DeviceInfo, SessionToken},
    token,
};
use crate::{Engine, Error, Result, Who, manage::check};
use domain::{
    account::{Actor, Marketplace},
    invalid::Invalid,
};
use serde_json::json;
use store::MarketplaceChange;
use zeroize::Zeroizing;

/// The marketplace that exists from the first migration.
const DEFAULT: &str = "default";
/// A link works for 7 days, or until the next start makes another.
const LIFETIME_MS: i64 = 7 * 86_400_000;

/// What the set-up page asks for.
#[derive(Clone, Copy, Debug)]
pub struct FirstAccount<'a> {
    /// Names the owner in the console.
    pub name: &'a str,
    /// Signs in with it.
    pub email: &'a str,
    /// Not kept as it is.
    pub password: &'a str,
    /// Names the marketplace.
    pub marketplace: &'a str,
    /// The catalogs to switch on, by key; those of the start when it was not asked.
    pub catalogs: Option<&'a [&'a str]>,
}

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

    /// Makes the first owner, names the marketplace `default`, switches catalogs on, signs the owner in, ends the
    /// link.
    ///
    /// # Errors
    /// `Invalid` at `name`, `email`, `password`, `marketplace` or `catalogs`; `Conflict` when the link is void.
    pub async fn setup(
        &self,
        token: &str,
        first: FirstAccount<'_>,
        device: DeviceInfo,
    ) -> Result<SessionToken> {
        let void = || Error::conflict("This link was used or is over. Start Crier again for a new one.");
        // Before the password is computed: whoever has no link costs nothing.
        if !self.setup_open(token).await? {
            return Err(void());
        }
        let mut invalid = Invalid::default();
        let named = check::text(&mut invalid, "marketplace", "The marketplace", first.marketplace, NAME);
        let catalogs = first.catalogs.map(|wanted| known_catalogs(&mut invalid, wanted));
        let owner = match self.new_user(first.name, first.email, first.password).await {
            Ok(owner) if invalid.errors.is_empty() => owner,
            Ok(_) => return Err(invalid.into()),
            Err(Error::Invalid(mut wrong)) => {
                wrong.extend(invalid);
                return Err(wrong.into());
            }
            Err(error) => return Err(error),
        };
        let found = self.0.store.marketplace_by_slug(DEFAULT).await?.ok_or(Error::NotFound)?;
        let marketplace = Marketplace { name: named, ..found };
        let mut who = Who::system(marketplace.clone());
        who.actor = Actor::User { id: owner.id, name: owner.name.clone() };
        let told = json!({ "email": owner.email, "marketplace": marketplace.name, "catalogs": catalogs });
        let entry = self.audited(&who, "marketplace.set_up", marketplace.slug.as_str(), told);
        let change =
            MarketplaceChange { name: Some(marketplace.name), catalogs, ..MarketplaceChange::default() };
        if !self.0.store.set_up(&token::stored(token), marketplace.id, &change, &owner, &entry).await? {
            return Err(void());
        }
        self.begin_session(owner.id, marketplace.id, device).await
    }
}
