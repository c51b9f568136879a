//! Whether a receiver is well: when to tell its people, and when to stop sending.
//!
//! [`Health`] is kept in the database and decides alerts and deactivation; [`Pace`], [`Rate`] and
//! [`Ahead`] live in the memory of a node: the first slows down for a receiver that has too much to do, the
//! second keeps what the manager allows, the third has the next deliveries at hand.

mod ahead;
mod alert;
mod pace;
mod rate;

pub use ahead::Ahead;
pub use alert::{Alert, Notice, What};
pub use pace::{ADAPTIVE_CEILING, Pace};
pub use rate::Rate;

use crate::{delivery::Outcome, time::Timestamp, webhook::On410};
use serde::{Deserialize, Serialize};

/// What is remembered about a webhook's deliveries; the default is a clean record. Activating a
/// webhook starts a clean one, but for when people were told last: an hour stays an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Health {
    /// Failed attempts since the last success.
    pub failures: u32,
    /// When the first of them ended; `None` when the last attempt was a success.
    pub failing_since: Option<Timestamp>,
    /// When an alert about failures was last due.
    pub alerted_at: Option<Timestamp>,
}

/// An attempt that has just ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub outcome: Outcome,
    /// The status of the answer, if there was one.
    pub http_status: Option<u16>,
    /// Whether it was the last attempt of its delivery.
    pub exhausted: bool,
    /// Whether it was a test send, which never counts.
    pub test: bool,
}

/// What follows from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The new record.
    pub health: Health,
    /// Whether to deactivate the webhook, and why.
    pub deactivate: Option<Reason>,
    /// Whether to tell the webhook's people that it fails. Deactivation is told separately.
    pub alert: bool,
}

/// Why a webhook was deactivated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The receiver answered 410 Gone.
    Gone,
    /// Nothing but failures for a long time.
    Failures,
}

impl Reason {
    /// For people.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Gone => "The receiver answered 410 Gone: it wants no more events.",
            Self::Failures => "Every attempt failed for a long time.",
        }
    }
}

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Whether an attempt that ended so is a failure of the receiver. A template that failed, an interruption and an
/// event that was held back say nothing about it.
#[must_use]
pub const fn is_failure(outcome: Outcome) -> bool {
    !matches!(outcome, Outcome::Delivered | Outcome::Template | Outcome::Interrupted | Outcome::Frequency)
}

/// Deactivation needs a count and a duration: (failures, milliseconds), either pair.
const DEACTIVATE: [(u32, i64); 2] = [(20, DAY_MS), (5, 5 * DAY_MS)];

impl Health {
    /// The record after an attempt that ended `now`. Outcomes that say nothing about the receiver
    /// (a template that failed, an interruption) and tests leave it as it is.
    #[must_use]
    pub fn after(self, ended: Ended, on_410: On410, now: Timestamp) -> Step {
        match ended.outcome {
            _ if ended.test => self.unchanged(),
            Outcome::Delivered => Self { failures: 0, failing_since: None, ..self }.unchanged(),
            outcome if is_failure(outcome) => self.after_failure(ended, on_410, now),
            _ => self.unchanged(),
        }
    }

    /// The record after an alert that is due `now` though no attempt ends; `None` when none is due. People are told
    /// of an hour of nothing but failures (the contract's rule), and the tries of a quiet webhook are hours apart:
    /// who waits for the next one to end tells them too late.
    #[must_use]
    pub fn overdue(self, now: Timestamp) -> Option<Self> {
        let since = self.failing_since?;
        let is_due = since <= Self::long_since(now) && self.may_alert(since, now);
        is_due.then_some(Self { alerted_at: Some(now), ..self })
    }

    /// When a run of failures must have begun, at the latest, to be [`Health::overdue`] `now`.
    #[must_use]
    pub const fn long_since(now: Timestamp) -> Timestamp {
        now.plus_ms(-HOUR_MS)
    }

    const fn unchanged(self) -> Step {
        Step { health: self, deactivate: None, alert: false }
    }

    fn after_failure(self, ended: Ended, on_410: On410, now: Timestamp) -> Step {
        let since = self.failing_since.unwrap_or(now);
        let failures = self.failures.saturating_add(1);
        let failing_ms = now.ms() - since.ms();
        let deactivate = if ended.http_status == Some(410) && on_410 == On410::Deactivate {
            Some(Reason::Gone)
        } else {
            DEACTIVATE
                .iter()
                .any(|(count, ms)| failures >= *count && failing_ms >= *ms)
                .then_some(Reason::Failures)
        };
        let is_long = since <= Self::long_since(now);
        let alert = deactivate.is_none() && (ended.exhausted || is_long) && self.may_alert(since, now);
        let alerted_at = if alert { Some(now) } else { self.alerted_at };
        Step { health: Self { failures, failing_since: Some(since), alerted_at }, deactivate, alert }
    }

    /// Once per run of failures that began at `since`, and at most hourly.
    fn may_alert(&self, since: Timestamp, now: Timestamp) -> bool {
        self.alerted_at.is_none_or(|at| at < since && now.ms() - at.ms() >= HOUR_MS)
    }
}

#[cfg(test)]
mod tests;
