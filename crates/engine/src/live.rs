//! News for open consoles: each row of the log as it changes.

use crate::{Engine, Result, Who};
use domain::{bin::Caught, delivery::DeliveryRow, id::MarketplaceId};
use tokio::sync::broadcast;

/// One piece of news.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Live {
    /// A delivery was accepted, tried or changed.
    Delivery(Box<DeliveryRow>),
    /// A test receiver caught a request.
    Caught {
        /// The receiver's id.
        bin: String,
        /// What arrived.
        request: Box<Caught>,
    },
}

/// The news of one marketplace.
#[derive(Debug)]
pub struct Subscription {
    marketplace: MarketplaceId,
    news: broadcast::Receiver<(MarketplaceId, Live)>,
}

impl Subscription {
    /// The next piece of news; `None` when the program shuts down. A slow reader loses the oldest.
    pub async fn next(&mut self) -> Option<Live> {
        loop {
            match self.news.recv().await {
                Ok((marketplace, live)) if marketplace == self.marketplace => return Some(live),
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

impl Engine {
    /// Subscribes to the news of the marketplace.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn live(&self, who: &Who) -> Result<Subscription> {
        let _ = who;
        todo!()
    }
}
