//! Webhooks and their revisions. Every change bumps the marketplace's routing version in its
//! transaction, so that an acceptance by an older routing table is noticed.

use crate::{Moved, OnHeld, Result, Store};
use domain::{
    account::AuditEntry,
    id::{MarketplaceId, WebhookId},
    time::Timestamp,
    webhook::{Settings, State, Webhook, WebhookRow},
};

/// A webhook with its secrets.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Its secrets read [`domain::secret::SecretText::Kept`].
    pub webhook: Webhook,
    /// Their texts, sealed by the engine's vault; opaque here.
    pub secrets: String,
}

/// What the routing table in memory is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Routing {
    /// Goes with every acceptance, see [`crate::Accept`].
    pub version: i64,
    /// All but drafts and deleted ones, oldest first.
    pub webhooks: Vec<Stored>,
}

/// A change of a webhook's state.
#[derive(Clone, Copy, Debug)]
pub struct SetState<'a> {
    /// The new state. `Active` starts a clean health record and does with what is held what `held`
    /// says; `Paused` and `Deactivated` hold what waits (what is being sent ends as it ends).
    pub to: State,
    /// The states that it may start from.
    pub from: &'a [State],
    /// Only for `Active`.
    pub held: OnHeld,
    /// Now.
    pub now: Timestamp,
}

impl Store {
    /// Keeps a new webhook. Secrets inside its settings are never written.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn insert_webhook(
        &self,
        marketplace: MarketplaceId,
        new: &Webhook,
        secrets: &str,
        audit: &AuditEntry,
    ) -> Result<()> {
        let _ = (marketplace, new, secrets, audit);
        todo!()
    }
    /// One webhook; deleted ones are gone.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn webhook(&self, marketplace: MarketplaceId, id: WebhookId) -> Result<Option<Stored>> {
        let _ = (marketplace, id);
        todo!()
    }
    /// All webhooks with what they did lately, by name.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn webhooks(&self, marketplace: MarketplaceId) -> Result<Vec<WebhookRow>> {
        let _ = marketplace;
        todo!()
    }
    /// Saves settings that were made from revision `from`; returns the webhook with the next one, or
    /// `None` when there is none.
    ///
    /// # Errors
    /// `Conflict::StaleRevision`.
    #[expect(clippy::too_many_arguments, reason = "each is a part of one save")]
    pub async fn update_webhook(
        &self,
        marketplace: MarketplaceId,
        id: WebhookId,
        from: i64,
        settings: &Settings,
        secrets: &str,
        now: Timestamp,
        audit: &AuditEntry,
    ) -> Result<Option<Webhook>> {
        let _ = (marketplace, id, from, settings, secrets, now, audit);
        todo!()
    }
    /// Changes the state; returns the webhook (whose revision stays) and what became of the
    /// deliveries that wait, or `None` when there is none.
    ///
    /// # Errors
    /// `Conflict::WrongState` when it is in none of the states to start from.
    pub async fn set_state(
        &self,
        marketplace: MarketplaceId,
        id: WebhookId,
        change: SetState<'_>,
        audit: &AuditEntry,
    ) -> Result<Option<(Webhook, Moved)>> {
        let _ = (marketplace, id, change, audit);
        todo!()
    }
    /// Deletes a webhook with its secrets. Its log stays and goes on to name it; what waits is
    /// discarded. Returns how many deliveries that were, or `None` when there is no such webhook.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn delete_webhook(
        &self,
        marketplace: MarketplaceId,
        id: WebhookId,
        now: Timestamp,
        audit: &AuditEntry,
    ) -> Result<Option<i64>> {
        let _ = (marketplace, id, now, audit);
        todo!()
    }
    /// The settings of one revision, of deleted webhooks too.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn revision(
        &self,
        marketplace: MarketplaceId,
        id: WebhookId,
        revision: i64,
    ) -> Result<Option<Settings>> {
        let _ = (marketplace, id, revision);
        todo!()
    }
    /// What the routing table is made of.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn routing(&self, marketplace: MarketplaceId) -> Result<Routing> {
        let _ = marketplace;
        todo!()
    }
    /// The version that acceptances are checked against.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn routing_version(&self, marketplace: MarketplaceId) -> Result<i64> {
        let _ = marketplace;
        todo!()
    }
}
