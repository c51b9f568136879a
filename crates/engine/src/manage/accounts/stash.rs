//! What was typed into a form waits here while the browser follows a redirect: encrypted, one hour,
//! for the session that typed it.

use super::token;
use crate::{Engine, Error, Result, Who};
use domain::id::SessionId;
use serde_json::Value;

/// How long it waits.
const LIFETIME_MS: i64 = 3_600_000;
/// The most bytes of one stash: a template, a payload, and the answer to a test with room to spare.
const MOST: usize = 4 << 20;

impl Engine {
    /// Keeps `value` for one hour; the answer is the token to read it with.
    ///
    /// # Errors
    /// `Unauthorized` without a session; `TooLarge` over 4 MiB.
    pub async fn stash(&self, who: &Who, value: &Value) -> Result<String> {
        let session = who.session.ok_or(Error::Unauthorized)?;
        let text = token::random(&self.0.generator);
        let token_hash = token::stored(&text);
        let sealed = self.0.vault.seal_json(&place(session, &token_hash), value)?;
        if sealed.len() > MOST {
            return Err(Error::TooLarge("a form holds at most 4 MiB.".to_owned()));
        }
        let expires_at = self.0.clock.now().plus_ms(LIFETIME_MS);
        let stash = store::Stash { token_hash, session, sealed: sealed.into_bytes(), expires_at };
        self.0.store.put_stash(&stash).await?;
        Ok(text.to_string())
    }

    /// What was kept under `token` by this session; `None` when it is over or somebody else's.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn unstash(&self, who: &Who, token: &str) -> Result<Option<Value>> {
        let Some(session) = who.session else { return Ok(None) };
        let hash = token::stored(token);
        let Some(sealed) = self.0.store.stash(&hash, session, self.0.clock.now()).await? else {
            return Ok(None);
        };
        let sealed = String::from_utf8(sealed).map_err(|error| Error::internal("read a stash", error))?;
        self.0.vault.open_json(&place(session, &hash), &sealed).map(Some)
    }
}

/// Binds what is sealed to its session and its row.
fn place(session: SessionId, token_hash: &str) -> String {
    format!("stash|{session}|{token_hash}")
}
