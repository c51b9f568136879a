//! Removes what is older than the operator keeps: events with all that belongs to them, in small steps
//! with pauses, so that acceptances and deliveries get their turn at the database.

use crate::{Engine, Result, clock::Stopwatch};
use domain::time::Timestamp;

const DAY_MS: i64 = 86_400_000;
/// After each step, as many times as long as it took.
const REST: i64 = 2;
/// The shortest pause between two steps.
const REST_MS: i64 = 5;

/// When a step began.
pub(super) struct Pace(Stopwatch);

impl Pace {
    pub(super) fn start() -> Self {
        Self(Stopwatch::start())
    }
}

impl Engine {
    /// Removes everything that is too old at `now`.
    pub(crate) async fn remove_old(&self, now: Timestamp) {
        let Some(days) = self.0.config.keep_days else { return };
        let before = now.plus_ms(-DAY_MS * i64::from(days));
        match self.remove_before(before).await {
            Ok(0) => {}
            Ok(events) => tracing::info!(events, days, "removed events that were too old"),
            Err(error) => tracing::warn!(%error, "not everything old could be removed; later again"),
        }
    }

    async fn remove_before(&self, before: Timestamp) -> Result<i64> {
        let (mut removed, mut next) = (0, None);
        loop {
            let pace = Pace::start();
            let step = self.0.store.remove_old(before, next).await?;
            removed += step.events;
            next = step.next;
            if next.is_none() {
                break;
            }
            self.rest(pace).await;
        }
        loop {
            let pace = Pace::start();
            if !self.0.store.remove_old_segment(before).await? {
                return Ok(removed);
            }
            self.rest(pace).await;
        }
    }

    /// Pauses after a step.
    pub(super) async fn rest(&self, Pace(watch): Pace) {
        let took = i64::try_from(watch.elapsed().as_millis()).unwrap_or(REST_MS);
        self.0.clock.sleep_until(self.0.clock.now().plus_ms(REST_MS.max(REST * took))).await;
    }
}
