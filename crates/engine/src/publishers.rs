//! Keys that publish, kept in memory: a look into the database for each event would cost more than
//! the event.
//!
//! What was read is good for one version of the marketplace's routing. The deletion of a key makes a
//! new version, and an acceptance checks the version in its transaction; so a deleted key is
//! noticed at once, on every node.

use crate::{
    Engine, Error, Result, Who,
    manage::{KEY_PREFIX, KEY_TOUCH_MS, stored_token},
};
use domain::{account::Actor, time::Timestamp};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

/// The keys that published, by what is stored of them.
#[derive(Debug, Default)]
pub(crate) struct Publishers(RwLock<HashMap<String, Publisher>>);

#[derive(Debug)]
struct Publisher {
    who: Arc<Who>,
    routing_version: i64,
    /// Then it is read anew, which also notes that the key is used.
    until: Timestamp,
}

impl Publishers {
    /// Reads all keys anew when they come again.
    pub(crate) fn forget(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Engine {
    /// Who sends this API key, for publishing only: [`Engine::accept`] finds out whether the key
    /// was deleted a moment ago.
    ///
    /// # Errors
    /// `Unauthorized` when it is unknown.
    pub async fn publisher_by_key(&self, text: &str) -> Result<Arc<Who>> {
        if !text.starts_with(KEY_PREFIX) {
            return Err(Error::Unauthorized);
        }
        let (stored, now) = (stored_token(text), self.0.clock.now());
        if let Some(who) = self.known_publisher(&stored, now) {
            return Ok(who);
        }
        // Boxed, because it is large and seldom needed.
        Box::pin(self.new_publisher(text, stored, now)).await
    }

    async fn new_publisher(&self, text: &str, stored: String, now: Timestamp) -> Result<Arc<Who>> {
        let marketplace = self.who_by_key(text).await?.marketplace.id;
        let routing_version = self.table(marketplace).await?.version;
        // Once more: what is read after the version is as new, or newer.
        let who = Arc::new(self.who_by_key(text).await?);
        let publisher =
            Publisher { who: Arc::clone(&who), routing_version, until: now.plus_ms(KEY_TOUCH_MS) };
        let mut known = self.0.publishers.0.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(stored, publisher);
        Ok(who)
    }

    fn known_publisher(&self, stored: &str, now: Timestamp) -> Option<Arc<Who>> {
        let known = self.0.publishers.0.read().unwrap_or_else(PoisonError::into_inner);
        let Publisher { who, routing_version, until } = known.get(stored)?;
        let current = self.known_table(who.marketplace.id)?.version == *routing_version;
        (current && now < *until).then(|| Arc::clone(who))
    }

    /// Whether the caller may still publish, asked when the routing has changed.
    ///
    /// # Errors
    /// `Unauthorized` when its key was deleted.
    pub(crate) async fn still_publishes(&self, who: &Who) -> Result<()> {
        let Actor::Key { id, .. } = &who.actor else { return Ok(()) };
        let keys = self.0.store.keys(who.marketplace.id).await?;
        if keys.iter().any(|key| key.id == *id) { Ok(()) } else { Err(Error::Unauthorized) }
    }
}
