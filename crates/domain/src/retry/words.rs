//! Retry schedules in words.

use super::{Preset, Retry};

impl Retry {
    /// For people: "5 more tries over 2 hours".
    #[must_use]
    pub fn describe(&self) -> String {
        let waits = self.waits_s();
        let total: u64 = waits.iter().map(|s| u64::from(*s)).sum();
        match waits.len() {
            0 => "No more tries".to_owned(),
            1 => format!("1 more try after {}", span(total)),
            tries => format!("{tries} more tries over {}", span(total)),
        }
    }
}

impl Preset {
    /// For people: "5 more tries over 2 hours".
    #[must_use]
    pub fn describe(self) -> String {
        Retry::Preset { preset: self }.describe()
    }
}

/// A length of time in the largest unit of which there are at least two, rounded.
fn span(seconds: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];
    let (size, unit) = UNITS
        .into_iter()
        .find(|(size, _)| seconds >= 2 * size && (*size < 86_400 || seconds >= 3 * size))
        .unwrap_or((1, "second"));
    // One whole unit reads better than sixty smaller ones: "1 hour", "1 day".
    let (size, unit) = UNITS.into_iter().find(|(size, _)| seconds == *size).unwrap_or((size, unit));
    let count = (seconds + size / 2) / size;
    let about = if seconds.is_multiple_of(size) { "" } else { "about " };
    let plural = if count == 1 { "" } else { "s" };
    format!("{about}{count} {unit}{plural}")
}
