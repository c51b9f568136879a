//! Shows the body that a webhook would send.

use crate::{Engine, Result, Subject, Who};

/// A rendered body.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Preview {
    /// The exact content type.
    pub content_type: String,
    /// Byte for byte.
    pub body: String,
}

impl Engine {
    /// Renders a body by the topic's sample, or by `payload`.
    ///
    /// # Errors
    /// `Invalid` with line and column when the template fails.
    pub async fn preview(&self, who: &Who, subject: Subject, topic: &str, payload: Option<String>) -> Result<Preview> {
        let _ = (who, subject, topic, payload);
        todo!()
    }
}
