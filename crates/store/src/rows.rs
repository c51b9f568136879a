//! Rows that several families read.

use crate::{
    Error, Result, Stored,
    conn::{named, number, parse},
};
use domain::{
    account::{Marketplace, Member, Role},
    delivery::{DeliveryRow, Outcome, State},
    event::Event,
    id::Id,
    time::Timestamp,
    webhook::{self, Webhook},
};

/// The columns of a marketplace: id, slug, name, domain_id, tenant_id.
pub(crate) type MarketplaceRow = (i64, String, String, String, String);

pub(crate) fn marketplace((id, slug, name, domain_id, tenant_id): MarketplaceRow) -> Marketplace {
    Marketplace { id: Id::from_key(id), slug, name, domain_id, tenant_id }
}

/// The columns of a member: id, email, name, role, created_at.
pub(crate) type MemberRow = (i64, String, String, String, i64);

pub(crate) fn member((id, email, name, role, created_at): MemberRow) -> Result<Member> {
    let role = named("role", &role, Role::parse)?;
    Ok(Member { id: Id::from_key(id), email, name, role, created_at: Timestamp::from_ms(created_at) })
}

/// The columns of a webhook.
#[derive(sqlx::FromRow)]
pub(crate) struct WebhookColumns {
    pub(crate) id: i64,
    pub(crate) owner: Option<String>,
    pub(crate) state: String,
    pub(crate) revision: i64,
    pub(crate) settings: String,
    pub(crate) secrets: String,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

impl WebhookColumns {
    pub(crate) fn read(self) -> Result<Stored> {
        let webhook = Webhook {
            id: Id::from_key(self.id),
            settings: parse("webhooks.settings", &self.settings)?,
            owner: self.owner.as_deref().map(|owner| parse("webhooks.owner", owner)).transpose()?,
            state: named("webhooks.state", &self.state, webhook_state)?,
            revision: self.revision,
            created_at: Timestamp::from_ms(self.created_at),
            updated_at: Timestamp::from_ms(self.updated_at),
        };
        Ok(Stored { webhook, secrets: self.secrets })
    }
}

/// The states of a webhook by their names in the contract.
const WEBHOOK_STATES: [(webhook::State, &str); 4] = [
    (webhook::State::Draft, "draft"),
    (webhook::State::Active, "active"),
    (webhook::State::Paused, "paused"),
    (webhook::State::Deactivated, "deactivated"),
];

pub(crate) fn webhook_state(name: &str) -> Option<webhook::State> {
    WEBHOOK_STATES.into_iter().find(|(_, known)| *known == name).map(|(state, _)| state)
}

pub(crate) fn webhook_state_name(state: webhook::State) -> &'static str {
    WEBHOOK_STATES.into_iter().find(|(known, _)| *known == state).map_or("draft", |(_, name)| name)
}

/// The columns of an event.
#[derive(sqlx::FromRow)]
pub(crate) struct EventColumns {
    id: i64,
    topic: String,
    occurred_at: i64,
    received_at: i64,
    idempotency_key: Option<String>,
    test: bool,
    context: String,
    payload: String,
}

impl EventColumns {
    pub(crate) fn read(self) -> Result<Event> {
        Ok(Event {
            id: Id::from_key(self.id),
            topic: self.topic,
            payload: self.payload,
            occurred_at: Timestamp::from_ms(self.occurred_at),
            received_at: Timestamp::from_ms(self.received_at),
            idempotency_key: self.idempotency_key,
            context: parse("events.context", &self.context)?,
            test: self.test,
        })
    }
}

/// The columns of a line of the log.
#[derive(sqlx::FromRow)]
pub(crate) struct LogColumns {
    id: i64,
    event_id: i64,
    webhook_id: i64,
    webhook_name: String,
    topic: String,
    state: String,
    test: bool,
    attempt_count: i64,
    outcome: Option<String>,
    http_status: Option<i64>,
    duration_us: Option<i64>,
    last_attempt_at: Option<i64>,
    next_attempt_at: Option<i64>,
}

impl LogColumns {
    pub(crate) fn read(self) -> Result<DeliveryRow> {
        let id = Id::from_key(self.id);
        Ok(DeliveryRow {
            id,
            event_id: Id::from_key(self.event_id),
            webhook_id: Id::from_key(self.webhook_id),
            webhook_name: self.webhook_name,
            topic: self.topic,
            state: named("deliveries.state", &self.state, State::parse)?,
            test: self.test,
            attempt_count: self.attempt_count,
            outcome: self.outcome.map(|name| outcome(&name)).transpose()?,
            http_status: self
                .http_status
                .map(|status| number("deliveries.http_status", status))
                .transpose()?,
            duration_ms: self.duration_us.map(ms),
            created_at: Timestamp::from_ms(id.made_ms()),
            last_attempt_at: self.last_attempt_at.map(Timestamp::from_ms),
            next_attempt_at: self.next_attempt_at.map(Timestamp::from_ms),
        })
    }
}

pub(crate) fn outcome(name: &str) -> Result<Outcome> {
    named("outcome", name, Outcome::parse)
}

/// Stored microseconds as milliseconds.
pub(crate) fn ms(us: i64) -> f64 {
    us as f64 / 1000.0
}

/// Milliseconds as microseconds, which is as fine as they are measured.
pub(crate) fn us(ms: f64) -> i64 {
    (ms * 1000.0).round() as i64
}

/// Bytes that were a text when they were stored.
pub(crate) fn text(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|_| Error::Corrupt("bodies.content".to_owned()))
}
