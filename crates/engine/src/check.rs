//! *Check connection*: HEAD, then POST of an empty body; 2xx to either is enough.

use crate::{Engine, Result, Subject, Who};
use domain::delivery::Attempt;

/// What the check found.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Check {
    /// Whether either was answered with 2xx.
    pub ok: bool,
    /// The HEAD exchange.
    pub head: Attempt,
    /// The POST exchange; null when HEAD was enough.
    pub post: Option<Attempt>,
}

impl Engine {
    /// Tries to reach a webhook's URL with its authentication.
    ///
    /// # Errors
    /// `Invalid` for the webhook. A failed exchange is not an error.
    pub async fn check(&self, who: &Who, subject: Subject) -> Result<Check> {
        let _ = (who, subject);
        todo!()
    }
}
