//! News for consoles of other nodes. They carry ids only; who has readers looks up the rows.

use crate::{Engine, Result, live::Live};
use domain::id::{CaughtId, DeliveryId, Id, MarketplaceId};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;

/// Between two messages: each takes a lock of the whole Postgres server at its commit.
const BETWEEN: Duration = Duration::from_millis(250);
/// The most of each kind in one message, which holds less than 8,000 bytes; people see no more rows at a
/// time. The newest are kept.
const MOST: usize = 80;
/// What a message of news begins with.
pub(crate) const PREFIX: &str = "news ";

/// What other nodes are to be told.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    waiting: Mutex<Message>,
    filled: Notify,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Message {
    /// Whose; that node needs no telling.
    from: u8,
    /// Marketplaces and deliveries. A set, because only the last state of each counts.
    deliveries: BTreeSet<(i64, i64)>,
    /// Marketplaces, test receivers and what they caught.
    caught: Vec<(i64, String, i64)>,
}

impl Outbox {
    fn add(&self, add: impl FnOnce(&mut Message)) {
        add(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        self.filled.notify_one();
    }

    pub(crate) fn delivery(&self, marketplace: MarketplaceId, id: DeliveryId) {
        self.add(|message| {
            message.deliveries.insert((marketplace.key(), id.key()));
            if message.deliveries.len() > MOST {
                message.deliveries.pop_first();
            }
        });
    }

    pub(crate) fn caught(&self, marketplace: MarketplaceId, bin: &str, id: CaughtId) {
        self.add(|message| {
            message.caught.push((marketplace.key(), bin.to_owned(), id.key()));
            if message.caught.len() > MOST / 2 {
                message.caught.remove(0);
            }
        });
    }

    fn take(&self) -> Message {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Engine {
    /// Tells other nodes what consoles there may show.
    pub(crate) async fn tell_others(self) {
        let outbox = self.0.news.outbox();
        loop {
            outbox.filled.notified().await;
            let message = Message { from: self.0.shares.standing().me, ..outbox.take() };
            let told = match serde_json::to_string(&message) {
                Ok(text) => self.0.store.wake(&format!("{PREFIX}{text}")).await,
                Err(_) => Ok(()),
            };
            if let Err(error) = told {
                tracing::debug!(error = &error as &dyn std::error::Error, "other consoles were not told");
            }
            tokio::time::sleep(BETWEEN).await;
        }
    }

    /// Tells consoles here what happened on another node.
    pub(crate) async fn hear_news(&self, text: &str) {
        let Ok(message) = serde_json::from_str::<Message>(text) else { return };
        if message.from != self.0.shares.standing().me
            && self.0.news.readers() > 0
            && let Err(error) = self.look_up(message).await
        {
            tracing::debug!(%error, "news of another node were not read");
        }
    }

    async fn look_up(&self, message: Message) -> Result<()> {
        for (marketplace, id) in message.deliveries {
            let marketplace = Id::from_key(marketplace);
            if let Some(row) = self.0.store.delivery_row(marketplace, Id::from_key(id)).await? {
                self.0.news.tell_here(marketplace, Live::Delivery(Box::new(row)));
            }
        }
        for (marketplace, bin, id) in message.caught {
            let marketplace = Id::from_key(marketplace);
            let all = self.0.store.caught(marketplace, &bin).await?;
            if let Some(request) = all.into_iter().find(|caught| caught.id.key() == id) {
                self.0.news.tell_here(marketplace, Live::Caught { bin, request: Box::new(request) });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_message_fits_and_holds_the_newest() {
        let outbox = Outbox::default();
        let far = i64::MAX - 1000;
        for n in 0..500 {
            outbox.delivery(Id::from_key(far), Id::from_key(far + n));
            outbox.caught(Id::from_key(far), &format!("bin_{}", "f".repeat(32)), Id::from_key(far + n));
        }
        let message = outbox.take();
        let text = serde_json::to_string(&message).expect("JSON");
        assert!(PREFIX.len() + text.len() < 8000, "{} bytes", text.len());
        assert!(message.deliveries.contains(&(far, far + 499)) && message.deliveries.len() == MOST);
        assert_eq!(serde_json::from_str::<Message>(&text).expect("reads back"), message);
        assert_eq!(outbox.take(), Message::default());
    }
}
