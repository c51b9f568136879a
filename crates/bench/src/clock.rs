//! What time it is, the same for all processes of this machine.

use std::time::{Duration, Instant};

/// Microseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the ban is for the product; a bench measures real time")]
pub(crate) fn now_us() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    u64::try_from(since.unwrap_or_default().as_micros()).unwrap_or(u64::MAX)
}

/// A moment to measure durations from.
#[expect(clippy::disallowed_methods, reason = "the ban is for the product; a bench measures real time")]
pub(crate) fn start() -> Instant {
    Instant::now()
}

/// Sleeps; only between measurements.
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}
