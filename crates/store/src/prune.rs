//! Removes what is over.

use crate::{Result, Store};
use domain::time::Timestamp;

/// How much was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Signed-in devices.
    pub sessions: i64,
    /// What forms held.
    pub stashes: i64,
    /// Test receivers.
    pub bins: i64,
}

impl Store {
    /// Removes sessions, stashes, set-up links and test receivers that are over.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`.
    pub async fn prune(&self, now: Timestamp) -> Result<Pruned> {
        let _ = now;
        todo!()
    }
}
