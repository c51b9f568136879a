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
    /// Where the sequence of every millisecond starts: the node in the upper 6 bits.
    start: AtomicI64,
    /// The seed and how many blocks were drawn, when it repeats itself.
    seeded: Option<(u64, AtomicU64)>,
}

/// Bits of a key that count within one millisecond of one node.
const SEQUENCE_BITS: u32 = 15;

impl Generator {
    /// Keys by `clock`; bytes from the operating system. Until [`Generator::set_node`] it makes
    /// keys as command line tools do: they share one node number, and each starts its sequences at
    /// a point drawn at random, so that two of them rarely meet (and then the primary key refuses).
    #[must_use]
    pub fn system(clock: Clock) -> Self {
        let mut bytes = [0; 2];
        fill(&mut bytes);
        let point = u16::from_le_bytes(bytes) >> 2;
        Self::new(clock, i64::from(store::Node::TOOL) << SEQUENCE_BITS | i64::from(point), None)
    }
    /// Makes keys of this node from now on; the number is this process's alone.
    pub fn set_node(&self, node: u8) {
        self.0.start.store(i64::from(node) << SEQUENCE_BITS, Ordering::SeqCst);
    }
    /// Gives the same bytes every time it is made with the same `seed`; for tests only.
    #[must_use]
    pub fn seeded(clock: Clock, seed: u64) -> Self {
        Self::new(clock, 0, Some((seed, AtomicU64::new(0))))
    }
    fn new(clock: Clock, start: i64, seeded: Option<(u64, AtomicU64)>) -> Self {
        Self(Arc::new(Inner { clock, last: AtomicI64::new(0), start: AtomicI64::new(start), seeded }))
    }

    /// A new id: larger than every one given before.
    #[must_use]
    pub fn id<K>(&self) -> Id<K> {
        let inner = &self.0;
        let first = (inner.clock.now().ms() << LOW_BITS) | inner.start.load(Ordering::SeqCst);
        let next = |last: i64| if first > last { first } else { self.after(last) };
        // The closure always gives a value, so there is always a last one.
        let last = inner.last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(next(last)));
        Id::from_key(next(last.unwrap_or_default()))
    }
    /// The key after `last`: the next of its millisecond, or the first of the next millisecond.
    fn after(&self, last: i64) -> i64 {
        let next = last + 1;
        if next & ((1 << SEQUENCE_BITS) - 1) != 0 {
            return next;
        }
        (((last >> LOW_BITS) + 1) << LOW_BITS) | self.0.start.load(Ordering::SeqCst)
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
        ids.set_node(7);
        let mut last: EventId = ids.id();
        for _ in 0..70_000 {
            let next = ids.id();
            assert!(next > last);
            assert_eq!(next.key() >> SEQUENCE_BITS & 63, 7);
            last = next;
        }
        assert_eq!(last.made_ms(), 1_700_000_000_002);
    }

    #[test]
    fn a_seed_repeats_itself() {
        let draw = || Generator::seeded(Clock::by_hand(Timestamp::from_ms(0)), 7).bytes::<48>();
        assert_eq!(draw(), draw());
        let fraction = Generator::system(Clock::system()).fraction();
        assert!((0.0..1.0).contains(&fraction));
    }
}
