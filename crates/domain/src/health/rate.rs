//! How many requests a second: a token bucket that is kept as the moment at which it is full again
//! (the generic cell rate algorithm, ITU-T I.371), so that nothing has to refill it.

use crate::time::Timestamp;

/// What may start at once after a quiet time, in microseconds of the rate: enough for timers that
/// are not exact, and far from noticeable.
const BURST_US: i64 = 100_000;

/// The rate of one webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    interval_us: i64,
    /// When the next one would start if they were spread evenly.
    next_us: i64,
}

impl Rate {
    /// `per_second` starts a second, at least 1, spread evenly: never more than a tenth of them at once.
    #[must_use]
    pub fn new(per_second: u32) -> Self {
        Self { interval_us: 1_000_000 / i64::from(per_second.max(1)), next_us: i64::MIN }
    }

    /// The same bucket after the manager changed the rate.
    #[must_use]
    pub fn with_limit(self, per_second: u32) -> Self {
        Self { next_us: self.next_us, ..Self::new(per_second) }
    }

    /// How far ahead of an even spread starts may be.
    const fn slack_us(&self) -> i64 {
        let slack = BURST_US - self.interval_us;
        if slack > 0 { slack } else { 0 }
    }

    /// How far ahead of an even spread it is; a clock that stepped back makes nobody wait long.
    fn ahead_us(&self, now: Timestamp) -> i64 {
        self.next_us.saturating_sub(now.ms() * 1000).clamp(0, self.slack_us() + self.interval_us)
    }

    /// How many may start `now`.
    #[must_use]
    pub fn room(&self, now: Timestamp) -> u32 {
        let left = self.slack_us() - self.ahead_us(now);
        if left < 0 { 0 } else { u32::try_from(left / self.interval_us + 1).unwrap_or(u32::MAX) }
    }

    /// How many start in half a second.
    #[must_use]
    pub fn in_half_a_second(&self) -> u32 {
        u32::try_from(500_000 / self.interval_us).unwrap_or(u32::MAX)
    }

    /// One starts `now`.
    pub fn take(&mut self, now: Timestamp) {
        self.next_us = now.ms() * 1000 + self.ahead_us(now) + self.interval_us;
    }

    /// When the next may start.
    #[must_use]
    pub fn not_before(&self, now: Timestamp) -> Timestamp {
        // To the next whole millisecond.
        now.plus_ms(((self.ahead_us(now) - self.slack_us()).max(0) + 999) / 1000)
    }
}
