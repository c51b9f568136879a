//! One-time set-up links, and what a form held while its answer was on the way.

use crate::{Result, Store};
use domain::{id::SessionId, time::Timestamp};

/// What a form held, for one hour and one session.
#[derive(Clone, Debug)]
pub struct Stash {
    /// SHA-256 of its token, in hex.
    pub token_hash: String,
    /// Only this session may read it; it goes with the session.
    pub session: SessionId,
    /// Sealed by the engine's vault.
    pub sealed: Vec<u8>,
    /// When it goes.
    pub expires_at: Timestamp,
}

impl Store {
    /// Makes this the only valid set-up link.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn put_setup_link(&self, hash: &str, expires_at: Timestamp) -> Result<()> {
        let _ = (hash, expires_at);
        todo!()
    }
    /// Whether the link is valid: known, not over, and no account exists. [`Store::set_up`] takes it.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn setup_link(&self, hash: &str, now: Timestamp) -> Result<bool> {
        let _ = (hash, now);
        todo!()
    }
    /// Keeps what a form held.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn put_stash(&self, stash: &Stash) -> Result<()> {
        let _ = stash;
        todo!()
    }
    /// What a form of this session held, sealed; it stays until it is over, so that a reload works.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn stash(
        &self,
        token_hash: &str,
        session: SessionId,
        now: Timestamp,
    ) -> Result<Option<Vec<u8>>> {
        let _ = (token_hash, session, now);
        todo!()
    }
}
