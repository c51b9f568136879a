//! Keeps SQLite's log short while nobody waits for it.

use crate::Engine;
use std::time::Duration;

/// Between two looks: at the most that is written, the log grows by a few MiB meanwhile.
const EVERY: Duration = Duration::from_millis(100);

impl Engine {
    /// Looks without end; whoever spawned it ends it.
    pub(crate) async fn checkpoint_when_due(self) {
        loop {
            tokio::time::sleep(EVERY).await;
            if let Err(error) = self.0.store.checkpoint().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the log was not written back; later again"
                );
            }
        }
    }
}
