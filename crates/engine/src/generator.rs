//! The only source of ids and of randomness. Tests make it repeat itself.

use crate::clock::Clock;
use domain::id::{Id, LOW_BITS};
use sha2::{Digest as _, Sha256};
use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

/// Makes ids and random bytes; cloned freely, all clones share one sequence.
#[derive(Clone, Debug)]
pub struct Generator(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    /// The last key given, so that the next is larger even when the clock steps back.
    last: AtomicI64,
    /// Where the sequence of every millisecond starts.
    start: i64,
    /// The seed and how many blocks were drawn, when it repeats itself.
    seeded: Option<(u64, AtomicU64)>,
}

/// Starts lie in the lower half of a millisecond's keys: a million follow before the next one's.
const START_MASK: i64 = (1 << (LOW_BITS - 1)) - 1;

impl Generator {
    /// Keys by `clock`; bytes from the operating system.
    ///
    /// Each process draws at random where its sequence starts in a millisecond, so that two nodes
    /// meet on one key only when they drew neighbouring numbers; the primary key then refuses one.
    #[must_use]
    pub fn system(clock: Clock) -> Self {
        let mut bytes = [0; 4];
        fill(&mut bytes);
        Self::new(clock, i64::from(u32::from_le_bytes(bytes)) & START_MASK, None)
    }
    /// Gives the same bytes every time it is made with the same `seed`; for tests only.
    #[must_use]
    pub fn seeded(clock: Clock, seed: u64) -> Self {
        Self::new(clock, 0, Some((seed, AtomicU64::new(0))))
    }
    fn new(clock: Clock, start: i64, seeded: Option<(u64, AtomicU64)>) -> Self {
        Self(Arc::new(Inner { clock, last: AtomicI64::new(0), start, seeded }))
    }

    /// A new id: larger than every one given before.
    #[must_use]
    pub fn id<K>(&self) -> Id<K> {
        let inner = &self.0;
        let first = (inner.clock.now().ms() << LOW_BITS) | inner.start;
        let next = |last: i64| Some(first.max(last + 1));
        let last = inner.last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next);
        Id::from_key(first.max(last.unwrap_or_default() + 1))
    }

    /// `N` bytes that nobody can guess.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.0.seeded {
            None => fill(&mut bytes),
            Some((seed, drawn)) => {
                for chunk in bytes.chunks_mut(32) {
                    let block = drawn.fetch_add(1, Ordering::SeqCst);
                    let mut hash = Sha256::new();
                    hash.update(seed.to_le_bytes());
                    hash.update(block.to_le_bytes());
                    chunk.copy_from_slice(&hash.finalize()[..chunk.len()]);
                }
            }
        }
        bytes
    }
    /// `2 × N` hex digits that nobody can guess.
    #[must_use]
    pub fn hex<const N: usize>(&self) -> String {
        hex::encode(self.bytes::<N>())
    }
    /// A number from 0 up to 1 (not included), for jitter.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        // 53 bits: what a double holds exactly.
        (u64::from_le_bytes(self.bytes()) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the generator")]
fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives random bytes");
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{id::EventId, time::Timestamp};

    #[test]
    fn ids_grow_even_while_the_clock_stands() {
        let clock = Clock::by_hand(Timestamp::from_ms(1_700_000_000_000));
        let ids = Generator::system(clock);
        let mut last: EventId = ids.id();
        for _ in 0..70_000 {
            let next = ids.id();
            assert!(next > last);
            last = next;
        }
        assert_eq!(last.made_ms(), 1_700_000_000_000);
    }

    #[test]
    fn a_seed_repeats_itself() {
        let draw = || Generator::seeded(Clock::by_hand(Timestamp::from_ms(0)), 7).bytes::<48>();
        assert_eq!(draw(), draw());
        let fraction = Generator::system(Clock::system()).fraction();
        assert!((0.0..1.0).contains(&fraction));
    }
}
