//! How fast one webhook is sent to: requests at the same time, and pauses when the receiver says
//! that it is overloaded.

use crate::{delivery::Outcome, time::Timestamp};

/// Requests at the same time when the manager set no limit.
pub const ADAPTIVE_CEILING: u32 = 64;

/// The window of a webhook that was not tried yet: enough to be quick, not enough to hurt.
const START: u32 = 8;
/// The pause after the first overload; doubles with each further one in a row.
const FIRST_PAUSE_MS: i64 = 250;
/// The longest pause that Crier takes by itself.
const MAX_PAUSE_MS: i64 = 10_000;
/// The longest pause of the whole webhook that `Retry-After` may ask for. The delivery that was
/// answered so waits as long as its retry schedule allows.
const MAX_ASKED_MS: i64 = 60_000;

/// One webhook's speed: the window grows by one with each success and halves with each overload
/// (additive increase, multiplicative decrease, as TCP does: RFC 5681). It halves with each request
/// that gets no answer in time, or no access token, as well: these must not keep slots that others could use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    ceiling: u32,
    window: u32,
    overloads: u32,
    not_before: Option<Timestamp>,
}

impl Pace {
    /// The pace of a webhook that was not tried yet; `max_in_flight` as in its settings.
    #[must_use]
    pub fn new(max_in_flight: Option<u32>) -> Self {
        let (ceiling, window) = match max_in_flight {
            Some(max) => (max.max(1), max.max(1)),
            None => (ADAPTIVE_CEILING, START),
        };
        Self { ceiling, window, overloads: 0, not_before: None }
    }

    /// The same pace after the manager changed the limit.
    #[must_use]
    pub fn with_limit(self, max_in_flight: Option<u32>) -> Self {
        let ceiling = max_in_flight.unwrap_or(ADAPTIVE_CEILING).max(1);
        Self { ceiling, window: self.window.min(ceiling), ..self }
    }

    /// How many requests may be under way `now`; 0 during a pause.
    #[must_use]
    pub fn limit(&self, now: Timestamp) -> u32 {
        if self.not_before.is_some_and(|at| now < at) { 0 } else { self.window }
    }

    /// When the pause ends, if there is one.
    #[must_use]
    pub const fn not_before(&self) -> Option<Timestamp> {
        self.not_before
    }

    /// Learns from an attempt that ended `now`. `retry_after_s` is what the receiver asked for,
    /// `None` when the retry schedule does not heed it.
    pub fn learn(
        &mut self,
        outcome: Outcome,
        http_status: Option<u16>,
        retry_after_s: Option<u64>,
        now: Timestamp,
    ) {
        if outcome == Outcome::Delivered {
            self.overloads = 0;
            self.window = self.window.saturating_add(1).min(self.ceiling);
        } else if matches!(http_status, Some(429 | 502 | 503 | 504)) {
            self.slow_down(retry_after_s, now);
        } else if matches!(outcome, Outcome::Timeout | Outcome::TooSlow | Outcome::Token) {
            self.window = (self.window / 2).max(1);
        }
    }

    fn slow_down(&mut self, retry_after_s: Option<u64>, now: Timestamp) {
        // Answers that were under way when the pause began belong to the same overload.
        if self.limit(now) > 0 {
            self.window = (self.window / 2).max(1);
            self.overloads = self.overloads.saturating_add(1);
        }
        let own_ms = (FIRST_PAUSE_MS << self.overloads.saturating_sub(1).min(10)).min(MAX_PAUSE_MS);
        let asked_ms = retry_after_s
            .map_or(0, |s| i64::try_from(s).unwrap_or(i64::MAX).saturating_mul(1000).min(MAX_ASKED_MS));
        self.not_before = self.not_before.max(Some(now.plus_ms(own_ms.max(asked_ms))));
    }
}
