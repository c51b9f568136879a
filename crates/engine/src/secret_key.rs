//! The marketplace's secret key, which goes out inside bodies. Bodies are rendered and stored with a stand-in that
//! nobody can guess; the key takes its place at each attempt, just before signing, and a mask wherever it is shown.

use crate::{Engine, Result, http::Failure};
use domain::{delivery::Outcome, envelope::Source, id::MarketplaceId, topic::Topic};
use std::{fmt, sync::Arc};
use zeroize::Zeroizing;

/// What the log shows in the key's place.
const MASK: &str = "••••••••";
/// What every stand-in begins with; 32 hex digits follow. Letters and digits only, so that no format writes it
/// another way.
const STAND_IN: &str = "SecretKey";

/// A marketplace's key, with what stands for it.
pub(crate) struct SecretKey {
    stand_in: String,
    key: Key,
}

enum Key {
    Set(Zeroizing<String>),
    /// It was removed. Bodies that were rendered before are sent with an empty text.
    Removed,
    /// It can't be opened.
    Damaged,
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey")
    }
}

impl SecretKey {
    /// What new bodies are rendered with; none when the key was removed.
    pub(crate) fn rendered(&self) -> Option<&str> {
        (!matches!(self.key, Key::Removed)).then_some(&self.stand_in)
    }

    /// The key's text; empty when it was removed.
    ///
    /// # Errors
    /// It can't be opened: nothing may go out without it.
    pub(crate) fn text(&self) -> Result<&str, Failure> {
        match &self.key {
            Key::Set(text) => Ok(text),
            Key::Removed => Ok(""),
            Key::Damaged => {
                let told = "The marketplace's secret key can't be read. Set it again in the settings.";
                Err(Failure::new(Outcome::Protocol, told))
            }
        }
    }

    /// Whether `text` has a place for the key.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        text.contains(&self.stand_in)
    }

    /// `text` with the key in its place.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub(crate) fn fill(&self, text: &str) -> Result<String, Failure> {
        Ok(text.replace(&self.stand_in, self.text()?))
    }

    /// `text` as it is shown.
    pub(crate) fn mask(&self, text: &str) -> String {
        text.replace(&self.stand_in, MASK)
    }
}

/// Where the sealed key belongs.
pub(crate) fn place(marketplace: MarketplaceId) -> String {
    format!("{}|secret_key", marketplace.key())
}

impl Engine {
    /// A new stand-in.
    pub(crate) fn stand_in(&self) -> String {
        format!("{STAND_IN}{}", self.0.generator.hex::<16>())
    }

    /// The marketplace's key as it is in the database now; `None` when there never was one.
    pub(crate) async fn load_secret_key(&self, marketplace: MarketplaceId) -> Result<Option<Arc<SecretKey>>> {
        let Some(stored) = self.0.store.secret_key(marketplace).await? else { return Ok(None) };
        let opened = stored.sealed.map(|sealed| self.0.vault.open(&place(marketplace), &sealed));
        let key = match opened {
            None => Key::Removed,
            Some(opened) => match opened.ok().as_deref().map(|bytes| std::str::from_utf8(bytes)) {
                Some(Ok(text)) => Key::Set(Zeroizing::new(text.to_owned())),
                _ => Key::Damaged,
            },
        };
        Ok(Some(Arc::new(SecretKey { stand_in: stored.stand_in, key })))
    }

    /// The key that bodies of this topic have a place for.
    pub(crate) async fn secret_key_of(
        &self,
        marketplace: MarketplaceId,
        topic: &Topic,
    ) -> Result<Option<Arc<SecretKey>>> {
        if !topic.envelope.holds(Source::SecretKey) {
            return Ok(None);
        }
        Ok(self.current_table(marketplace).await?.secret_key_of(topic))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(key: Key) -> SecretKey {
        SecretKey { stand_in: format!("{STAND_IN}0123456789abcdef"), key }
    }

    #[test]
    fn the_key_takes_the_place_of_its_stand_in() {
        let key = with(Key::Set(Zeroizing::new("s3cret".to_owned())));
        let body = format!("<k>{}</k>&k={0}", key.rendered().expect("a stand-in"));
        assert!(key.is_in(&body) && !key.is_in("<k/>"));
        assert_eq!(key.fill(&body).expect("filled"), "<k>s3cret</k>&k=s3cret");
        assert_eq!(key.mask(&body), "<k>••••••••</k>&k=••••••••");
        assert_eq!(format!("{key:?}"), "SecretKey");
    }

    #[test]
    fn a_key_that_is_gone_leaves_nothing_and_one_that_is_damaged_sends_nothing() {
        let gone = with(Key::Removed);
        assert_eq!(gone.rendered(), None);
        assert_eq!(gone.fill(&format!("[{}]", gone.stand_in)).expect("filled"), "[]");
        let damaged = with(Key::Damaged);
        assert!(damaged.rendered().is_some() && damaged.fill(&damaged.stand_in).is_err());
    }
}
