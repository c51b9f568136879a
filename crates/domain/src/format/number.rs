//! Numbers as text: compared by value, exactly, without a detour over floating point.
//!
//! `1.10`, `1.1` and `11e-1` are equal, `12345678901234567890123` and `…124` are not.

use std::cmp::Ordering;

/// Whether `text` is a number by the grammar of RFC 8259 section 6.
#[must_use]
pub fn is_number(text: &str) -> bool {
    split(text).is_some()
}

/// Compares two numbers by value; `None` when one of the texts is not a number.
#[must_use]
pub fn compare(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (Decimal::read(a)?, Decimal::read(b)?);
    Some(match (a.negative, b.negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => a.compare_size(&b),
        (true, true) => b.compare_size(&a),
    })
}

/// Sign, digits before and after the point, and exponent of a number.
fn split(text: &str) -> Option<(bool, &str, &str, i64)> {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        None => (rest, 0),
        Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        None => (mantissa, ""),
        Some((_, "")) => return None,
        Some(both) => both,
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let whole_ok = whole == "0" || (!whole.is_empty() && !whole.starts_with('0') && digits(whole));
    (whole_ok && digits(fraction)).then_some((negative, whole, fraction, exponent))
}

/// An exponent; those beyond 64 bits become the nearest bound, where no digits can reach.
fn read_exponent(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse::<i64>().unwrap_or(i64::MAX).min(i64::MAX / 4);
    Some(if negative { -size } else { size })
}

/// ±0.d₁d₂… × 10^point, without zeros at either end of the digits; zero has no digits and no sign.
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    point: i64,
}

impl Decimal {
    fn read(text: &str) -> Option<Self> {
        let (negative, whole, fraction, exponent) = split(text)?;
        let all = || whole.bytes().chain(fraction.bytes());
        let zeros = all().take_while(|b| *b == b'0').count();
        let mut digits: Vec<u8> = all().skip(zeros).collect();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        let point = exponent + i64::try_from(whole.len()).ok()? - i64::try_from(zeros).ok()?;
        Some(Self { negative: negative && !digits.is_empty(), digits, point })
    }

    fn compare_size(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_not_spellings() {
        let equal = [
            ("1.10", "1.1"),
            ("1e2", "100"),
            ("100E-2", "1"),
            ("-0", "0"),
            ("0.0", "0e99999999999999999999"),
            ("12345678901234567890123", "1.2345678901234567890123e22"),
        ];
        for (a, b) in equal {
            assert_eq!(compare(a, b), Some(Ordering::Equal), "{a} {b}");
        }
        let ascending = [
            "-1e400",
            "-2",
            "-1.5",
            "-1e-400",
            "0",
            "1e-99999999999999999999",
            "0.09",
            "0.1",
            "1",
            "1.05",
            "2",
            "10",
            "12345678901234567890123",
            "12345678901234567890124",
            "1e400",
            "1e99999999999999999999",
        ];
        for pair in ascending.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Some(Ordering::Less), "{pair:?}");
            assert_eq!(compare(pair[1], pair[0]), Some(Ordering::Greater), "{pair:?}");
        }
    }

    #[test]
    fn the_grammar_of_json() {
        for good in ["0", "-0", "10", "1.0", "1e5", "1E+05", "-1.20e-0"] {
            assert!(is_number(good), "{good}");
        }
        for bad in [
            "", "-", "01", "+1", ".5", "1.", "1e", "1e+", "0x1", "1_0", "NaN", "inf", "1 ", "1.e5", "--1",
            "١",
        ] {
            assert!(!is_number(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_integers(a in any::<i128>(), b in any::<i128>()) {
            prop_assert_eq!(compare(&a.to_string(), &b.to_string()), Some(a.cmp(&b)));
        }

        #[test]
        fn agrees_with_floats(a in -1e9..1e9f64, b in -1e9..1e9f64) {
            prop_assert_eq!(compare(&format!("{a:e}"), &b.to_string()), a.partial_cmp(&b));
        }
    }
}
