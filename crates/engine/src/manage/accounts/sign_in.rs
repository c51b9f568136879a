//! Sessions: signing in and out, and who a session belongs to.

use super::{password, token};
use crate::{Engine, Error, Permissions, Result, Who};
use domain::{
    account::{Actor, Member},
    id::{MarketplaceId, UserId},
    invalid::Invalid,
};
use zeroize::Zeroizing;

/// What a browser says about itself when it signs in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceInfo {
    /// Its `user-agent` header; the first 300 characters are kept.
    pub user_agent: String,
    /// The address that it comes from.
    pub address: String,
}

/// The text of a session, for the cookie: 256 random bits.
pub type SessionToken = Zeroizing<String>;

/// A session ends 30 days after it began.
const LIFETIME_MS: i64 = 30 * 86_400_000;
/// What was last seen is written at most this often.
const TOUCH_MS: i64 = 60_000;
/// The most characters of a `user-agent` that are kept.
const USER_AGENT: usize = 300;

impl Engine {
    /// Signs in and begins a session of 30 days, under a new token each time.
    ///
    /// # Errors
    /// `Invalid` at `password` when e-mail and password don't belong together (in the same time
    /// for unknown accounts); `TooMany` after 10 tries of an account, or 30 of an address, in 15 minutes.
    pub async fn sign_in(&self, email: &str, password: &str, device: DeviceInfo) -> Result<SessionToken> {
        let email = email.trim().to_lowercase();
        let limiter = &self.0.limiter;
        let limited = limiter.begin(&email, &device.address, self.0.clock.now());
        limited.map_err(|retry_after_s| Error::TooMany { retry_after_s })?;
        let user = self.0.store.user_by_email(&email).await?;
        let hash = user.as_ref().map(|user| user.password_hash.clone());
        let right = password::verify(password, hash).await?;
        let found = user.filter(|_| right).and_then(|user| Some((user.id, *user.marketplaces.first()?)));
        let Some((user, marketplace)) = found else {
            tracing::info!(address = device.address, "a sign-in was refused");
            return Err(Invalid::one("password", "The e-mail address or the password is wrong.").into());
        };
        limiter.succeeded(&email, &device.address);
        self.begin_session(user, marketplace, device).await
    }

    pub(super) async fn begin_session(
        &self,
        user: UserId,
        marketplace: MarketplaceId,
        device: DeviceInfo,
    ) -> Result<SessionToken> {
        let text = token::random(&self.0.generator);
        let now = self.0.clock.now();
        let session = store::NewSession {
            id: self.0.generator.id(),
            token_hash: token::stored(&text),
            user,
            marketplace,
            user_agent: device.user_agent.chars().take(USER_AGENT).collect(),
            address: device.address,
            created_at: now,
            expires_at: now.plus_ms(LIFETIME_MS),
        };
        self.0.store.insert_session(&session).await?;
        Ok(text)
    }

    /// Ends a session; an unknown one is nothing to complain about.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn sign_out(&self, token: &str) -> Result<()> {
        if let Some(held) = self.0.store.session(&token::stored(token), self.0.clock.now()).await? {
            self.0.store.delete_session(held.member.id, held.device.id).await?;
        }
        Ok(())
    }

    /// Who holds this session, with the role they have now; `None` when it is unknown or over.
    /// `address` is where the request comes from.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn who_by_session(&self, token: &str, address: &str) -> Result<Option<(Who, Member)>> {
        let now = self.0.clock.now();
        let Some(held) = self.0.store.session(&token::stored(token), now).await? else { return Ok(None) };
        if now.ms() - held.device.seen_at.ms() >= TOUCH_MS {
            // A note that can't be written must not keep anybody out.
            if let Err(error) = self.0.store.touch_session(held.device.id, address, now).await {
                tracing::warn!(%error, "when a device was seen could not be noted");
            }
        }
        let who = Who {
            marketplace: held.marketplace,
            actor: Actor::User { id: held.member.id, name: held.member.name.clone() },
            can: Permissions::of_role(held.member.role),
            session: Some(held.device.id),
        };
        Ok(Some((who, held.member)))
    }

    /// The command line in the marketplace `slug`, with all permissions.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn system(&self, slug: &str) -> Result<Who> {
        let marketplace = self.0.store.marketplace_by_slug(slug).await?;
        marketplace.map(Who::system).ok_or(Error::NotFound)
    }
}
