//! Removes what is over.

use crate::{
    Result, Store,
    filter::first_key,
    frequency,
    sql::{args, sql},
};
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

/// How long alerts, and replays that ended, are kept: 90 days.
const KEPT_MS: i64 = 90 * 24 * 3_600_000;

impl Store {
    /// Removes sessions, stashes, set-up links, test receivers, alerts, replays
    /// and keys of `frequency` that are over.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`.
    pub async fn prune(&self, now: Timestamp) -> Result<Pruned> {
        let mut tx = self.write().await?;
        tx.run(sql!("setup_links/prune"), args![now]).await?;
        let stashes = tx.run(sql!("stashes/prune"), args![now]).await? as i64;
        let sessions = tx.run(sql!("sessions/prune"), args![now]).await? as i64;
        let old = now.plus_ms(-KEPT_MS);
        tx.run(sql!("alerts/prune"), args![old]).await?;
        tx.run(sql!("replays/prune"), args![first_key(old)]).await?;
        let bins = tx.run(sql!("bins/prune"), args![now]).await? as i64;
        tx.commit().await?;
        let mut more = true;
        while more {
            let mut tx = self.write().await?;
            more = frequency::prune(&mut tx, now).await?;
            tx.commit().await?;
        }
        Ok(Pruned { sessions, stashes, bins })
    }
}
