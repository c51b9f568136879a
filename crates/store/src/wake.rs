//! Wakes other nodes, so that they need not poll quickly. A wake-up may be lost: poll as well.

use crate::{Result, Store};

/// Wake-ups from other nodes.
#[derive(Debug)]
pub struct Wakes {}

impl Wakes {
    /// The next one's text. Reconnects by itself after a lost connection.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn next(&mut self) -> Result<String> {
        todo!()
    }
}

impl Store {
    /// Wakes the other nodes with `text` (at most 8,000 bytes). Debounce it: each takes a lock of the
    /// whole Postgres server at its commit. Nothing on SQLite.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn wake(&self, text: &str) -> Result<()> {
        let _ = text;
        todo!()
    }
    /// Listens for wake-ups, own ones included; `None` on SQLite, which has no other nodes.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn wakes(&self) -> Result<Option<Wakes>> {
        todo!()
    }
}
