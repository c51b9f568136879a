//! Webhooks and their revisions. Every change bumps the marketplace's routing version in its
//! transaction, so that an acceptance by an older routing table is noticed.

use crate::{
    Conflict, Moved, OnHeld, Result, Store, Which, alerts, audit, campaigns,
    conn::{Conn, json, named, parse},
    frequency,
    marketplaces::bump,
    rows::{WebhookColumns, webhook_state_name},
    sql::{args, sql},
    waiting,
};
use domain::{
    account::AuditEntry,
    delivery,
    health::Notice,
    id::{AttemptId, MarketplaceId, WebhookId},
    time::Timestamp,
    webhook::{Owner, Settings, State, Webhook, WebhookRow},
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
    /// The new state. `Active` starts a clean health record (see [`domain::health::Health`]) and does with
    /// what is held what `held` says; `Paused` and `Deactivated` hold what waits (what is being sent ends as it ends).
    pub to: State,
    /// The states that it may start from.
    pub from: &'a [State],
    /// The URL that it must have still; any when `None`.
    pub url: Option<&'a str>,
    /// Only for `Active`.
    pub held: OnHeld,
    /// What the webhook's people are told of it, under a key that is the reason's if an attempt was.
    pub notice: Option<(AttemptId, &'a Notice)>,
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
        let mut tx = self.write().await?;
        insert(&mut tx, marketplace, new, secrets).await?;
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await
    }
    /// One webhook; deleted ones are gone.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn webhook(&self, marketplace: MarketplaceId, id: WebhookId) -> Result<Option<Stored>> {
        get(&mut self.read().await?, marketplace, id).await
    }
    /// All webhooks with what they did lately, by name.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn webhooks(&self, marketplace: MarketplaceId) -> Result<Vec<WebhookRow>> {
        let rows: Vec<ListColumns> =
            self.read().await?.all(sql!("webhooks/list"), args![marketplace]).await?;
        rows.into_iter().map(ListColumns::read).collect()
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
        let mut tx = self.write().await?;
        if !update(&mut tx, marketplace, id, from, settings, secrets, now).await? {
            return Ok(None);
        }
        audit::append(&mut tx, marketplace, audit).await?;
        let saved = get(&mut tx, marketplace, id).await?;
        tx.commit().await?;
        Ok(saved.map(|stored| stored.webhook))
    }
    /// Changes the state; returns the webhook (whose revision stays) and what became of the
    /// deliveries that wait, or `None` when there is none.
    ///
    /// # Errors
    /// `Conflict::WrongState` when it is in none of the states to start from, `Conflict::OtherUrl` when its URL was
    /// changed.
    pub async fn set_state(
        &self,
        marketplace: MarketplaceId,
        id: WebhookId,
        change: SetState<'_>,
        audit: &AuditEntry,
    ) -> Result<Option<(Webhook, Moved)>> {
        let mut tx = self.write().await?;
        bump(&mut tx, marketplace).await?;
        let Some(Stored { mut webhook, .. }) = get(&mut tx, marketplace, id).await? else { return Ok(None) };
        if !change.from.contains(&webhook.state) {
            return Err(Conflict::WrongState(webhook.state).into());
        }
        if change.url.is_some_and(|url| url != webhook.settings.url) {
            return Err(Conflict::OtherUrl.into());
        }
        if let (State::Active, Some(Owner::Campaign(campaign))) = (change.to, webhook.owner)
            && !campaigns::is_complete(&mut tx, marketplace, campaign).await?
        {
            return Err(Conflict::Incomplete.into());
        }
        webhook.state = change.to;
        tx.run(sql!("webhooks/set_state"), args![marketplace, id, webhook_state_name(change.to)]).await?;
        let mut moved = Moved::default();
        match change.to {
            State::Draft => {}
            State::Active => {
                tx.run(sql!("health/clear"), args![id]).await?;
                match change.held {
                    OnHeld::Release => {
                        moved.released = waiting::release(&mut tx, id, Which::All, change.now).await?;
                    }
                    OnHeld::Discard => moved.discarded = waiting::discard_held(&mut tx, id).await?,
                    OnHeld::Keep => {}
                }
            }
            State::Paused | State::Deactivated => {
                moved.held = waiting::empty_queue(&mut tx, id, delivery::State::Held).await?;
            }
        }
        if let Some((key, notice)) = change.notice {
            alerts::insert(&mut tx, key, marketplace, id, change.now, notice).await?;
        }
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await?;
        Ok(Some((webhook, moved)))
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
        let mut tx = self.write().await?;
        let Some(discarded) = remove(&mut tx, marketplace, id, now).await? else { return Ok(None) };
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await?;
        Ok(Some(discarded))
    }
    /// Notes that a check of the connection was answered with success; forgotten when the URL changes.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn set_checked(&self, id: WebhookId, at: Timestamp) -> Result<()> {
        let mut tx = self.write().await?;
        tx.run(sql!("health/set_checked"), args![id, at]).await?;
        tx.commit().await
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
        let row: Option<(String,)> =
            self.read().await?.first(sql!("revisions/get"), args![marketplace, id, revision]).await?;
        row.map(|(settings,)| parse("webhook_revisions.settings", &settings)).transpose()
    }
    /// What the routing table is made of.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn routing(&self, marketplace: MarketplaceId) -> Result<Routing> {
        // The version first: what changes in between makes the table newer than its version, and the
        // next acceptance is told to load it again.
        let mut conn = self.read().await?;
        let version = routing_version(&mut conn, marketplace).await?;
        let rows: Vec<WebhookColumns> = conn.all(sql!("webhooks/routing"), args![marketplace]).await?;
        let webhooks = rows.into_iter().map(WebhookColumns::read).collect::<Result<_>>()?;
        Ok(Routing { version, webhooks })
    }
    /// The version that acceptances are checked against.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn routing_version(&self, marketplace: MarketplaceId) -> Result<i64> {
        routing_version(&mut self.read().await?, marketplace).await
    }
}

/// Keeps a new webhook, in a transaction.
pub(crate) async fn insert(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    new: &Webhook,
    secrets: &str,
) -> Result<()> {
    bump(tx, marketplace).await?;
    let settings = json(&new.settings)?;
    let owner = new.owner.as_ref().map(json).transpose()?;
    let values = args![
        new.id,
        owner.as_deref(),
        marketplace,
        &new.settings.name,
        webhook_state_name(new.state),
        new.revision,
        &settings,
        secrets,
        i64::from(new.settings.timeout_ms),
        new.created_at,
        new.updated_at,
    ];
    tx.run(sql!("webhooks/insert"), values).await?;
    tx.run(sql!("health/insert"), args![new.id]).await?;
    tx.run(sql!("revisions/insert"), args![new.id, new.revision, settings, new.updated_at]).await?;
    Ok(())
}

/// Saves settings that were made from revision `from`, in a transaction; `false` when there is no such webhook.
pub(crate) async fn update(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    id: WebhookId,
    from: i64,
    settings: &Settings,
    secrets: &str,
    now: Timestamp,
) -> Result<bool> {
    bump(tx, marketplace).await?;
    let Some(Stored { webhook, .. }) = get(tx, marketplace, id).await? else { return Ok(false) };
    if webhook.revision != from {
        return Err(Conflict::StaleRevision { current: webhook.revision }.into());
    }
    let (revision, text) = (from + 1, json(settings)?);
    let timeout_ms = i64::from(settings.timeout_ms);
    let values = args![marketplace, id, &settings.name, revision, &text, secrets, timeout_ms, now];
    tx.run(sql!("webhooks/update"), values).await?;
    tx.run(sql!("revisions/insert"), args![id, revision, text, now]).await?;
    if webhook.settings.url != settings.url {
        tx.run(sql!("health/set_checked"), args![id, None::<Timestamp>]).await?;
    }
    // Another key or time starts afresh: what an earlier rule held back says nothing about this one.
    if webhook.settings.frequency != settings.frequency {
        frequency::clear(tx, id).await?;
    }
    Ok(true)
}

/// Deletes a webhook, in a transaction; how many deliveries were discarded, or `None` when there is none.
pub(crate) async fn remove(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    id: WebhookId,
    now: Timestamp,
) -> Result<Option<i64>> {
    bump(tx, marketplace).await?;
    if get(tx, marketplace, id).await?.is_none() {
        return Ok(None);
    }
    tx.run(sql!("webhooks/delete"), args![marketplace, id, now]).await?;
    tx.run(sql!("replays/stop_all"), args![id, now]).await?;
    frequency::clear(tx, id).await?;
    let queued = waiting::empty_queue(tx, id, delivery::State::Discarded).await?;
    let held = waiting::discard_held(tx, id).await?;
    Ok(Some(queued + held))
}

pub(crate) async fn get(
    conn: &mut Conn,
    marketplace: MarketplaceId,
    id: WebhookId,
) -> Result<Option<Stored>> {
    let row: Option<WebhookColumns> = conn.first(sql!("webhooks/get"), args![marketplace, id]).await?;
    row.map(WebhookColumns::read).transpose()
}

/// 0 for a marketplace that does not exist; versions start at 1.
async fn routing_version(conn: &mut Conn, marketplace: MarketplaceId) -> Result<i64> {
    let row: Option<(i64,)> = conn.first(sql!("marketplaces/version"), args![marketplace]).await?;
    Ok(row.map_or(0, |(version,)| version))
}

#[derive(sqlx::FromRow)]
struct ListColumns {
    #[sqlx(flatten)]
    webhook: WebhookColumns,
    last_delivered_at: Option<i64>,
    checked_at: Option<i64>,
    recent: Option<String>,
    waiting: i64,
}

impl ListColumns {
    fn read(self) -> Result<WebhookRow> {
        let states = self.recent.as_deref().into_iter().flat_map(|names| names.split(','));
        let recent = states.map(|name| named("deliveries.state", name, delivery::State::parse));
        Ok(WebhookRow {
            recent: recent.collect::<Result<_>>()?,
            webhook: self.webhook.read()?.webhook,
            waiting: self.waiting,
            last_delivered_at: self.last_delivered_at.map(Timestamp::from_ms),
            checked_at: self.checked_at.map(Timestamp::from_ms),
        })
    }
}
