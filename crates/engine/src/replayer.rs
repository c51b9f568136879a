//! Goes on with the replays that run: each gets its next handful of deliveries into the queue when the last one is
//! nearly gone. So what is new waits behind a handful, and a receiver that takes nothing gets nothing more.

use crate::{Engine, Result, clock::Stopwatch};
use domain::{id::ReplayId, replay::Handful};
use std::{
    collections::{HashMap, hash_map::Entry},
    time::Duration,
};
use store::{Found, Running};

/// Between two looks while there is something to do.
const BUSY: Duration = Duration::from_millis(50);
/// Between two looks while there is nothing.
const IDLE: Duration = Duration::from_millis(500);
/// After a failure of the database.
const PAUSE: Duration = Duration::from_secs(1);

/// What this process knows about a replay.
struct Under {
    found: Found,
    handful: Handful,
    /// When the last handful was put into the queue.
    put: Option<Stopwatch>,
}

impl Engine {
    /// Looks until the engine stops.
    pub(crate) async fn replay_until_stopped(self) {
        let mut stopping = self.0.stopping.subscribe();
        let mut known = HashMap::new();
        loop {
            let pause = match self.replay_some(&mut known).await {
                Ok(true) => BUSY,
                Ok(false) => IDLE,
                Err(error) => {
                    tracing::warn!(%error, "replays wait");
                    PAUSE
                }
            };
            tokio::select! {
                _ = stopping.wait_for(|stopping| *stopping) => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// One look at each replay; true when any of them is this node's.
    async fn replay_some(&self, known: &mut HashMap<ReplayId, Under>) -> Result<bool> {
        let share = self.0.shares.standing().share;
        let mut running = self.0.store.running_replays().await?;
        running.retain(|replay| share.holds(replay.webhook));
        known.retain(|id, _| running.iter().any(|replay| replay.id == *id));
        for replay in &running {
            if let Err(error) = self.replay_next(replay, known).await {
                tracing::warn!(replay = %replay.id, %error, "a replay waits");
            }
        }
        Ok(!running.is_empty())
    }

    /// The next handful of a replay, if it is time.
    async fn replay_next(&self, replay: &Running, known: &mut HashMap<ReplayId, Under>) -> Result<()> {
        let under = match known.entry(replay.id) {
            Entry::Occupied(under) => under.into_mut(),
            Entry::Vacant(place) => {
                let found = self.0.store.search_replay(replay).await?;
                place.insert(Under { found, handful: Handful::default(), put: None })
            }
        };
        let (now, rest) = (self.0.clock.now(), under.handful.rest());
        if self.0.store.waiting_for(replay.webhook, now, rest + 1).await? > rest {
            return Ok(());
        }
        if let Some(put) = under.put.take() {
            under.handful = under.handful.next(i64::try_from(put.elapsed().as_millis()).unwrap_or(i64::MAX));
        }
        let step = self.0.store.replay_step(replay, &under.found, under.handful.size(), now).await?;
        if step.put > 0 {
            under.put = Some(Stopwatch::start());
            self.0.direct.queued(replay.webhook);
            self.0.wake.local.notify_one();
        }
        if step.ended {
            tracing::info!(replay = %replay.id, "a replay has finished");
        }
        Ok(())
    }
}
