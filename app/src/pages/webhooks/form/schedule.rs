//! Retry schedules as a person writes them: `5s, 5m, 2h`.

const UNITS: [(&str, u64); 4] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)];

/// Reads waits separated by commas or spaces; a bare number is seconds. `None` when a part is no wait.
#[must_use]
pub fn parse(text: &str) -> Option<Vec<u32>> {
    parts(text).map(wait).collect()
}

/// The waits as they were typed.
pub fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ', ';']).map(str::trim).filter(|part| !part.is_empty())
}

fn wait(part: &str) -> Option<u32> {
    let (digits, unit) = part.split_at(part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len()));
    let factor = match unit.trim_end_matches("in") {
        "" => 1,
        unit => UNITS.iter().find(|(name, _)| *name == unit)?.1,
    };
    u32::try_from(digits.parse::<u64>().ok()?.checked_mul(factor)?).ok()
}

/// Writes waits in the largest unit that fits each.
#[must_use]
pub fn write(waits: &[u32]) -> String {
    let one = |seconds: &u32| {
        let seconds = u64::from(*seconds);
        let (unit, factor) =
            UNITS.into_iter().find(|(_, f)| seconds >= *f && seconds % f == 0).unwrap_or(("s", 1));
        format!("{}{unit}", seconds / factor)
    };
    waits.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_read_back() {
        for waits in [vec![5, 300, 7200], vec![90], vec![86_400, 1], vec![61, 3601]] {
            assert_eq!(parse(&write(&waits)), Some(waits));
        }
        assert_eq!(write(&[5, 300, 7200]), "5s, 5m, 2h");
        assert_eq!(parse("10 5min 1h"), Some(vec![10, 300, 3600]));
        assert_eq!(parse("soon"), None);
        assert_eq!(parse("99999999999d"), None);
    }
}
