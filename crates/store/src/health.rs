//! What is remembered about receivers. [`crate::Store::finish`] writes it.

use crate::{
    Result, Store,
    conn::{Conn, number},
    sql::{args, sql},
};
use domain::{
    health::Health,
    id::{MarketplaceId, WebhookId},
    time::Timestamp,
};

impl Store {
    /// The records of a marketplace's webhooks that are not clean, longest failing first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn failing(&self, marketplace: MarketplaceId) -> Result<Vec<(WebhookId, String, Health)>> {
        let rows: Vec<FailingRow> =
            self.read().await?.all(sql!("health/failing"), args![marketplace]).await?;
        let read = |(id, name, failures, since, alerted): FailingRow| {
            Ok((WebhookId::from_key(id), name, health(failures, since, alerted)?))
        };
        rows.into_iter().map(read).collect()
    }
}

/// webhook_id, name, failures, failing_since, alerted_at
type FailingRow = (i64, String, i64, Option<i64>, Option<i64>);

/// failures, failing_since, alerted_at, last_delivered_at
type RecordRow = (i64, Option<i64>, Option<i64>, Option<i64>);

/// What stands in the table: the record, and when the webhook last delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) health: Health,
    pub(crate) last_delivered_at: Option<Timestamp>,
}

/// Reads the record of a webhook in a transaction. Not locked: two nodes that end attempts of one
/// webhook at the same moment may lose a failure from a count that decides after hours.
pub(crate) async fn read(tx: &mut Conn, webhook: WebhookId) -> Result<Record> {
    let row: Option<RecordRow> = tx.first(sql!("health/get"), args![webhook]).await?;
    let Some((failures, since, alerted, delivered)) = row else { return Ok(Record::default()) };
    let health = health(failures, since, alerted)?;
    Ok(Record { health, last_delivered_at: delivered.map(Timestamp::from_ms) })
}

/// Writes the record of a webhook in a transaction.
pub(crate) async fn write(tx: &mut Conn, webhook: WebhookId, record: Record) -> Result<()> {
    let Record { health, last_delivered_at } = record;
    let failures = i64::from(health.failures);
    let values = args![webhook, failures, health.failing_since, health.alerted_at, last_delivered_at];
    tx.run(sql!("health/set"), values).await.map(|_| ())
}

fn health(failures: i64, since: Option<i64>, alerted: Option<i64>) -> Result<Health> {
    Ok(Health {
        failures: number("webhook_health.failures", failures)?,
        failing_since: since.map(Timestamp::from_ms),
        alerted_at: alerted.map(Timestamp::from_ms),
    })
}
