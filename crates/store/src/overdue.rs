//! Alerts that are due though no attempt ends, see [`Health::overdue`]. Any node may look and raise them; the row of
//! the webhook's health is locked meanwhile, so that one does.

use crate::{
    Result, Store, alerts,
    attempts::AttemptColumns,
    conn::Conn,
    health::health,
    rows::outcome,
    sql::{args, sql, sql_pair},
};
use domain::{
    delivery::{Attempt, State},
    health::{Alert, Health, Notice, What, is_failure},
    id::{AttemptId, Id, WebhookId},
    time::Timestamp,
};

/// webhook_id (of the list) or marketplace_id (of one), failures, failing_since, alerted_at
type Row = (i64, i64, Option<i64>, Option<i64>);

impl Store {
    /// The active webhooks of all marketplaces with an alert that is due `now` though no attempt ends, longest failing
    /// first.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn overdue(&self, now: Timestamp) -> Result<Vec<WebhookId>> {
        let long_since = Health::long_since(now);
        let rows: Vec<Row> = self.read().await?.all(sql!("health/overdue"), args![long_since]).await?;
        let mut overdue = Vec::new();
        for (webhook, failures, since, alerted) in rows {
            if health(failures, since, alerted)?.overdue(now).is_some() {
                overdue.push(Id::from_key(webhook));
            }
        }
        Ok(overdue)
    }

    /// Raises the alert of such a webhook under the key `id`. `false` when none is due any more, because somebody else
    /// raised it, or the webhook works again or is not active; and when no failed attempt stands in the log, because
    /// there is nothing to tell then.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn raise_overdue(&self, webhook: WebhookId, id: AttemptId, now: Timestamp) -> Result<bool> {
        // Before the lock, which attempts that end meanwhile would wait for.
        let Some(last) = last_failure(&mut self.read().await?, webhook).await? else { return Ok(false) };
        let mut tx = self.write().await?;
        let row: Option<Row> = tx.first(sql_pair!("health/lock"), args![webhook]).await?;
        let Some((marketplace, failures, since, alerted)) = row else { return Ok(false) };
        let Some(after) = health(failures, since, alerted)?.overdue(now) else { return Ok(false) };
        let notice = Notice::Alert(Alert::new(What::Failing, &after, &last));
        alerts::insert(&mut tx, id, Id::from_key(marketplace), webhook, now, &notice).await?;
        tx.run(sql!("health/set_alerted"), args![webhook, now]).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// The last failed attempt of a webhook that has not delivered since: of the newest deliveries that are tried again or
/// were given up, which is where failed ones stand.
async fn last_failure(conn: &mut Conn, webhook: WebhookId) -> Result<Option<Attempt>> {
    let mut last = None;
    for state in [State::Retrying, State::Exhausted] {
        let values = args![webhook, state.as_str()];
        let tried: Vec<(i64, i64, String, i64)> = conn.all(sql!("log/last_tried"), values).await?;
        for (delivery, event, name, at) in tried {
            if is_failure(outcome(&name)?) {
                last = last.max(Some((at, delivery, event)));
            }
        }
    }
    let Some((_, delivery, event)) = last else { return Ok(None) };
    let attempts: Vec<AttemptColumns> = conn.all(sql!("log/attempts"), args![event, delivery]).await?;
    attempts.into_iter().next_back().map(AttemptColumns::read).transpose()
}
