//! What the people of a webhook are told when it fails.

use super::{Health, Reason};
use crate::{
    delivery::{Attempt, Outcome},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// An alert: why, since when, and what the receiver said last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// What happened.
    pub what: What,
    /// Failed attempts in a row.
    pub failures: u32,
    /// When the first of them ended.
    pub since: Timestamp,
    /// How the last of them ended.
    pub outcome: Outcome,
    /// The status of its answer, if there was one.
    pub http_status: Option<u16>,
    /// What was wrong, in a sentence, if there is one.
    pub message: Option<String>,
}

/// What the people of a webhook get a mail about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Notice {
    /// It fails, or was deactivated for that.
    Alert(Alert),
    /// Somebody paused it.
    Paused {
        /// Their name, or an API key's.
        paused_by: String,
    },
}

/// What an alert tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A delivery was given up, or nothing but failures for an hour.
    Failing,
    /// The webhook was deactivated.
    Deactivated(Reason),
}

impl Alert {
    /// The alert that follows from `attempt`, which left the webhook in this `health`.
    #[must_use]
    pub fn new(what: What, health: &Health, attempt: &Attempt) -> Self {
        Self {
            what,
            failures: health.failures,
            since: health.failing_since.unwrap_or(attempt.at),
            outcome: attempt.outcome,
            http_status: attempt.response.as_ref().map(|response| response.status),
            message: attempt.message.clone(),
        }
    }

    /// What came back last, for people; no full stop at the end.
    #[must_use]
    pub fn answer(&self) -> String {
        match (self.http_status, &self.message) {
            (Some(status), _) => format!("HTTP {status}"),
            (None, Some(message)) => message.trim_end_matches('.').to_owned(),
            (None, None) => self.outcome.as_str().replace('_', " "),
        }
    }
}
