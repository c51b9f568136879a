//! Deliveries by hour.

use crate::{
    Result, Store,
    filter::first_key,
    log,
    sql::{args, sql},
};
use domain::{delivery::Counts, id::MarketplaceId, time::Timestamp};

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
        let rows: Vec<(i64, String, i64)> = self.read().await?.all(sql!("log/hours"), values).await?;
        let mut buckets: Vec<Bucket> = Vec::new();
        for (hour, state, count) in rows {
            let at = Timestamp::from_ms(hour * 3_600_000);
            if buckets.last().is_none_or(|bucket| bucket.at != at) {
                buckets.push(Bucket { at, counts: Counts::default() });
            }
            if let Some(bucket) = buckets.last_mut() {
                log::add(&mut bucket.counts, &state, count)?;
            }
        }
        Ok(buckets)
    }
}
