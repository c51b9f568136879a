//! Has the database tidy up while nobody waits for it.

use crate::Engine;
use std::time::Duration;

/// Between two looks: at the most that is written, SQLite's log grows by a few MiB meanwhile.
const EVERY: Duration = Duration::from_millis(100);

impl Engine {
    /// Looks without end; whoever spawned it ends it.
    pub(crate) async fn tidy_when_due(self) {
        loop {
            tokio::time::sleep(EVERY).await;
            if let Err(error) = self.0.store.tidy().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the database was not tidied up; later again"
                );
            }
        }
    }
}
