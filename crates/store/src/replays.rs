//! Replays as people see them: started, stopped, looked at. What they do is in `replaying`.

use crate::{
    Conflict, Result, Store, audit,
    conn::{json, named, parse},
    filter::first_key,
    sql::{args, sql, sql_pair},
    webhooks,
};
use domain::{
    account::AuditEntry,
    delivery::{DeliveryFilter, State as Delivery},
    id::{Id, MarketplaceId, ReplayId, WebhookId},
    page::{Page, PageRequest},
    replay::{Replay, RetryBody, State},
    time::Timestamp,
    webhook,
};

impl Store {
    /// How many deliveries a replay with this filter would send again now.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn replay_count(
        &self,
        marketplace: MarketplaceId,
        webhook: WebhookId,
        filter: &DeliveryFilter,
    ) -> Result<i64> {
        let filter = DeliveryFilter { webhook: Some(webhook), test: Some(false), ..filter.clone() };
        let counts = self.counts(marketplace, &filter).await?;
        let of =
            |state, count| if filter.states.is_empty() || filter.states.contains(&state) { count } else { 0 };
        Ok(of(Delivery::Delivered, counts.delivered)
            + of(Delivery::Exhausted, counts.exhausted)
            + of(Delivery::Discarded, counts.discarded))
    }
    /// Starts a replay as `new` says; returns it, or `None` when there is no such webhook.
    ///
    /// # Errors
    /// `Conflict::WrongState` when the webhook is not active, `Conflict::ReplayRunning`.
    pub async fn start_replay(
        &self,
        marketplace: MarketplaceId,
        new: &Replay,
        audit: &AuditEntry,
    ) -> Result<Option<Replay>> {
        let mut tx = self.write().await?;
        // As it is until the commit.
        let _: Option<(i64,)> = tx.first(sql_pair!("marketplaces/hold_version"), args![marketplace]).await?;
        match webhooks::get(&mut tx, marketplace, new.webhook_id).await? {
            None => return Ok(None),
            Some(stored) if stored.webhook.state != webhook::State::Active => {
                return Err(Conflict::WrongState(stored.webhook.state).into());
            }
            Some(_) => {}
        }
        let reached = new.filter.from.map_or(0, |from| first_key(from) - 1);
        let render = new.body == RetryBody::Render;
        let filter = json(&new.filter)?;
        let values = args![new.id, marketplace, new.webhook_id, filter, render, new.total, reached];
        if tx.run(sql!("replays/insert"), values).await? == 0 {
            return Err(Conflict::ReplayRunning.into());
        }
        audit::append(&mut tx, marketplace, audit).await?;
        let values = args![marketplace, new.webhook_id, new.id];
        let row: ReplayColumns = tx.one(sql!("replays/get"), values).await?;
        tx.commit().await?;
        row.read().map(Some)
    }
    /// Stops a replay; one that has ended stays as it is. Returns it, or `None` when there is none.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn stop_replay(
        &self,
        marketplace: MarketplaceId,
        webhook: WebhookId,
        id: ReplayId,
        now: Timestamp,
        audit: &AuditEntry,
    ) -> Result<Option<Replay>> {
        let mut tx = self.write().await?;
        if tx.run(sql!("replays/stop"), args![marketplace, webhook, id, now]).await? > 0 {
            audit::append(&mut tx, marketplace, audit).await?;
        }
        let row: Option<ReplayColumns> =
            tx.first(sql!("replays/get"), args![marketplace, webhook, id]).await?;
        tx.commit().await?;
        row.map(ReplayColumns::read).transpose()
    }
    /// One replay of a webhook.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn replay(
        &self,
        marketplace: MarketplaceId,
        webhook: WebhookId,
        id: ReplayId,
    ) -> Result<Option<Replay>> {
        let row: Option<ReplayColumns> =
            self.read().await?.first(sql!("replays/get"), args![marketplace, webhook, id]).await?;
        row.map(ReplayColumns::read).transpose()
    }
    /// The replays of a webhook, newest first. Those that ended are kept for 90 days.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn replays(
        &self,
        marketplace: MarketplaceId,
        webhook: WebhookId,
        page: PageRequest,
    ) -> Result<Page<Replay>> {
        let values = args![marketplace, webhook, page.before.unwrap_or(i64::MAX), i64::from(page.limit) + 1];
        let rows: Vec<ReplayColumns> = self.read().await?.all(sql!("replays/list"), values).await?;
        let replays = rows.into_iter().map(ReplayColumns::read).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(replays, page, |replay| replay.id.key()))
    }
}

#[derive(sqlx::FromRow)]
struct ReplayColumns {
    id: i64,
    webhook_id: i64,
    state: String,
    filter: String,
    render: bool,
    total: i64,
    done: i64,
    ended_at: Option<i64>,
}

impl ReplayColumns {
    fn read(self) -> Result<Replay> {
        let id = ReplayId::from_key(self.id);
        Ok(Replay {
            id,
            webhook_id: Id::from_key(self.webhook_id),
            state: named("replays.state", &self.state, State::parse)?,
            filter: parse("replays.filter", &self.filter)?,
            body: if self.render { RetryBody::Render } else { RetryBody::Same },
            total: self.total,
            done: self.done,
            created_at: Timestamp::from_ms(id.made_ms()),
            ended_at: self.ended_at.map(Timestamp::from_ms),
        })
    }
}
