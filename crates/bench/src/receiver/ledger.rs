//! What came, and when.

use serde_json::{Value, json};

/// One request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// Microseconds since 1970, when the request was there as a whole.
    pub(crate) at: u64,
    /// Of the event; 0 without one.
    pub(crate) id: u128,
    /// The last segment of the path: which webhook.
    pub(crate) tag: u32,
    /// `webhook-attempt`, from 1; 0 without it.
    pub(crate) attempt: u32,
}

/// Counts of arrivals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stats {
    /// All requests.
    pub(crate) requests: u64,
    /// When the first came, in microseconds since 1970.
    pub(crate) first: u64,
    /// When the last came.
    pub(crate) last: u64,
}

impl Stats {
    pub(crate) fn to_json(self) -> String {
        json!({ "requests": self.requests, "first": self.first, "last": self.last }).to_string()
    }

    pub(crate) fn from_json(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let number = |name: &str| value[name].as_u64();
        Some(Self { requests: number("requests")?, first: number("first")?, last: number("last")? })
    }
}

/// All arrivals since the last clearing.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Vec<Arrival>);

impl Ledger {
    pub(crate) fn add(&mut self, arrival: Arrival) {
        self.0.push(arrival);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn stats(&self) -> Stats {
        let at = |arrival: Option<&Arrival>| arrival.map_or(0, |arrival| arrival.at);
        Stats { requests: self.0.len() as u64, first: at(self.0.first()), last: at(self.0.last()) }
    }

    /// All arrivals as bytes, for [`arrivals`].
    pub(crate) fn log(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * ROW);
        for arrival in &self.0 {
            bytes.extend(arrival.at.to_le_bytes());
            bytes.extend(arrival.id.to_le_bytes());
            bytes.extend(arrival.tag.to_le_bytes());
            bytes.extend(arrival.attempt.to_le_bytes());
        }
        bytes
    }
}

const ROW: usize = 32;

/// Reads what [`Ledger::log`] wrote.
pub(crate) fn arrivals(bytes: &[u8]) -> Vec<Arrival> {
    let (rows, _) = bytes.as_chunks::<ROW>();
    let read = |row: &[u8; ROW]| {
        let part = |from: usize, length: usize| {
            row[from..from + length].iter().rev().fold(0_u128, |all, byte| all << 8 | u128::from(*byte))
        };
        Arrival {
            at: part(0, 8) as u64,
            id: part(8, 16),
            tag: part(24, 4) as u32,
            attempt: part(28, 4) as u32,
        }
    };
    rows.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut ledger = Ledger::default();
        let one = Arrival { at: 5, id: u128::MAX - 1, tag: 7, attempt: 2 };
        let two = Arrival { at: 9, id: 0, tag: u32::MAX, attempt: 0 };
        ledger.add(one);
        ledger.add(two);
        assert_eq!(arrivals(&ledger.log()), [one, two]);
        let stats = ledger.stats();
        assert_eq!(stats, Stats { requests: 2, first: 5, last: 9 });
        assert_eq!(Stats::from_json(&stats.to_json()), Some(stats));
    }
}
