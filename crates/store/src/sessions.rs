//! Signed-in devices. The browser holds the token, the database its SHA-256.

use crate::{Result, Store};
use domain::{
    account::{Device, Marketplace, Member},
    id::{MarketplaceId, SessionId, UserId},
    time::Timestamp,
};

/// A device that signs in.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Made by the caller.
    pub id: SessionId,
    /// SHA-256 of the token, in hex.
    pub token_hash: String,
    /// Who.
    pub user: UserId,
    /// Where.
    pub marketplace: MarketplaceId,
    /// What the browser says it is.
    pub user_agent: String,
    /// Where it comes from.
    pub address: String,
    /// Now.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Who a session token belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The device.
    pub device: Device,
    /// The person, with the role they have now.
    pub member: Member,
    /// Where.
    pub marketplace: Marketplace,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Store {
    /// Keeps a new session.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn insert_session(&self, new: &NewSession) -> Result<()> {
        let _ = new;
        todo!()
    }
    /// Who holds the token; `None` when it is unknown, over, or they are no member any more.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn session(&self, token_hash: &str, now: Timestamp) -> Result<Option<SignedIn>> {
        let _ = (token_hash, now);
        todo!()
    }
    /// Notes that it was seen; call it at most once a minute.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn touch_session(&self, id: SessionId, address: &str, now: Timestamp) -> Result<()> {
        let _ = (id, address, now);
        todo!()
    }
    /// The devices on which somebody is signed in, last seen first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn sessions(&self, user: UserId, now: Timestamp) -> Result<Vec<Device>> {
        let _ = (user, now);
        todo!()
    }
    /// Signs out one device of a person; `false` when it is not theirs.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn delete_session(&self, user: UserId, id: SessionId) -> Result<bool> {
        let _ = (user, id);
        todo!()
    }
    /// Signs out all devices of a person but `keep`; says how many.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn delete_sessions(&self, user: UserId, keep: Option<SessionId>) -> Result<i64> {
        let _ = (user, keep);
        todo!()
    }
}
