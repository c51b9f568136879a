//! Random choices from one seed.

use std::sync::atomic::{AtomicU64, Ordering};

/// Splitmix64 (Steele, Lea, Flood 2014): good enough to choose moments and writes.
#[derive(Debug)]
pub(crate) struct Dice(AtomicU64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// 0 to `below` - 1.
    pub(crate) fn below(&self, below: u64) -> u64 {
        let mut z =
            self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed).wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below.max(1)
    }

    /// True in `percent` of 100 cases.
    pub(crate) fn chance(&self, percent: u64) -> bool {
        self.below(100) < percent
    }
}
