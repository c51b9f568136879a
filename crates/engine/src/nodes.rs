//! This process among the others that share the database: its number, and wake-ups.

use crate::{Engine, clock::Stopwatch};
use std::{sync::Arc, time::Duration};
use store::Node;
use tokio::sync::Notify;

/// Says that something may be due: to the local dispatcher at once, to other nodes soon.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wake {
    pub(crate) local: Arc<Notify>,
    remote: Arc<Notify>,
}

impl Wake {
    pub(crate) fn notify(&self) {
        self.local.notify_one();
        self.remote.notify_one();
    }
}

/// A wake-up of other nodes takes a lock of the whole Postgres server at commit: ten a second are enough.
const BETWEEN_WAKES: Duration = Duration::from_millis(100);
/// How often a node says that it is alive.
const ALIVE_EVERY: Duration = Duration::from_secs(15);
/// After a failure of the database.
const PAUSE: Duration = Duration::from_secs(1);
/// The text of the only kind of wake-up.
const DUE: &str = "due";

impl Engine {
    /// Wakes other nodes when something was put into the queue here.
    pub(crate) async fn wake_others(self) {
        loop {
            self.0.wake.remote.notified().await;
            if let Err(error) = self.0.store.wake(DUE).await {
                tracing::debug!(
                    error = &error as &dyn std::error::Error,
                    "other nodes were not woken; they poll"
                );
            }
            tokio::time::sleep(BETWEEN_WAKES).await;
        }
    }

    /// Wakes the local dispatcher when another node put something into the queue.
    pub(crate) async fn hear_others(self) {
        loop {
            if let Ok(Some(mut wakes)) = self.0.store.wakes().await {
                while wakes.next().await.is_ok() {
                    self.0.wake.local.notify_one();
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Keeps this process's number. A number that was lost (the database was away too long) is
    /// replaced before another key is made by it.
    pub(crate) async fn stay_alive(self, mut node: Node) {
        let mut since = Stopwatch::start();
        loop {
            tokio::time::sleep(ALIVE_EVERY.saturating_sub(since.elapsed())).await;
            since = Stopwatch::start();
            match self.0.store.renew_node(&node).await {
                Ok(true) => {}
                Ok(false) => match self.0.store.claim_node().await {
                    Ok(other) => {
                        tracing::warn!(old = node.number, new = other.number, "this node's number was lost");
                        self.0.generator.set_node(other.number);
                        node = other;
                    }
                    Err(error) => tracing::error!(%error, "no number for this node"),
                },
                Err(error) => tracing::warn!(%error, "this node could not say that it is alive"),
            }
        }
    }
}
