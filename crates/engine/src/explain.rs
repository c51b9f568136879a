//! Why an event goes to a webhook, or why not: one verdict each.

use crate::{Engine, Result, Who};
use domain::id::{EventId, WebhookId};

/// What one webhook makes of one event.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Verdict {
    /// The webhook.
    pub webhook_id: WebhookId,
    /// Its name.
    pub webhook_name: String,
    /// Whether it would get the event now.
    pub sent: bool,
    /// Why, in one sentence.
    pub reason: String,
    /// The part of the conditions that decided, as JSON.
    pub clause: Option<String>,
}

impl Engine {
    /// A verdict per webhook, by the webhooks as they are now.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn explain(&self, who: &Who, id: EventId) -> Result<Vec<Verdict>> {
        let _ = (who, id);
        todo!()
    }
}
