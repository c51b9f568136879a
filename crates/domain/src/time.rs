//! Moments: UTC milliseconds inside, RFC 3339 with milliseconds outside.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// A moment in Unix milliseconds, between the years 1970 and 9999.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// The last millisecond of the year 9999, the end of RFC 3339.
const MAX_MS: i64 = 253_402_207_200_999;

impl Timestamp {
    /// The moment of `ms` Unix milliseconds; out of range becomes the nearest bound.
    #[must_use]
    pub const fn from_ms(ms: i64) -> Self {
        Self(if ms < 0 {
            0
        } else if ms > MAX_MS {
            MAX_MS
        } else {
            ms
        })
    }
    /// Unix milliseconds.
    #[must_use]
    pub const fn ms(self) -> i64 {
        self.0
    }
    /// Unix seconds, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0 / 1000
    }
    /// The moment `ms` milliseconds later (earlier when negative).
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self::from_ms(self.0.saturating_add(ms))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = jiff::Timestamp::from_millisecond(self.0).map_err(|_| fmt::Error)?;
        write!(f, "{at:.3}")
    }
}

/// The text is not a moment in RFC 3339 with an offset, between 1970 and 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time such as 2026-11-30T16:51:00.000Z")]
pub struct NotATime;

impl FromStr for Timestamp {
    type Err = NotATime;
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let ms = text.parse::<jiff::Timestamp>().map_err(|_| NotATime)?.as_millisecond();
        if (0..=MAX_MS).contains(&ms) { Ok(Self(ms)) } else { Err(NotATime) }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'_, str>>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn three_digits_always() {
        assert_eq!(Timestamp::from_ms(1_701_363_060_000).to_string(), "2023-11-30T16:51:00.000Z");
        assert_eq!("2023-11-30T17:51:00+01:00".parse(), Ok(Timestamp::from_ms(1_701_363_060_000)));
        assert_eq!("yesterday".parse::<Timestamp>(), Err(NotATime));
    }

    proptest! {
        #[test]
        fn reads_back(ms in 0..=MAX_MS) {
            let at = Timestamp::from_ms(ms);
            prop_assert_eq!(at.to_string().parse(), Ok(at));
        }
    }
}
