//! `Retry-After`: seconds, or a moment (RFC 9110 section 10.2.3).

use domain::time::Timestamp;
use jiff::{civil::DateTime, fmt::rfc2822, tz::Offset};

/// How a moment is written, and how it was before; who reads one must take these, too (RFC 9110 section 5.6.7).
const FORMATS: [&str; 3] = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];

/// How many seconds from `now` a receiver asks to be left alone.
pub(crate) fn seconds(headers: &[(String, String)], now: Timestamp) -> Option<u64> {
    let (_, value) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))?;
    let value = value.trim();
    if value.bytes().all(|b| b.is_ascii_digit()) {
        // More digits than a number holds is a very long time; the retry rules cap it.
        return (!value.is_empty()).then(|| value.parse().unwrap_or(u64::MAX));
    }
    u64::try_from(moment(value)?.as_second() - now.seconds()).ok()
}

fn moment(value: &str) -> Option<jiff::Timestamp> {
    let written = FORMATS.into_iter().find_map(|format| DateTime::strptime(format, value).ok());
    // The last day of 9999 is a moment to HTTP, and none to this library.
    let moment = written.map(|at| Offset::UTC.to_timestamp(at).unwrap_or(jiff::Timestamp::MAX));
    moment.or_else(|| rfc2822::DateTimeParser::new().parse_timestamp(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_read() {
        // 784111777 is the moment of the RFC's example.
        let asked = |value: &str| {
            let headers = [("Retry-After".to_owned(), value.to_owned())];
            seconds(&headers, Timestamp::from_ms(784_111_777_000))
        };
        assert_eq!(asked("120"), Some(120));
        assert_eq!(asked("Sun, 06 Nov 1994 08:50:37 GMT"), Some(60));
        assert_eq!(asked("Sunday, 06-Nov-94 08:50:37 GMT"), Some(60));
        assert_eq!(asked("Sun Nov  6 08:50:37 1994"), Some(60));
        assert_eq!(asked("Wed Nov 16 08:49:37 1994"), Some(864_000));
        assert_eq!(asked("Sun, 06 Nov 1994 08:48:37 GMT"), None);
        assert_eq!(asked("Sunday, 06-Nov-94 08:48:37 GMT"), None);
        assert_eq!(asked("Sunday, 06-Nov-94 08:50:37 CET"), None);
        assert!(asked("Fri, 31 Dec 9999 23:59:59 GMT").is_some_and(|seconds| seconds > 200_000_000_000));
        assert_eq!(asked("Sun, 06 Nov 1994 09:50:37 +0100"), Some(60));
        assert_eq!(asked("99999999999999999999999"), Some(u64::MAX));
        assert_eq!(asked(""), None);
        assert_eq!(asked("soon"), None);
        assert_eq!(seconds(&[], Timestamp::from_ms(0)), None);
    }
}
