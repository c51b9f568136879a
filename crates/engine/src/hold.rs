//! Releases or discards what waits for a person.

use crate::{Engine, Error, Permission, Result, Who};
use domain::{id::WebhookId, webhook::State};
use serde_json::json;
use store::Which;

impl Engine {
    /// Sends what a webhook holds; returns how many deliveries.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when the webhook is not active.
    pub async fn release(&self, who: &Who, id: WebhookId) -> Result<i64> {
        who.must(Permission::Manage)?;
        let webhook = self.stored(who, id).await?.webhook;
        if webhook.state != State::Active {
            return Err(Error::conflict("Activate the webhook first; that releases what waits."));
        }
        let entry = self.audited(who, "webhook.released", webhook.settings.name, json!({ "id": id }));
        let now = self.0.clock.now();
        let released = self.0.store.release(who.marketplace.id, id, Which::All, now, Some(&entry)).await?;
        if released > 0 {
            self.requeued();
        }
        Ok(released)
    }

    /// Gives up on everything that a webhook holds; returns how many deliveries.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn discard(&self, who: &Who, id: WebhookId) -> Result<i64> {
        who.must(Permission::Manage)?;
        let webhook = self.stored(who, id).await?.webhook;
        let entry = self.audited(who, "webhook.discarded", webhook.settings.name, json!({ "id": id }));
        Ok(self.0.store.discard(who.marketplace.id, id, &entry).await?)
    }
}
