//! Claims: a delivery belongs to one worker for the time of a lease.

use crate::{
    Result, Store,
    bulk::Columns,
    conn::{Conn, number},
    rows::{EventColumns, text},
    sql::{args, sql_pair},
};
use domain::{
    event::Event,
    id::{DeliveryId, MarketplaceId, WebhookId},
    time::Timestamp,
};
use std::collections::HashMap;

/// A lease lasts the webhook's timeout and this, by the database's clock.
pub const LEASE_SLACK_MS: i64 = 5000;

/// What a worker asks for.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The fencing token: unique among all claims of all nodes.
    pub token: i64,
    /// What is due until then.
    pub now: Timestamp,
    /// How many at most.
    pub limit: u32,
    /// How many at most of one webhook that is not in `room`.
    pub per_webhook: u32,
    /// How many at most of certain webhooks; 0 leaves one out.
    pub room: &'a [(WebhookId, u32)],
}

/// Everything that an attempt needs but the webhook.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    /// Which.
    pub delivery: DeliveryId,
    /// Whose.
    pub marketplace: MarketplaceId,
    /// To whom. It may have been paused or deleted meanwhile.
    pub webhook: WebhookId,
    /// What.
    pub event: Event,
    /// The number of the attempt to make, from 1.
    pub attempt: u32,
    /// Goes with [`crate::Finish`].
    pub token: i64,
    /// Whether another worker's lease ended without a word: that attempt was interrupted.
    pub rescued: bool,
    /// What the first attempt rendered.
    pub body: Option<String>,
    /// Whether it is a test.
    pub test: bool,
}

impl Store {
    /// Takes deliveries that are due: first those whose lease ended, then, fairly among the webhooks,
    /// the oldest of each. A webhook's deliveries come in the order in which they are to be started.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`.
    pub async fn claim(&self, claim: Claim<'_>) -> Result<Vec<Claimed>> {
        let mut tx = self.write().await?;
        let picked = pick(&mut tx, &claim).await?;
        if picked.is_empty() {
            // By hand, so that no row stays locked until the connection is used again.
            tx.rollback().await?;
            return Ok(Vec::new());
        }
        let ids: Vec<i64> = picked.iter().map(|(id, _)| *id).collect();
        let values = args![claim.token, LEASE_SLACK_MS, ids.clone()];
        tx.run(sql_pair!("queue/lease"), values).await?;
        let rows: Vec<WorkColumns> = tx.all(sql_pair!("queue/work"), args![ids]).await?;
        tx.commit().await?;
        let mut rows: HashMap<i64, WorkColumns> =
            rows.into_iter().map(|row| (row.delivery_id, row)).collect();
        let order = picked.into_iter().filter_map(|(id, rescued)| Some((rows.remove(&id)?, rescued)));
        order.map(|(row, rescued)| row.read(claim.token, rescued)).collect()
    }
    /// Begins the lease of claimed deliveries anew; returns those that are still this worker's.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`.
    pub async fn renew(&self, claims: &[(DeliveryId, i64)]) -> Result<Vec<DeliveryId>> {
        let mut tx = self.write().await?;
        let columns = columns(claims).ints(claims.iter().map(|_| LEASE_SLACK_MS));
        let rows: Vec<(i64,)> = tx.all_bulk(sql_pair!("queue/renew"), columns).await?;
        tx.commit().await?;
        Ok(rows.into_iter().map(|(id,)| DeliveryId::from_key(id)).collect())
    }
    /// Gives claimed deliveries back untried, as they were; others may take them at once.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`.
    pub async fn give_back(&self, claims: &[(DeliveryId, i64)]) -> Result<()> {
        let mut tx = self.write().await?;
        tx.run_bulk(sql_pair!("queue/give_back"), columns(claims)).await?;
        tx.commit().await
    }
}

fn columns(claims: &[(DeliveryId, i64)]) -> Columns {
    Columns::default()
        .ints(claims.iter().map(|(delivery, _)| delivery.key()))
        .ints(claims.iter().map(|(_, token)| *token))
}

/// Chooses and locks what to take: keys of deliveries in the order to start them, and whether each
/// is rescued.
async fn pick(tx: &mut Conn, claim: &Claim<'_>) -> Result<Vec<(i64, bool)>> {
    let limit = i64::from(claim.limit);
    let mut room: HashMap<i64, u32> = claim.room.iter().map(|(webhook, n)| (webhook.key(), *n)).collect();
    let mut fits = |webhook: i64| {
        let left = room.entry(webhook).or_insert(claim.per_webhook);
        let fits = *left > 0;
        *left = left.saturating_sub(1);
        fits
    };
    let full: Vec<i64> =
        claim.room.iter().filter(|(_, n)| *n == 0).map(|(webhook, _)| webhook.key()).collect();
    let values = args![full.clone(), limit];
    let expired: Vec<(i64, i64)> = tx.all(sql_pair!("queue/expired"), values).await?;
    let mut picked: Vec<(i64, bool)> =
        expired.into_iter().filter(|(_, webhook)| fits(*webhook)).map(|(id, _)| (id, true)).collect();

    let missing = limit - picked.len() as i64;
    if missing > 0 {
        let most = claim.room.iter().map(|(_, n)| *n).max().unwrap_or(0).max(claim.per_webhook);
        let values = args![claim.now, full, missing.min(i64::from(most))];
        let ready: Vec<(i64, i64, i64)> = tx.all(sql_pair!("queue/ready"), values).await?;
        let mut fair = in_turn(ready);
        fair.retain(|(_, webhook, _)| fits(*webhook));
        fair.truncate(missing as usize);
        fair.sort_unstable_by_key(|(id, _, due)| (*due, *id));
        picked.extend(fair.into_iter().map(|(id, _, _)| (id, false)));
    }
    Ok(picked)
}

/// Orders (delivery, webhook, due) so that the first of every webhook comes before the second of any.
fn in_turn(mut rows: Vec<(i64, i64, i64)>) -> Vec<(i64, i64, i64)> {
    rows.sort_unstable_by_key(|(id, _, due)| (*due, *id));
    let mut seen: HashMap<i64, usize> = HashMap::new();
    let turn = |(id, webhook, due): (i64, i64, i64)| {
        let turn = seen.entry(webhook).or_default();
        *turn += 1;
        (*turn, (id, webhook, due))
    };
    let mut turns: Vec<_> = rows.into_iter().map(turn).collect();
    turns.sort_by_key(|(turn, _)| *turn);
    turns.into_iter().map(|(_, row)| row).collect()
}

/// The columns of what an attempt needs.
#[derive(sqlx::FromRow)]
struct WorkColumns {
    delivery_id: i64,
    marketplace_id: i64,
    webhook_id: i64,
    attempt_count: i64,
    delivery_test: bool,
    #[sqlx(flatten)]
    event: EventColumns,
    content: Option<Vec<u8>>,
}

impl WorkColumns {
    fn read(self, token: i64, rescued: bool) -> Result<Claimed> {
        Ok(Claimed {
            delivery: DeliveryId::from_key(self.delivery_id),
            marketplace: MarketplaceId::from_key(self.marketplace_id),
            webhook: WebhookId::from_key(self.webhook_id),
            event: self.event.read()?,
            attempt: number("deliveries.attempt_count", self.attempt_count + 1)?,
            token,
            rescued,
            body: self.content.map(text).transpose()?,
            test: self.delivery_test,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_does_not_hide_a_short_one() {
        // (delivery, webhook, due): webhook 1 has a long line since long ago.
        let rows = vec![(1, 1, 10), (2, 1, 11), (3, 1, 12), (4, 2, 20), (5, 3, 15)];
        let ids: Vec<i64> = in_turn(rows).into_iter().map(|(id, _, _)| id).collect();
        assert_eq!(ids, [1, 5, 4, 2, 3]);
    }
}
