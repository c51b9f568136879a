//! The only place that knows what time it is. Tests set it by hand.

use domain::time::Timestamp;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::Notify;

/// Tells the time; cloned freely, all clones agree.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<ByHand>>);

#[derive(Debug)]
struct ByHand {
    ms: AtomicI64,
    moved: Notify,
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(None)
    }
    /// A clock that stands still until [`Clock::advance`].
    #[must_use]
    pub fn by_hand(start: Timestamp) -> Self {
        Self(Some(Arc::new(ByHand { ms: AtomicI64::new(start.ms()), moved: Notify::new() })))
    }
    /// This moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Some(hand) => Timestamp::from_ms(hand.ms.load(Ordering::SeqCst)),
            None => Timestamp::from_ms(system_ms()),
        }
    }
    /// Moves a clock that is set by hand, and wakes whoever sleeps until a moment now past.
    pub fn advance(&self, by: Duration) {
        if let Some(hand) = &self.0 {
            hand.ms.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
            hand.moved.notify_waiters();
        }
    }
    /// Waits until it is `at`.
    pub async fn sleep_until(&self, at: Timestamp) {
        let Some(hand) = &self.0 else {
            let ms = u64::try_from(at.ms().saturating_sub(system_ms())).unwrap_or(0);
            return tokio::time::sleep(Duration::from_millis(ms)).await;
        };
        loop {
            let moved = hand.moved.notified();
            if self.now() >= at {
                return;
            }
            moved.await;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
fn system_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Measures how long something takes; never set by hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }
    /// As if it had been started so long ago.
    #[cfg(test)]
    pub(crate) fn started(ago: Duration) -> Self {
        Self(Self::start().0.checked_sub(ago).expect("the machine has run for longer"))
    }
    /// Milliseconds since the start, to the microsecond.
    pub(crate) fn ms(self) -> f64 {
        self.0.elapsed().as_micros() as f64 / 1000.0
    }
    /// Time since the start.
    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sleepers_wake_when_the_hand_passes() {
        let clock = Clock::by_hand(Timestamp::from_ms(1000));
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(Timestamp::from_ms(3000)).await }
        });
        clock.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_secs(1));
        sleeper.await.expect("the sleeper wakes");
        assert_eq!(clock.now(), Timestamp::from_ms(3000));
    }
}
