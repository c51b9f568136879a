//! The queue of deliveries to be tried.

use crate::{
    Conflict, Result, Store, audit,
    sql::{args, sql, sql_pair},
};
use domain::{
    account::AuditEntry,
    id::{DeliveryId, MarketplaceId},
    time::Timestamp,
};

/// How much there is to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Due and not claimed.
    pub due: i64,
    /// Not due yet.
    pub later: i64,
    /// Claimed.
    pub claimed: i64,
    /// When the first of those that are due was due.
    pub oldest_due: Option<Timestamp>,
}

impl Store {
    /// Puts one delivery into the queue again, due now and first in its webhook's line; `render`
    /// forgets the body. `false` when there is no such delivery.
    ///
    /// # Errors
    /// `Conflict::Sending`, `Conflict::WebhookDeleted`.
    pub async fn retry(
        &self,
        marketplace: MarketplaceId,
        id: DeliveryId,
        render: bool,
        now: Timestamp,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        // One after another with changes of the webhook's state, which touch the same rows.
        let _: Option<(i64,)> = tx.first(sql_pair!("marketplaces/hold_version"), args![marketplace]).await?;
        let row: Option<(bool,)> =
            tx.first(sql_pair!("deliveries/webhook_deleted"), args![marketplace, id]).await?;
        match row {
            None => return Ok(false),
            Some((true,)) => return Err(Conflict::WebhookDeleted.into()),
            Some((false,)) => {}
        }
        if tx.run(sql!("queue/retry"), args![id, now]).await? == 0 {
            return Err(Conflict::Sending.into());
        }
        tx.run(sql!("deliveries/retry"), args![id, render]).await?;
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await?;
        Ok(true)
    }
    /// How much there is to do, in all marketplaces.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn backlog(&self, now: Timestamp) -> Result<Backlog> {
        let (due, later, claimed, oldest): (i64, i64, i64, Option<i64>) =
            self.read().await?.one(sql!("queue/backlog"), args![now]).await?;
        Ok(Backlog { due, later, claimed, oldest_due: oldest.map(Timestamp::from_ms) })
    }
}
