//! Sends one delivery again because a person asks.

use crate::{Engine, Result, Who};
use domain::{delivery::Delivery, id::DeliveryId};

/// Which body the retry sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryBody {
    /// The bytes of the first attempt.
    #[default]
    Same,
    /// A new one, by the webhook as it is now.
    Render,
}

impl Engine {
    /// Puts the delivery first in its webhook's queue.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` while it is being sent, and for a test.
    pub async fn retry(&self, who: &Who, id: DeliveryId, body: RetryBody) -> Result<Delivery> {
        let _ = (who, id, body);
        todo!()
    }
}
