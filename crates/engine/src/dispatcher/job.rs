//! A delivery in the hands of this process.

use crate::{
    attempt::Sending,
    leases::Lease,
    routing::{Armed, Table},
    secret_key::SecretKey,
    slots::Permit,
};
use domain::{
    delivery::{DeliveryRow, State},
    event::Event,
    id::{DeliveryId, MarketplaceId},
    topic::Topic,
};
use std::{sync::Arc, time::Duration};
use store::Claimed;

/// How long a delivery is in hand before it is begun.
const PATIENCE: Duration = Duration::from_secs(2);

/// How old its lease may be when it is sent: it lasts 5 s longer than the attempt.
const LATEST: Duration = Duration::from_secs(4);

/// A delivery that belongs to this process for the time of its lease.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) delivery: DeliveryId,
    pub(crate) marketplace: MarketplaceId,
    pub(crate) event: Arc<Event>,
    pub(crate) topic: Arc<Topic>,
    /// As it is now.
    pub(crate) webhook: Arc<Armed>,
    /// What goes out inside the body, where the topic has a place for it.
    pub(crate) secret_key: Option<Arc<SecretKey>>,
    /// The number of this attempt, from 1.
    pub(crate) attempt: u32,
    /// How many attempts there were before the retry schedule began anew.
    pub(crate) attempts_before: u32,
    /// How many after that say nothing about the receiver.
    pub(crate) not_sent: u32,
    /// Proves the lease; negative until it is begun.
    pub(crate) token: i64,
    pub(crate) lease: Lease,
    /// Whether another process began this attempt and ended.
    pub(crate) rescued: bool,
    /// What the first attempt rendered.
    pub(crate) body: Option<String>,
    /// Its place in hand, and then its slot; `None` when nothing is sent because it is rescued.
    pub(crate) permit: Option<Permit>,
}

impl Job {
    /// The first attempt of a delivery that was just accepted.
    pub(crate) fn direct(
        delivery: DeliveryId,
        token: i64,
        table: &Table,
        webhook: Arc<Armed>,
        event: Arc<Event>,
        lease: Lease,
        permit: Permit,
    ) -> Self {
        let (marketplace, topic) = (table.marketplace.id, table.topic_of(&event.topic));
        Self {
            delivery,
            marketplace,
            event,
            secret_key: table.secret_key_of(&topic),
            topic,
            webhook,
            attempt: 1,
            attempts_before: 0,
            not_sent: 0,
            token,
            lease,
            rescued: false,
            body: None,
            permit: Some(permit),
        }
    }

    pub(super) fn claimed(
        claimed: Claimed,
        lease: Lease,
        table: &Table,
        webhook: Arc<Armed>,
        permit: Option<Permit>,
    ) -> Self {
        let topic = table.topic_of(&claimed.event.topic);
        Self {
            delivery: claimed.delivery,
            marketplace: claimed.marketplace,
            secret_key: table.secret_key_of(&topic),
            topic,
            event: Arc::new(claimed.event),
            webhook,
            attempt: claimed.attempt,
            attempts_before: claimed.attempts_before,
            not_sent: claimed.not_sent,
            token: claimed.token,
            lease,
            rescued: claimed.rescued,
            body: claimed.body,
            permit,
        }
    }

    /// Whether it was in hand for too long: its lease lasts 5 s longer than an attempt, and somebody else may
    /// have it by then.
    pub(super) fn is_stale(&self) -> bool {
        self.lease.age() > PATIENCE
    }

    /// Whether beginning it took so long that its lease may end during the attempt.
    pub(super) fn is_late(&self) -> bool {
        self.lease.age() > LATEST
    }

    /// Whether the database knows that it is begun: only then may it be sent.
    pub(super) const fn is_begun(&self) -> bool {
        self.token > 0
    }

    /// Takes a slot, if there is one.
    pub(super) fn start(&mut self) -> bool {
        self.permit.as_mut().is_none_or(Permit::start)
    }

    pub(crate) fn sending(&self) -> Sending<'_> {
        Sending {
            webhook: &self.webhook,
            event: &self.event,
            topic: &self.topic,
            delivery: self.delivery,
            number: self.attempt,
            body: self.body.as_deref(),
            secret_key: self.secret_key.as_deref(),
        }
    }

    /// Its row in the log, before the attempt.
    pub(crate) fn row(&self) -> DeliveryRow {
        DeliveryRow {
            id: self.delivery,
            event_id: self.event.id,
            webhook_id: self.webhook.id,
            webhook_name: self.webhook.settings.name.clone(),
            topic: self.event.topic.clone(),
            state: State::Sending,
            test: self.event.test,
            attempt_count: i64::from(self.attempt) - 1,
            outcome: None,
            http_status: None,
            duration_ms: None,
            created_at: self.event.received_at,
            last_attempt_at: None,
            next_attempt_at: None,
        }
    }
}
