//! Looks once a minute for webhooks that have failed for an hour and wait for their next try, which can be hours away.
//! Every node looks; the store lets one raise the alert.

use crate::{Engine, Result};

/// Between two looks: how much later than after an hour people are told.
const EVERY_MS: i64 = 60_000;

impl Engine {
    /// Looks without end; whoever spawned it ends it.
    pub(crate) async fn raise_overdue_alerts(self) {
        loop {
            if let Err(error) = self.raise_overdue().await {
                tracing::warn!(%error, "webhooks that fail were not looked for; in a minute again");
            }
            self.0.clock.sleep_until(self.0.clock.now().plus_ms(EVERY_MS)).await;
        }
    }

    /// One look.
    async fn raise_overdue(&self) -> Result<()> {
        let now = self.0.clock.now();
        for webhook in self.0.store.overdue(now).await? {
            match self.0.store.raise_overdue(webhook, self.0.generator.id(), now).await {
                Ok(true) => {
                    tracing::info!(%webhook, "failing for an hour");
                    self.alerted();
                }
                Ok(false) => {}
                Err(error @ (store::Error::Unavailable(_) | store::Error::Busy(_))) => {
                    return Err(error.into());
                }
                // One damaged row must not keep the others from being told.
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(%webhook, error, "an alert could not be raised; in a minute again");
                }
            }
        }
        Ok(())
    }
}
