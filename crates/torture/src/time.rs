//! The clock of the harnesses; the same one that the program under test reads.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// UTC milliseconds.
#[allow(clippy::disallowed_methods, reason = "the ban is for the product; a harness has no clock to fix")]
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A moment of the API, such as `2026-11-22T01:02:03.456Z`, in UTC milliseconds.
pub(crate) fn parse_ms(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

/// As the API writes moments.
pub(crate) fn text(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| String::new(), |at| at.to_string())
}

pub(crate) async fn sleep_ms(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

/// Waits until something is so; false when it is not within `limit_ms`.
pub(crate) async fn until(limit_ms: i64, is_so: impl Fn() -> bool) -> bool {
    let end = now_ms() + limit_ms;
    while !is_so() {
        if now_ms() > end {
            return false;
        }
        sleep_ms(10).await;
    }
    true
}
