//! What waits for a person: hold, release, discard, by webhook.

use crate::{
    Result, Store, audit,
    conn::Conn,
    marketplaces::bump,
    sql::{args, sql},
};
use domain::{
    account::AuditEntry,
    delivery::State,
    id::{MarketplaceId, WebhookId},
    time::Timestamp,
};

/// What an activation does with the deliveries that the webhook holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnHeld {
    /// Puts them into the queue.
    #[default]
    Release,
    /// Lets them wait.
    Keep,
    /// Gives up on them.
    Discard,
}

/// Which of the held deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// Those whose template failed.
    Template,
}

/// What became of deliveries that waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// From the queue to held.
    pub held: i64,
    /// From held into the queue.
    pub released: i64,
    /// Given up.
    pub discarded: i64,
}

impl Store {
    /// Puts what a webhook holds into the queue, due now, in the order of acceptance; says how many.
    /// Those whose template failed lose nothing: they have no body yet.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn release(
        &self,
        marketplace: MarketplaceId,
        webhook: WebhookId,
        which: Which,
        now: Timestamp,
        audit: Option<&AuditEntry>,
    ) -> Result<i64> {
        let mut tx = self.write().await?;
        bump(&mut tx, marketplace).await?;
        let released = if owns(&mut tx, marketplace, webhook).await? {
            release(&mut tx, webhook, which, now).await?
        } else {
            0
        };
        if let Some(entry) = audit {
            audit::append(&mut tx, marketplace, entry).await?;
        }
        tx.commit().await?;
        Ok(released)
    }
    /// Gives up on what a webhook holds; says how many.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn discard(
        &self,
        marketplace: MarketplaceId,
        webhook: WebhookId,
        audit: &AuditEntry,
    ) -> Result<i64> {
        let mut tx = self.write().await?;
        bump(&mut tx, marketplace).await?;
        let discarded = if owns(&mut tx, marketplace, webhook).await? {
            discard_held(&mut tx, webhook).await?
        } else {
            0
        };
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await?;
        Ok(discarded)
    }
}

/// Whether a webhook that is not deleted belongs to the marketplace.
async fn owns(tx: &mut Conn, marketplace: MarketplaceId, webhook: WebhookId) -> Result<bool> {
    let (count,): (i64,) = tx.one(sql!("waiting/owns"), args![marketplace, webhook]).await?;
    Ok(count == 1)
}

/// Puts held deliveries into the queue, in a transaction that holds the marketplace's row
/// ([`bump`]), so that none is accepted or recorded into `held` meanwhile.
pub(crate) async fn release(tx: &mut Conn, webhook: WebhookId, which: Which, now: Timestamp) -> Result<i64> {
    let mark = match which {
        Which::All => sql!("waiting/mark_released"),
        Which::Template => sql!("waiting/mark_template_released"),
    };
    let released = tx.run(mark, args![webhook]).await?;
    tx.run(sql!("waiting/enqueue"), args![webhook, now]).await?;
    Ok(released as i64)
}

/// Takes what nobody is sending out of the queue, in a transaction.
pub(crate) async fn empty_queue(tx: &mut Conn, webhook: WebhookId, to: State) -> Result<i64> {
    let taken = tx.run(sql!("waiting/take"), args![webhook]).await?;
    tx.run(sql!("waiting/mark_taken"), args![webhook, to.as_str()]).await?;
    tx.run(sql!("waiting/remove_taken"), args![webhook]).await?;
    Ok(taken as i64)
}

/// Gives up on held deliveries, in a transaction.
pub(crate) async fn discard_held(tx: &mut Conn, webhook: WebhookId) -> Result<i64> {
    Ok(tx.run(sql!("waiting/discard_held"), args![webhook]).await? as i64)
}
