//! *Send test*: one exchange, now, with what the manager sees in the form.

use crate::{Engine, Result, Who};
use domain::{delivery::Delivery, id::WebhookId};
use serde_json::{Map, Value};

/// Which webhook is tried.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// As it is saved.
    Saved(WebhookId),
    /// As it is typed.
    Unsaved {
        /// The contract's webhook object.
        webhook: Map<String, Value>,
        /// Whose stored secrets stand in for those not typed, while scheme, host and port are the same.
        from: Option<WebhookId>,
    },
}

impl Engine {
    /// Sends one test and waits for its end. Stands in the log when the subject is saved; counts for
    /// nothing and is never tried again.
    ///
    /// # Errors
    /// `Invalid` for the webhook, topic or payload. A failed exchange is not an error.
    pub async fn test(&self, who: &Who, subject: Subject, topic: &str, payload: Option<String>) -> Result<Delivery> {
        let _ = (who, subject, topic, payload);
        todo!()
    }
}
