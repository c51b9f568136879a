//! Sends one delivery again because a person asks.

use crate::{Engine, Error, Permission, Result, Who};
use domain::{delivery::Delivery, id::DeliveryId, replay::RetryBody};
use serde_json::json;

impl Engine {
    /// Puts the delivery first in its webhook's queue.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` while it is being sent, for a test, and when the webhook was deleted.
    pub async fn retry(&self, who: &Who, id: DeliveryId, body: RetryBody) -> Result<Delivery> {
        who.must(Permission::Manage)?;
        let marketplace = who.marketplace.id;
        let row = self.0.store.delivery_row(marketplace, id).await?.ok_or(Error::NotFound)?;
        if row.test {
            return Err(Error::conflict("A test is not sent again. Send another test."));
        }
        let told = json!({ "body": body, "webhook": row.webhook_name });
        let entry = self.audited(who, "delivery.retried", id.to_string(), told);
        let render = body == RetryBody::Render;
        if !self.0.store.retry(marketplace, id, render, self.0.clock.now(), &entry).await? {
            return Err(Error::NotFound);
        }
        self.requeued();
        self.tell_of(marketplace, id).await?;
        self.delivery(who, id).await
    }
}
