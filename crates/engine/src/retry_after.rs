//! `Retry-After`: seconds, or a moment (RFC 9110 section 10.2.3).

use domain::time::Timestamp;

/// How many seconds from `now` a receiver asks to be left alone.
pub(crate) fn seconds(headers: &[(String, String)], now: Timestamp) -> Option<u64> {
    let (_, value) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))?;
    let value = value.trim();
    if value.bytes().all(|b| b.is_ascii_digit()) {
        // More digits than a number holds is a very long time; the retry rules cap it.
        return (!value.is_empty()).then(|| value.parse().unwrap_or(u64::MAX));
    }
    let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value).ok()?;
    u64::try_from(at.as_second() - now.seconds()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_read() {
        // 784111777 is the moment of the RFC's example.
        let asked = |value: &str| {
            let headers = [("Retry-After".to_owned(), value.to_owned())];
            seconds(&headers, Timestamp::from_ms(784_111_777_000))
        };
        assert_eq!(asked("120"), Some(120));
        assert_eq!(asked("Sun, 06 Nov 1994 08:50:37 GMT"), Some(60));
        assert_eq!(asked("Sun, 06 Nov 1994 08:48:37 GMT"), None);
        assert_eq!(asked("99999999999999999999999"), Some(u64::MAX));
        assert_eq!(asked(""), None);
        assert_eq!(asked("soon"), None);
        assert_eq!(seconds(&[], Timestamp::from_ms(0)), None);
    }
}
