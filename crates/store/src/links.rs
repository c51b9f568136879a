//! One-time set-up links, and what a form held while its answer was on the way.

use crate::{
    Result, Store,
    sql::{args, sql},
};
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
        let mut tx = self.write().await?;
        tx.run(sql!("setup_links/clear"), args![]).await?;
        tx.run(sql!("setup_links/insert"), args![hash, expires_at]).await?;
        tx.commit().await
    }
    /// Whether the link is valid: known, not over, and no account exists. [`Store::set_up`] takes it.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn setup_link(&self, hash: &str, now: Timestamp) -> Result<bool> {
        let (count,): (i64,) = self.read().await?.one(sql!("setup_links/valid"), args![hash, now]).await?;
        Ok(count == 1)
    }
    /// Keeps what a form held.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn put_stash(&self, stash: &Stash) -> Result<()> {
        let mut tx = self.write().await?;
        let values = args![&stash.token_hash, stash.session, stash.sealed.as_slice(), stash.expires_at];
        tx.run(sql!("stashes/insert"), values).await?;
        tx.commit().await
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
        let row: Option<(Vec<u8>,)> =
            self.read().await?.first(sql!("stashes/get"), args![token_hash, session, now]).await?;
        Ok(row.map(|(sealed,)| sealed))
    }
}
