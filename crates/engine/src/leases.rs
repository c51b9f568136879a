//! What this process has a lease of. A lease ends 5 s after the longest attempt, and whoever sees that takes the
//! delivery over: its holder is lost. A holder that lives and only can't record yet, because the database was away or
//! is slow, renews it instead; what it knows would be sent again otherwise.

use crate::{Engine, Result, clock::Stopwatch};
use domain::id::DeliveryId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use store::LEASE_SLACK_MS;

/// How often it is looked what is to be renewed.
const LOOK: Duration = Duration::from_millis(250);

/// All leases of this process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leases(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    /// By delivery and token, whatever its sign: that turns when the delivery is begun.
    held: HashMap<(DeliveryId, i64), Held>,
    looked: Option<Stopwatch>,
}

#[derive(Debug)]
struct Held {
    since: Stopwatch,
    renew_after: Duration,
}

/// One lease; dropped when the delivery is recorded or given back.
#[derive(Debug)]
pub(crate) struct Lease {
    all: Leases,
    key: (DeliveryId, i64),
    since: Stopwatch,
}

impl Leases {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a lease that began after `since` for an attempt of at most `timeout_ms`.
    pub(crate) fn keep(&self, delivery: DeliveryId, token: i64, timeout_ms: u32, since: Stopwatch) -> Lease {
        let key = (delivery, token.abs());
        // Half of what is left then.
        let slack = Duration::from_millis(LEASE_SLACK_MS.unsigned_abs() / 2);
        let renew_after = Duration::from_millis(u64::from(timeout_ms)) + slack;
        self.table().held.insert(key, Held { since, renew_after });
        Lease { all: self.clone(), key, since }
    }

    /// What is to be renewed, with both tokens that it may have. Looks seldom.
    fn due(&self) -> Vec<(DeliveryId, i64)> {
        let mut table = self.table();
        if table.looked.is_some_and(|looked| looked.elapsed() < LOOK) {
            return Vec::new();
        }
        table.looked = Some(Stopwatch::start());
        let due = table.held.iter().filter(|(_, held)| held.since.elapsed() >= held.renew_after);
        due.flat_map(|((delivery, token), _)| [(*delivery, *token), (*delivery, -*token)]).collect()
    }

    /// Renewed at `at`, or lost.
    fn renewed(&self, due: &[(DeliveryId, i64)], at: Stopwatch) {
        let mut table = self.table();
        for (delivery, token) in due {
            if let Some(held) = table.held.get_mut(&(*delivery, token.abs())) {
                held.since = at;
            }
        }
    }
}

impl Lease {
    /// Time since it began; renewing changes nothing about that.
    pub(crate) fn age(&self) -> Duration {
        self.since.elapsed()
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.all.table().held.remove(&self.key);
    }
}

impl Engine {
    /// Renews the leases that would end soon. Those that somebody else has by now stay as they are.
    pub(crate) async fn renew_leases(&self) -> Result<()> {
        let due = self.0.leases.due();
        if !due.is_empty() {
            let at = Stopwatch::start();
            self.0.store.renew(&due).await?;
            self.0.leases.renewed(&due, at);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: DeliveryId = DeliveryId::from_key(1);

    #[test]
    fn a_lease_is_due_until_it_is_renewed_or_dropped() {
        let leases = Leases::default();
        let long_ago = Stopwatch::started(Duration::from_secs(60));
        let _fresh = leases.keep(DeliveryId::from_key(2), 8, 1000, Stopwatch::start());
        let old = leases.keep(ONE, -7, 1000, long_ago);
        let due = leases.due();
        assert_eq!(due, [(ONE, 7), (ONE, -7)], "begun or not");
        assert_eq!(leases.due(), [], "it was looked a moment ago");
        let due_now = || {
            leases.table().looked = None;
            leases.due()
        };
        assert_eq!(due_now(), due);
        leases.renewed(&due, Stopwatch::start());
        assert_eq!(due_now(), []);
        // Taken again before the first is forgotten.
        leases.renewed(&due, long_ago);
        let again = leases.keep(ONE, 9, 1000, long_ago);
        drop(old);
        assert_eq!(due_now(), [(ONE, 9), (ONE, -9)]);
        drop(again);
        assert_eq!(due_now(), []);
    }
}
