//! What `/metrics` tells: plain counters in memory, and the queue as it is. No label holds anything
//! that people choose, so the number of series is fixed.

mod text;

use crate::{Engine, Result, clock::Stopwatch};
use domain::delivery::{Attempt, Outcome, State};
use std::sync::atomic::{AtomicU64, Ordering};
use text::Text;

/// Counts since the start of the process.
#[derive(Debug)]
pub(crate) struct Metrics {
    accepted: AtomicU64,
    /// By [`State`], in its order.
    deliveries: Vec<AtomicU64>,
    /// By [`Outcome`], in its order.
    attempts: Vec<AtomicU64>,
    attempt_s: Histogram,
    /// By [`Commit`].
    commit_s: [Histogram; 3],
}

/// What is written to the database in groups.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Commit {
    /// Events and their deliveries.
    Accept,
    /// Leases.
    Claim,
    /// Attempts and what follows from them.
    Record,
}

impl Commit {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Accept, "accept"), (Self::Claim, "claim"), (Self::Record, "record")];
}

/// Upper bounds in seconds: an exchange takes 30 s at most.
const BOUNDS_S: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// How long something takes.
#[derive(Debug, Default)]
struct Histogram {
    /// One more than there are bounds: beyond the last.
    counts: [AtomicU64; BOUNDS_S.len() + 1],
    sum_us: AtomicU64,
}

impl Histogram {
    fn note(&self, ms: f64) {
        let place = BOUNDS_S.iter().position(|bound| ms <= bound * 1000.0).unwrap_or(BOUNDS_S.len());
        add(&self.counts[place], 1);
        add(&self.sum_us, (ms * 1000.0) as u64);
    }
}

/// A commit under way; counted when it ends well.
pub(crate) struct Timed<'a> {
    histogram: &'a Histogram,
    watch: Stopwatch,
}

impl Timed<'_> {
    pub(crate) fn end(self) {
        self.histogram.note(self.watch.ms());
    }
}

fn add(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let zeros = |count: usize| std::iter::repeat_with(AtomicU64::default).take(count).collect();
        Self {
            accepted: AtomicU64::default(),
            deliveries: zeros(State::ALL.len()),
            attempts: zeros(Outcome::ALL.len()),
            attempt_s: Histogram::default(),
            commit_s: Default::default(),
        }
    }

    /// Events were accepted for the first time.
    pub(crate) fn accepted(&self, count: usize) {
        add(&self.accepted, count as u64);
    }

    /// An attempt was recorded, and its delivery is in `state` now.
    pub(crate) fn recorded(&self, attempt: &Attempt, state: State) {
        let place = |found: Option<usize>| found.unwrap_or_default();
        add(&self.attempts[place(Outcome::ALL.iter().position(|known| *known == attempt.outcome))], 1);
        add(&self.deliveries[place(State::ALL.iter().position(|known| *known == state))], 1);
        self.attempt_s.note(attempt.timing_ms.total);
    }

    /// A commit begins.
    pub(crate) fn commit(&self, what: Commit) -> Timed<'_> {
        Timed { histogram: &self.commit_s[what as usize], watch: Stopwatch::start() }
    }
}

impl Engine {
    /// Everything there is to count, in the text format of Prometheus (version 0.0.4).
    ///
    /// # Errors
    /// `Unavailable` when the queue can't be read.
    pub async fn metrics(&self) -> Result<String> {
        let inner = &self.0;
        let now = inner.clock.now();
        let backlog = inner.store.backlog(now).await?;
        let oldest_ms = backlog.oldest_due.map_or(0, |at| (now.ms() - at.ms()).max(0));
        let metrics = &inner.metrics;
        let mut text = Text::default();
        text.gauge(
            "crier_build_info",
            "The version that runs.",
            "version",
            [(env!("CARGO_PKG_VERSION"), 1.0)],
        );
        text.counter(
            "crier_events_accepted_total",
            "Events accepted, repetitions left out.",
            "",
            [("", &metrics.accepted)],
        );
        text.counter(
            "crier_deliveries_total",
            "Recorded attempts by where they left their delivery.",
            "state",
            State::ALL.iter().map(|state| state.as_str()).zip(&metrics.deliveries).filter(|(state, _)| {
                // Nothing is recorded into these.
                !matches!(*state, "pending" | "sending")
            }),
        );
        text.counter(
            "crier_attempts_total",
            "Recorded attempts by how they ended.",
            "outcome",
            Outcome::ALL.iter().map(|outcome| outcome.as_str()).zip(&metrics.attempts),
        );
        text.histogram(
            "crier_attempt_duration_seconds",
            "How long attempts took.",
            "",
            [("", &metrics.attempt_s)],
        );
        text.histogram(
            "crier_commit_duration_seconds",
            "How long commits to the database took.",
            "operation",
            Commit::ALL.map(|(what, name)| (name, &metrics.commit_s[what as usize])),
        );
        text.gauge(
            "crier_requests_in_flight",
            "Requests to receivers under way in this process.",
            "",
            [("", inner.slots.running() as f64)],
        );
        text.gauge(
            "crier_queue_deliveries",
            "Deliveries in the queue, of all nodes.",
            "state",
            [
                ("due", backlog.due as f64),
                ("later", backlog.later as f64),
                ("claimed", backlog.claimed as f64),
            ],
        );
        text.gauge(
            "crier_queue_oldest_due_age_seconds",
            "For how long the first of those that are due has waited.",
            "",
            [("", oldest_ms as f64 / 1000.0)],
        );
        text.gauge(
            "crier_live_subscribers",
            "Open consoles that get news from this process.",
            "",
            [("", inner.news.readers() as f64)],
        );
        Ok(text.finish())
    }
}
