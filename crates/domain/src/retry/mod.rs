//! When failed attempts are tried again.

mod words;

use serde::{Deserialize, Serialize};

/// A webhook's retry schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Retry {
    /// One of the schedules that come with Crier: `{"preset":"standard"}`.
    Preset {
        /// Which.
        preset: Preset,
    },
    /// Waits of the manager's own: `{"schedule_s":[5,300]}`.
    Schedule {
        /// 1–50 waits in seconds, each from 1 second to 7 days.
        schedule_s: Vec<u32>,
    },
}

/// The schedules that come with Crier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// 7 more tries over about 28 hours, the only schedule with jitter (±20 %).
    #[default]
    Standard,
    /// Dialog Insight's: 5 more tries over exactly 2 hours, whatever the receiver asks for.
    FiveInTwoHours,
    /// AppDirect's: 10 more tries, waits that double up to 32 hours.
    Eleven,
    /// 8 more tries over 4 hours.
    EightInFourHours,
    /// One attempt only.
    None,
}

/// The most waits that a schedule of a manager's own may have.
pub const MAX_WAITS: usize = 50;
/// The longest wait of a manager's own: 7 days, in seconds.
pub const MAX_WAIT_S: u32 = 7 * 86_400;
/// The longest wait that `Retry-After` may ask for: 24 hours, in seconds.
pub const MAX_RETRY_AFTER_S: u64 = 86_400;

const MIN: u32 = 60;
const HOUR: u32 = 60 * MIN;

impl Preset {
    /// Every schedule, in the order the console offers them.
    pub const ALL: [Self; 5] =
        [Self::Standard, Self::FiveInTwoHours, Self::Eleven, Self::EightInFourHours, Self::None];

    /// The waits between attempts, in seconds.
    #[must_use]
    pub const fn waits_s(self) -> &'static [u32] {
        match self {
            Self::Standard => &[5, 5 * MIN, 30 * MIN, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR],
            Self::FiveInTwoHours => &[5 * MIN, 10 * MIN, 15 * MIN, 30 * MIN, 60 * MIN],
            Self::Eleven => &[
                5 * MIN,
                10 * MIN,
                20 * MIN,
                40 * MIN,
                60 * MIN,
                120 * MIN,
                240 * MIN,
                480 * MIN,
                960 * MIN,
                1920 * MIN,
            ],
            Self::EightInFourHours => {
                &[MIN, 2 * MIN, 4 * MIN, 8 * MIN, 15 * MIN, 30 * MIN, 60 * MIN, 120 * MIN]
            }
            Self::None => &[],
        }
    }
    /// The name in the contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::FiveInTwoHours => "five_in_two_hours",
            Self::Eleven => "eleven",
            Self::EightInFourHours => "eight_in_four_hours",
            Self::None => "none",
        }
    }
    /// Reads the name of the contract.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.as_str() == text)
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self::Preset { preset: Preset::Standard }
    }
}

impl Retry {
    /// The waits between attempts, in seconds; one attempt more than waits.
    #[must_use]
    pub fn waits_s(&self) -> &[u32] {
        match self {
            Self::Preset { preset } => preset.waits_s(),
            Self::Schedule { schedule_s } => schedule_s,
        }
    }
    /// How many attempts a delivery gets at most.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        u32::try_from(self.waits_s().len()).map_or(u32::MAX, |waits| waits.saturating_add(1))
    }
    /// Whether a receiver may lengthen a wait by `Retry-After`.
    #[must_use]
    pub const fn heeds_retry_after(&self) -> bool {
        !matches!(self, Self::Preset { preset: Preset::FiveInTwoHours })
    }
    const fn jitters(&self) -> bool {
        matches!(self, Self::Preset { preset: Preset::Standard })
    }
}

/// The wait before the next attempt in milliseconds, after `attempts_done` (from 1) failed ones;
/// `None` when the schedule is used up. `jitter` is random, 0 (20 % earlier) to 1 (20 % later);
/// `retry_after_s` is what the receiver asked for.
#[must_use]
pub fn next_wait_ms(
    retry: &Retry,
    attempts_done: u32,
    jitter: f64,
    retry_after_s: Option<u64>,
) -> Option<u64> {
    let at = usize::try_from(attempts_done.max(1) - 1).ok()?;
    let planned_ms = u64::from(*retry.waits_s().get(at)?) * 1000;
    let wait_ms = if retry.jitters() {
        (planned_ms as f64 * (0.8 + 0.4 * jitter.clamp(0.0, 1.0))).round() as u64
    } else {
        planned_ms
    };
    let asked_s = retry_after_s.filter(|_| retry.heeds_retry_after()).unwrap_or(0);
    Some(wait_ms.max(asked_s.min(MAX_RETRY_AFTER_S) * 1000))
}

#[cfg(test)]
mod tests;
