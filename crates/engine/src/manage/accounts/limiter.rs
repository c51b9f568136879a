//! How often a password may be tried: per account and per address, in this process's memory.
//!
//! A try counts from its start, so that a burst of tries at the same moment is limited like a
//! slow series. A success takes the account's tries back.

use domain::time::Timestamp;
use std::{
    collections::{HashMap, VecDeque},
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

/// Tries are counted over this time: 15 minutes.
const WINDOW_MS: i64 = 15 * 60_000;
/// Tries per account and window.
const PER_ACCOUNT: usize = 10;
/// Tries per address and window; more than per account, because offices share addresses.
const PER_ADDRESS: usize = 30;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Account(String),
    Address(String),
}

/// The tries of the last 15 minutes.
#[derive(Debug, Default)]
pub(crate) struct Limiter(Mutex<HashMap<Key, VecDeque<i64>>>);

impl Limiter {
    /// Counts a try of `account` from `address`.
    ///
    /// # Errors
    /// How many seconds to wait, when either had its tries; such a try is not counted.
    pub(crate) fn begin(&self, account: &str, address: &str, now: Timestamp) -> Result<(), u32> {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let keys =
            [(Key::Account(account.to_owned()), PER_ACCOUNT), (Key::Address(network(address)), PER_ADDRESS)];
        let since = now.ms() - WINDOW_MS;
        for (key, limit) in &keys {
            let Some(times) = tries.get_mut(key) else { continue };
            times.retain(|at| *at > since);
            if times.len() >= *limit {
                let first = times.front().copied().unwrap_or(since);
                let wait_s = (first - since).max(0).unsigned_abs().div_ceil(1000);
                return Err(u32::try_from(wait_s).unwrap_or(u32::MAX));
            }
        }
        for (key, _) in keys {
            tries.entry(key).or_default().push_back(now.ms());
        }
        Ok(())
    }

    /// Takes back the tries of an account that signed in, and this one of the address.
    pub(crate) fn succeeded(&self, account: &str, address: &str) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.remove(&Key::Account(account.to_owned()));
        if let Some(times) = tries.get_mut(&Key::Address(network(address))) {
            times.pop_back();
        }
    }

    /// Forgets what is older than the window, so that memory follows the last 15 minutes only.
    pub(crate) fn prune(&self, now: Timestamp) {
        let since = now.ms() - WINDOW_MS;
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.retain(|_, times| times.back().is_some_and(|at| *at > since));
    }
}

/// What counts as one address: an IPv4 address, or a /64 of IPv6, which is what one subscriber has.
pub(crate) fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V6(ip)) => ip.segments()[..4].iter().map(|part| format!("{part:x}:")).collect(),
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> Timestamp {
        Timestamp::from_ms(1_000_000_000 + s * 1000)
    }

    #[test]
    fn the_eleventh_try_of_an_account_waits_for_the_first_to_age() {
        let limiter = Limiter::default();
        for n in 0..10 {
            assert_eq!(limiter.begin("a@b", &format!("10.0.0.{n}"), at(n)), Ok(()));
        }
        assert_eq!(limiter.begin("a@b", "10.0.1.1", at(10)), Err(890));
        assert_eq!(limiter.begin("other@b", "10.0.1.1", at(10)), Ok(()));
        assert_eq!(limiter.begin("a@b", "10.0.1.1", at(900)), Ok(()), "the first try is 15 minutes old");
    }

    #[test]
    fn an_address_is_limited_across_accounts_and_ipv6_by_its_network() {
        let limiter = Limiter::default();
        for n in 0..30 {
            assert_eq!(limiter.begin(&format!("{n}@b"), &format!("2001:db8:0:1::{n:x}"), at(0)), Ok(()));
        }
        assert_eq!(limiter.begin("new@b", "2001:db8:0:1:ffff::", at(0)), Err(900));
        assert_eq!(limiter.begin("new@b", "2001:db8:0:2::", at(0)), Ok(()));
    }

    #[test]
    fn a_success_takes_the_tries_back() {
        let limiter = Limiter::default();
        for _ in 0..100 {
            assert_eq!(limiter.begin("a@b", "10.0.0.1", at(0)), Ok(()));
            limiter.succeeded("a@b", "10.0.0.1");
        }
    }

    #[test]
    fn old_tries_are_forgotten() {
        let limiter = Limiter::default();
        assert_eq!(limiter.begin("a@b", "10.0.0.1", at(0)), Ok(()));
        limiter.prune(at(901));
        assert!(limiter.0.lock().expect("no test panics while holding it").is_empty());
    }
}
