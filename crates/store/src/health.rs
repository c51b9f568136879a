//! What is remembered about receivers. [`crate::Store::finish`] writes it.

use crate::{
    Result, Store,
    bulk::{Columns, Script},
    conn::Conn,
    conn::number,
    sql::{args, sql, sql_pair, sql_postgres},
};
use domain::{
    health::Health,
    id::{MarketplaceId, WebhookId},
    time::Timestamp,
};
use std::collections::HashMap;

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

/// What stands in the table: the record, and when the webhook last delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) health: Health,
    pub(crate) last_delivered_at: Option<Timestamp>,
}

/// The columns of a record.
#[derive(sqlx::FromRow)]
pub(crate) struct RecordColumns {
    failures: i64,
    failing_since: Option<i64>,
    alerted_at: Option<i64>,
    last_delivered_at: Option<i64>,
}

impl RecordColumns {
    pub(crate) fn read(&self) -> Result<Record> {
        let health = health(self.failures, self.failing_since, self.alerted_at)?;
        Ok(Record { health, last_delivered_at: self.last_delivered_at.map(Timestamp::from_ms) })
    }
}

/// When the people of these webhooks were told last, as it stands in the database from now until the
/// transaction ends; `None` where nobody else can have told them meanwhile.
pub(crate) async fn hold(tx: &mut Conn, webhooks: Vec<i64>) -> Result<Option<HashMap<i64, Option<i64>>>> {
    if !tx.is_postgres() {
        return Ok(None);
    }
    let rows: Vec<(i64, Option<i64>)> = tx.all(sql_postgres!("health/hold"), args![webhooks]).await?;
    Ok(Some(rows.into_iter().collect()))
}

/// Writes the records of webhooks, by their keys.
pub(crate) fn write(script: &mut Script, records: &[(i64, Record)]) {
    let ms = |at: Option<Timestamp>| at.map(Timestamp::ms);
    let columns = Columns::default()
        .ints(records.iter().map(|(webhook, _)| *webhook))
        .ints(records.iter().map(|(_, record)| i64::from(record.health.failures)))
        .ints(records.iter().map(|(_, record)| ms(record.health.failing_since)))
        .ints(records.iter().map(|(_, record)| ms(record.health.alerted_at)))
        .ints(records.iter().map(|(_, record)| ms(record.last_delivered_at)));
    script.add(sql_pair!("health/set"), columns);
}

/// A record as it stands in its columns.
pub(crate) fn health(failures: i64, since: Option<i64>, alerted: Option<i64>) -> Result<Health> {
    Ok(Health {
        failures: number("webhook_health.failures", failures)?,
        failing_since: since.map(Timestamp::from_ms),
        alerted_at: alerted.map(Timestamp::from_ms),
    })
}
