//! Sending again what has ended: one delivery (*Retry*), or everything that a filter of the log matches
//! (a *replay*).

use crate::{
    delivery::{DeliveryFilter, State as Delivery},
    id::{ReplayId, WebhookId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Which body is sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryBody {
    /// The bytes of the first attempt.
    #[default]
    Same,
    /// A new one, by the webhook as it is now.
    Render,
}

/// Where a replay stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It puts deliveries into the queue, or waits until its webhook is active again.
    Running,
    /// It has looked at every delivery.
    Finished,
    /// Somebody stopped it, or deleted its webhook.
    Stopped,
}

impl State {
    const NAMES: [(Self, &str); 3] =
        [(Self::Running, "running"), (Self::Finished, "finished"), (Self::Stopped, "stopped")];

    /// The name in the contract and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMES.into_iter().find(|(known, _)| *known == self).map_or("", |(_, name)| name)
    }
    /// Reads the name of the contract.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(_, name)| *name == text).map(|(state, _)| state)
    }
}

/// Everything of one webhook that a filter matches, sent again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replay {
    /// Its id; only deliveries that were accepted before it was made are sent again.
    pub id: ReplayId,
    /// Whose deliveries.
    pub webhook_id: WebhookId,
    /// Where it stands.
    pub state: State,
    /// Which of them.
    pub filter: DeliveryFilter,
    /// With which body.
    pub body: RetryBody,
    /// How many matched at the start.
    pub total: i64,
    /// How many were put into the queue so far. In the end that may be fewer than `total`: what was removed, or
    /// sent in another way meanwhile, is left out.
    pub done: i64,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it finished or was stopped.
    pub ended_at: Option<Timestamp>,
}

impl Replay {
    /// How far it is, in whole percent; 100 only when everything was put into the queue.
    #[must_use]
    pub const fn percent(&self) -> i64 {
        if self.done >= self.total { 100 } else { self.done * 100 / self.total }
    }
}

/// The states in which nothing more is going to happen by itself: what a replay sends again.
pub const ENDED: [Delivery; 3] = [Delivery::Delivered, Delivery::Exhausted, Delivery::Discarded];

/// How many deliveries a replay puts into the queue at a time: as many as the webhook sends in about a second, so
/// that a stop is felt at once and a new event never waits behind more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handful(i64);

/// Sooner gone than this, the next one is larger.
const SHORT_MS: i64 = 500;
/// Later gone than this, the next one is smaller.
const LONG_MS: i64 = 2000;

impl Default for Handful {
    fn default() -> Self {
        Self(16)
    }
}

impl Handful {
    /// How many deliveries.
    #[must_use]
    pub const fn size(self) -> i64 {
        self.0
    }
    /// The next one is due when no more than so many wait.
    #[must_use]
    pub const fn rest(self) -> i64 {
        self.0 / 4
    }
    /// The next one, when this one was gone but for its rest after `ms` milliseconds. 4 to 256.
    #[must_use]
    pub fn next(self, ms: i64) -> Self {
        let size = match ms {
            ..SHORT_MS => self.0 * 2,
            LONG_MS.. => self.0 / 2,
            _ => self.0,
        };
        Self(size.clamp(4, 256))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handful_follows_the_receiver() {
        let fast = (0..10).fold(Handful::default(), |handful, _| handful.next(50));
        assert_eq!((fast.size(), fast.rest()), (256, 64));
        assert_eq!(fast.next(1000), fast);
        let slow = (0..10).fold(fast, |handful, _| handful.next(60_000));
        assert_eq!((slow.size(), slow.rest()), (4, 1));
    }

    #[test]
    fn states_read_back() {
        for state in [State::Running, State::Finished, State::Stopped] {
            assert_eq!(State::parse(state.as_str()), Some(state));
            assert_eq!(serde_json::to_value(state).expect("a name"), state.as_str());
        }
        assert_eq!(State::parse("paused"), None);
    }

    #[test]
    fn progress_is_whole_only_at_the_end() {
        let replay = |done, total| Replay {
            id: ReplayId::from_key(1),
            webhook_id: WebhookId::from_key(1),
            state: State::Running,
            filter: DeliveryFilter::default(),
            body: RetryBody::Same,
            total,
            done,
            created_at: Timestamp::default(),
            ended_at: None,
        };
        let percent = [(0, 214), (120, 214), (213, 214), (214, 214), (0, 0)]
            .map(|(done, total)| replay(done, total).percent());
        assert_eq!(percent, [0, 56, 99, 100, 100]);
    }
}
