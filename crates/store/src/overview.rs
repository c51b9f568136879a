//! Deliveries by hour.

use crate::{Result, Store};
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
        let _ = (marketplace, since);
        todo!()
    }
}
