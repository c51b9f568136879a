//! Deliveries by hour, failures by webhook.

use crate::{
    Result, Store,
    filter::first_key,
    log,
    sql::{args, sql},
};
use domain::{
    delivery::Counts,
    id::{MarketplaceId, WebhookId},
    time::Timestamp,
};
use std::collections::BTreeMap;

/// One hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// When it begins.
    pub at: Timestamp,
    /// Where the deliveries stand that were accepted in it.
    pub counts: Counts,
}

impl Store {
    /// Deliveries accepted since then, by hour (UTC), oldest first; tests and empty hours left out.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn hours(&self, marketplace: MarketplaceId, since: Timestamp) -> Result<Vec<Bucket>> {
        let values = args![marketplace, first_key(since)];
        let mut conn = self.read().await?;
        let all: Vec<(i64, String, i64)> = conn.all(sql!("log/hours"), values.clone()).await?;
        let tests: Vec<(i64, String, i64)> = conn.all(sql!("log/hours_of_tests"), values).await?;
        let mut hours: BTreeMap<i64, Counts> = BTreeMap::new();
        for (hour, state, count) in all {
            log::add(hours.entry(hour).or_default(), &state, count)?;
        }
        for (hour, state, count) in tests {
            log::add(hours.entry(hour).or_default(), &state, -count)?;
        }
        hours.retain(|_, counts| *counts != Counts::default());
        let bucket = |(hour, counts)| Bucket { at: Timestamp::from_ms(hour * 3_600_000), counts };
        Ok(hours.into_iter().map(bucket).collect())
    }
    /// How many deliveries accepted since then failed at their last attempt, by webhook (deleted ones
    /// too), most first; tests and webhooks without a failure left out.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn failures(
        &self,
        marketplace: MarketplaceId,
        since: Timestamp,
    ) -> Result<Vec<(WebhookId, String, i64)>> {
        let values = args![marketplace, first_key(since)];
        let rows: Vec<(i64, String, i64)> = self.read().await?.all(sql!("log/failures"), values).await?;
        Ok(rows.into_iter().map(|(id, name, count)| (WebhookId::from_key(id), name, count)).collect())
    }
}
