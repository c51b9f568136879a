//! Idle connections, kept a few seconds for the next request to the same place.

use super::open::Open;
use crate::clock::Stopwatch;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A connection is vetted anew after 30 s: its address may have become forbidden, or another's.
const MAX_AGE: Duration = Duration::from_secs(30);
/// Many receivers close idle connections after 5 s (Node's default); being earlier avoids the race.
const MAX_IDLE: Duration = Duration::from_secs(4);
/// Idle connections kept for one place.
const MOST_PER_PLACE: usize = 64;

/// What a connection leads to: exactly the URL's scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) https: bool,
    pub(super) host: String,
    pub(super) port: u16,
}

#[derive(Debug)]
struct Idle {
    open: Open,
    since: Stopwatch,
}

impl Idle {
    fn usable(&self) -> bool {
        self.open.age.elapsed() < MAX_AGE && self.since.elapsed() < MAX_IDLE
    }
}

/// The idle connections of the process.
#[derive(Debug, Default)]
pub(super) struct Pool(Mutex<HashMap<Place, Vec<Idle>>>);

impl Pool {
    fn places(&self) -> MutexGuard<'_, HashMap<Place, Vec<Idle>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection to `place` that was used last; it may have been closed meanwhile.
    pub(super) fn take(&self, place: &Place) -> Option<Open> {
        let mut places = self.places();
        let idle = places.get_mut(place)?;
        std::iter::from_fn(|| idle.pop()).find(Idle::usable).map(|idle| idle.open)
    }

    /// Keeps a connection whose exchange has ended.
    pub(super) fn put(&self, place: Place, open: Open) {
        let mut places = self.places();
        let idle = places.entry(place).or_default();
        if idle.len() < MOST_PER_PLACE {
            idle.push(Idle { open, since: Stopwatch::start() });
        }
    }

    /// Closes what is too old, and forgets places without connections.
    pub(super) fn sweep(&self) {
        self.places().retain(|_, idle| {
            idle.retain(Idle::usable);
            !idle.is_empty()
        });
    }
}
