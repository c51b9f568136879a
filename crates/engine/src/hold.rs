//! Releases or discards what waits for a person.

use crate::{Engine, Result, Who};
use domain::id::WebhookId;

impl Engine {
    /// Sends what a webhook holds; returns how many deliveries.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when the webhook is not active.
    pub async fn release(&self, who: &Who, id: WebhookId) -> Result<i64> {
        let _ = (who, id);
        todo!()
    }
    /// Gives up on everything that waits for a webhook; returns how many deliveries.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn discard(&self, who: &Who, id: WebhookId) -> Result<i64> {
        let _ = (who, id);
        todo!()
    }
}
