//! Removes what is past its time, once a minute: sessions, form stashes, set-up links, test receivers,
//! and events that are too old.

use crate::Engine;

/// Between two rounds.
const EVERY_MS: i64 = 60_000;

impl Engine {
    /// One round; what fails is tried again in the next.
    pub(crate) async fn prune(&self) {
        let now = self.0.clock.now();
        self.0.limiter.prune(now);
        match self.0.store.prune(now).await {
            Ok(pruned) => tracing::debug!(?pruned, "removed what was over"),
            Err(error) => tracing::warn!(%error, "what is over could not be removed"),
        }
        self.remove_old(now).await;
    }

    /// Rounds without end; whoever spawned it ends it.
    pub(crate) async fn prune_each_minute(self) {
        loop {
            self.prune().await;
            self.0.clock.sleep_until(self.0.clock.now().plus_ms(EVERY_MS)).await;
        }
    }
}
