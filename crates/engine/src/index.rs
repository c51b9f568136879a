//! Keeps the search index of payloads in order: what was accepted is found at once, and sealed here
//! when it has become much.

use crate::Engine;

/// Between two looks. At 5,000 events a second, one segment is due each time.
const EVERY_MS: i64 = 1000;

impl Engine {
    /// Looks without end; whoever spawned it ends it.
    pub(crate) async fn seal_each_second(self) {
        loop {
            self.0.clock.sleep_until(self.0.clock.now().plus_ms(EVERY_MS)).await;
            loop {
                match self.0.store.seal_search().await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        tracing::warn!(%error, "the search index was not put in order; later again");
                        break;
                    }
                }
            }
        }
    }
}
