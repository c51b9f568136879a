//! Idle connections, kept a few seconds for the next request to the same place.

use super::written::Written;
use crate::clock::Stopwatch;
use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::SendRequest;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// A connection is vetted anew after 30 s: its address may have become forbidden, or another's.
pub(super) const MAX_AGE: Duration = Duration::from_secs(30);
/// Many receivers close idle connections after 5 s (Node's default); being earlier avoids the race.
const MAX_IDLE: Duration = Duration::from_secs(4);
/// Idle connections kept for one place.
const MOST_PER_PLACE: usize = 64;
/// When this many places are known, those without live connections are forgotten.
const SWEEP_AT: usize = 512;

/// What a connection leads to: exactly the URL's scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) https: bool,
    pub(super) host: String,
    pub(super) port: u16,
}

/// A connection that is open.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) sender: SendRequest<Full<Bytes>>,
    /// Tells when a request is on its way.
    pub(super) written: Written,
    /// Since it was vetted and dialled.
    pub(super) age: Stopwatch,
}

#[derive(Debug)]
struct Idle {
    open: Open,
    since: Stopwatch,
}

impl Idle {
    fn usable(&self) -> bool {
        !self.open.sender.is_closed() && self.open.age.elapsed() < MAX_AGE && self.since.elapsed() < MAX_IDLE
    }
}

/// The idle connections of the process.
#[derive(Debug, Default)]
pub(super) struct Pool(Mutex<HashMap<Place, Vec<Idle>>>);

impl Pool {
    /// A connection to `place` that can take a request now.
    pub(super) fn take(&self, place: &Place) -> Option<Open> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = places.get_mut(place)?;
        idle.retain(Idle::usable);
        let at = idle.iter().rposition(|idle| idle.open.sender.is_ready())?;
        Some(idle.swap_remove(at).open)
    }

    /// Keeps a connection whose exchange has ended.
    pub(super) fn put(&self, place: Place, open: Open) {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= SWEEP_AT {
            places.retain(|_, idle| {
                idle.retain(Idle::usable);
                !idle.is_empty()
            });
        }
        let idle = places.entry(place).or_default();
        if idle.len() < MOST_PER_PLACE {
            idle.push(Idle { open, since: Stopwatch::start() });
        }
    }
}
