//! How quickly views may come: per address and per marketplace, in this process's memory.
//!
//! Of each source only one moment is kept: when it will have all of its burst again (the generic cell
//! rate algorithm of ATM networks).

use crate::manage::network;
use domain::{id::MarketplaceId, time::Timestamp};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// A view of one address every 100 ms, and 50 at once: a page that opens, goes on and is left.
const PER_ADDRESS: Limit = Limit { every_ms: 100, burst: 50 };
/// 500 views a second of one marketplace, and as many at once.
const PER_MARKETPLACE: Limit = Limit { every_ms: 2, burst: 500 };
/// So many sources are kept before the first look for those that rest.
const FEW: usize = 10_000;

#[derive(Clone, Copy)]
struct Limit {
    every_ms: i64,
    burst: i64,
}

#[derive(PartialEq, Eq, Hash)]
enum Source {
    Address(String),
    Marketplace(MarketplaceId),
}

/// When each source that reported lately has all of its burst again.
#[derive(Default)]
pub(crate) struct Pace(Mutex<Sources>);

#[derive(Default)]
struct Sources {
    rested_at: HashMap<Source, i64>,
    /// How many there may be before those that rest are taken out.
    room: usize,
}

impl Pace {
    /// Counts a view from `address`.
    ///
    /// # Errors
    /// How many seconds to wait; such a view is not counted.
    pub(super) fn of_address(&self, address: &str, now: Timestamp) -> Result<(), u32> {
        self.take(Source::Address(network(address)), PER_ADDRESS, now.ms())
    }

    /// Counts a view of a marketplace's websites.
    ///
    /// # Errors
    /// As above.
    pub(super) fn of_marketplace(&self, marketplace: MarketplaceId, now: Timestamp) -> Result<(), u32> {
        self.take(Source::Marketplace(marketplace), PER_MARKETPLACE, now.ms())
    }

    fn take(&self, source: Source, limit: Limit, now: i64) -> Result<(), u32> {
        let mut sources = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that steps back must not make anybody wait for as long as it stepped.
        let latest = now + limit.burst * limit.every_ms;
        let rested_at = sources.rested_at.get(&source).copied().unwrap_or(now).clamp(now, latest);
        let rested_at = rested_at + limit.every_ms;
        let early_ms = rested_at - now - limit.burst * limit.every_ms;
        if early_ms > 0 {
            return Err(u32::try_from(early_ms.unsigned_abs().div_ceil(1000)).unwrap_or(u32::MAX));
        }
        sources.rested_at.insert(source, rested_at);
        if sources.rested_at.len() > sources.room.max(FEW) {
            sources.rested_at.retain(|_, at| *at > now);
            // Twice as many as are left, so that looking for them costs each view little.
            sources.room = 2 * sources.rested_at.len();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(1_000_000_000_000 + ms)
    }

    #[test]
    fn an_address_has_a_burst_and_ten_a_second() {
        let pace = Pace::default();
        for n in 0..50 {
            assert_eq!(pace.of_address("192.0.2.1", at(0)), Ok(()), "{n}");
        }
        assert_eq!(pace.of_address("192.0.2.1", at(0)), Err(1));
        assert_eq!(pace.of_address("192.0.2.2", at(0)), Ok(()));
        assert_eq!(pace.of_address("192.0.2.1", at(99)), Err(1));
        assert_eq!(pace.of_address("192.0.2.1", at(100)), Ok(()));
        assert_eq!(pace.of_address("192.0.2.1", at(100)), Err(1));
        let second = (0..20).filter(|_| pace.of_address("192.0.2.1", at(1100)).is_ok()).count();
        assert_eq!(second, 10);
        assert_eq!((0..99).filter(|_| pace.of_address("192.0.2.1", at(60_000)).is_ok()).count(), 50);
    }

    #[test]
    fn ipv6_counts_by_its_network_and_a_clock_that_steps_back_lets_nothing_through() {
        let pace = Pace::default();
        let taken = |n: i64| pace.of_address(&format!("2001:db8:0:1::{n:x}"), at(1000)).is_ok();
        assert_eq!((0..99).filter(|n| taken(*n)).count(), 50);
        assert_eq!(pace.of_address("2001:db8:0:1::ffff", at(0)), Err(1));
    }

    #[test]
    fn a_marketplace_has_five_hundred_a_second() {
        let pace = Pace::default();
        let one = MarketplaceId::from_key(1);
        let taken = |ms| (0..2000).filter(|_| pace.of_marketplace(one, at(ms)).is_ok()).count();
        assert_eq!([taken(0), taken(1000)], [500, 500]);
        assert_eq!(pace.of_marketplace(MarketplaceId::from_key(2), at(1000)), Ok(()));
    }

    #[test]
    fn sources_that_rest_are_forgotten() {
        let pace = Pace::default();
        for n in 0..=FEW {
            let address = format!("10.{}.{}.{}", n >> 16, n >> 8 & 255, n & 255);
            assert_eq!(pace.of_address(&address, at(n as i64)), Ok(()));
        }
        let kept = pace.0.lock().expect("no test panics while holding it").rested_at.len();
        assert!(kept <= 100, "{kept}");
    }
}
