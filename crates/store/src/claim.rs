//! Claims: a delivery belongs to one worker for the time of a lease.

use crate::{
    Error, Result, Store,
    bulk::Columns,
    conn::{Conn, number},
    rows::{EventColumns, text},
    sql::{args, sql, sql_pair},
};
use domain::{
    event::Event,
    id::{DeliveryId, MarketplaceId, WebhookId},
    share::Share,
    time::Timestamp,
};
use std::{collections::HashMap, time::Duration};
use tokio::time::timeout;

/// A lease lasts the webhook's timeout and this, by the database's clock.
pub const LEASE_SLACK_MS: i64 = 5000;
/// How long a renewal and a claim wait for their turn to write: together less than what is left of a lease when it is to
/// be renewed, half of [`LEASE_SLACK_MS`].
const TURN: Duration = Duration::from_secs(1);
/// Deliveries of one claim that are taken over from workers that were lost.
const MOST_RESCUED: i64 = 256;

/// What a worker asks for.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The fencing token: unique among all claims of all nodes.
    pub token: i64,
    /// What is due until then.
    pub now: Timestamp,
    /// How many at most, beside those that are rescued.
    pub limit: u32,
    /// How many at most of one webhook that is not in `room`; all are begun.
    pub per_webhook: u32,
    /// Of certain webhooks: how many at most are begun at once, and how many are taken in hand beyond them. With
    /// 0 and 0 one is left out.
    pub room: &'a [(WebhookId, u32, u32)],
    /// Which webhooks are asked for at all.
    pub share: Share,
}

/// What a claim came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims {
    /// In the order in which they are to be started.
    pub taken: Vec<Claimed>,
    /// Webhooks of the share that may have more that is due.
    pub left: Vec<WebhookId>,
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
    /// Whether the webhook was active at the claim. For one that was not, a person asked for it.
    pub active: bool,
    /// What.
    pub event: Event,
    /// The number of the attempt to make, from 1.
    pub attempt: u32,
    /// How many attempts there were before the retry schedule began anew.
    pub attempts_before: u32,
    /// How many after that say nothing about the receiver: a template failed, or Crier ended.
    pub not_sent: u32,
    /// Goes with [`crate::Finish`]; negative while it is only in hand (see [`crate::Next::Begun`]).
    pub token: i64,
    /// Whether another worker's lease ended without a word: that attempt was interrupted.
    pub rescued: bool,
    /// What the first attempt rendered.
    pub body: Option<String>,
    /// Whether it is a test.
    pub test: bool,
}

impl Store {
    /// Takes deliveries that are due: first those whose lease ended, of whatever webhook, because
    /// nothing is sent for them; then, fairly among the webhooks, the oldest of each.
    ///
    /// # Errors
    /// `Unavailable`; `Busy`, also when the turn did not come within a second: the worker may have leases of its own that
    /// it should have renewed meanwhile.
    pub async fn claim(&self, claim: Claim<'_>) -> Result<Claims> {
        let mut tx = self.turn().await?;
        let (picked, left) = pick(&mut tx, &claim).await?;
        if picked.is_empty() {
            // By hand, so that no row stays locked until the connection is used again.
            tx.rollback().await?;
            return Ok(Claims { taken: Vec::new(), left });
        }
        let ids: Vec<i64> = picked.iter().map(|(id, _)| *id).collect();
        let rows: Vec<WorkColumns> = tx.all(sql_pair!("queue/work"), args![ids]).await?;
        let mut rows: HashMap<i64, WorkColumns> =
            rows.into_iter().map(|row| (row.delivery_id, row)).collect();
        let order = picked.into_iter().filter_map(|(id, how)| {
            let row = rows.remove(&id)?;
            // Called interrupted once, it is not called so again without having been sent.
            let how = if how == Picked::Begun && row.not_sent > 0 { Picked::InHand } else { how };
            Some((row, how))
        });
        let taken: Vec<_> = order.map(|(row, how)| row.read(claim.token, how)).collect::<Result<_>>()?;
        for token in [-claim.token, claim.token] {
            let own = taken.iter().filter(|claimed| claimed.token == token);
            let ids: Vec<i64> = own.map(|claimed| claimed.delivery.key()).collect();
            if !ids.is_empty() {
                tx.run(sql_pair!("queue/lease"), args![token, LEASE_SLACK_MS, ids]).await?;
            }
        }
        tx.commit().await?;
        Ok(Claims { taken, left })
    }
    /// Ends all leases, for the only server of a SQLite file at its start: whoever had them is gone. What was
    /// interrupted need not wait then. Does nothing on Postgres.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`.
    pub async fn end_leases(&self) -> Result<()> {
        if self.is_shared() {
            return Ok(());
        }
        let mut tx = self.write().await?;
        tx.run(sql!("queue/end_leases"), args![]).await?;
        tx.commit().await
    }
    /// Begins the lease of claimed deliveries anew; returns those that are still this worker's.
    ///
    /// # Errors
    /// `Unavailable`; `Busy`, also when the turn did not come within a second: more may be due by then.
    pub async fn renew(&self, claims: &[(DeliveryId, i64)]) -> Result<Vec<DeliveryId>> {
        let mut tx = self.turn().await?;
        let columns = columns(claims).ints(claims.iter().map(|_| LEASE_SLACK_MS));
        let rows: Vec<(i64,)> = tx.all_bulk(sql_pair!("queue/renew"), columns).await?;
        tx.commit().await?;
        Ok(rows.into_iter().map(|(id,)| DeliveryId::from_key(id)).collect())
    }
    /// A transaction, soon or not at all.
    async fn turn(&self) -> Result<Conn> {
        let turn = timeout(TURN, self.write()).await;
        turn.map_err(|_| Error::Busy(sqlx::Error::PoolTimedOut))?
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

/// How a delivery is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Picked {
    /// Another worker began it, and its lease ended without a word.
    Rescued,
    /// It is begun now.
    Begun,
    /// It waits with the worker until it is begun.
    InHand,
}

/// Chooses and locks what to take: keys of deliveries in the order to start them; and the webhooks of
/// which more may be due.
async fn pick(tx: &mut Conn, claim: &Claim<'_>) -> Result<(Vec<(i64, Picked)>, Vec<WebhookId>)> {
    let expired: Vec<(i64, bool)> = tx.all(sql_pair!("queue/expired"), args![MOST_RESCUED]).await?;
    let (begun, untouched): (Vec<_>, Vec<_>) = expired.into_iter().partition(|(_, begun)| *begun);
    if !untouched.is_empty() {
        let ids: Vec<i64> = untouched.into_iter().map(|(id, _)| id).collect();
        tx.run(sql_pair!("queue/untouched"), args![ids]).await?;
    }
    let mut picked: Vec<_> = begun.into_iter().map(|(id, _)| (id, Picked::Rescued)).collect();
    let room: HashMap<i64, (u32, u32)> =
        claim.room.iter().map(|(webhook, now, ahead)| (webhook.key(), (*now, *ahead))).collect();
    let room_of = |webhook| *room.get(&webhook).unwrap_or(&(claim.per_webhook, 0));
    let lines: Vec<(i64,)> = tx.all(sql!("queue/lines"), args![claim.now]).await?;
    let mine = lines.into_iter().filter(|(webhook,)| claim.share.holds(WebhookId::from_key(*webhook)));
    let line = |(webhook,)| {
        let (now, ahead) = room_of(webhook);
        let room = i64::from(now) + i64::from(ahead);
        Line { webhook, room, taken: 0 }
    };
    let (lines, full): (Vec<_>, Vec<_>) = mine.map(line).partition(|line| line.room > 0);
    let (mut fronts, left) = fronts(tx, lines, i64::from(claim.limit), claim.now).await?;
    fronts.sort_unstable_by_key(|front| (front.due_at, front.delivery_id));
    let mut begun: HashMap<i64, u32> = HashMap::new();
    picked.extend(fronts.into_iter().map(|front| {
        let begun = begun.entry(front.webhook_id).or_default();
        *begun += 1;
        let how = if *begun <= room_of(front.webhook_id).0 { Picked::Begun } else { Picked::InHand };
        (front.delivery_id, how)
    }));
    let left = full.iter().map(|line| line.webhook).chain(left).map(WebhookId::from_key).collect();
    Ok((picked, left))
}

/// What waits for one webhook.
struct Line {
    webhook: i64,
    /// How many more may be taken.
    room: i64,
    /// How many were taken already.
    taken: i64,
}

#[derive(sqlx::FromRow)]
struct Front {
    delivery_id: i64,
    webhook_id: i64,
    due_at: i64,
}

/// Takes `missing` deliveries from the fronts of the lines, an equal share of each; what short lines
/// leave is shared among the others. No row is locked that is not taken. Says which lines may be
/// longer.
async fn fronts(
    tx: &mut Conn,
    mut lines: Vec<Line>,
    mut missing: i64,
    now: Timestamp,
) -> Result<(Vec<Front>, Vec<i64>)> {
    let (mut fronts, mut left) = (Vec::new(), Vec::new());
    while missing > 0 && !lines.is_empty() {
        let asked = lines.len().min(missing as usize);
        let share = missing / asked as i64;
        let wanted: Vec<i64> = lines[..asked].iter().map(|line| share.min(line.room)).collect();
        let rows = take(tx, &lines[..asked], &wanted, now).await?;
        let mut got: HashMap<i64, i64> = HashMap::new();
        for row in &rows {
            *got.entry(row.webhook_id).or_default() += 1;
        }
        let mut wanted = wanted.into_iter();
        lines.retain_mut(|line| {
            let got = got.remove(&line.webhook).unwrap_or(0);
            line.room -= got;
            line.taken += got;
            // Lines after the last wish were not asked yet.
            let longer = wanted.next().is_none_or(|wanted| got == wanted);
            if longer && line.room == 0 {
                left.push(line.webhook);
            }
            longer && line.room > 0
        });
        missing -= rows.len() as i64;
        fronts.extend(rows);
    }
    left.extend(lines.iter().map(|line| line.webhook));
    Ok((fronts, left))
}

async fn take(tx: &mut Conn, lines: &[Line], wanted: &[i64], now: Timestamp) -> Result<Vec<Front>> {
    if tx.is_postgres() {
        let webhooks: Vec<i64> = lines.iter().map(|line| line.webhook).collect();
        let taken: Vec<i64> = lines.iter().map(|line| line.taken).collect();
        let values = args![webhooks, wanted.to_vec(), taken, now];
        return tx.all(sql_pair!("queue/front"), values).await;
    }
    let mut rows = Vec::new();
    for (line, wanted) in lines.iter().zip(wanted) {
        let values = args![line.webhook, *wanted, line.taken, now];
        rows.extend(tx.all::<Front>(sql_pair!("queue/front"), values).await?);
    }
    Ok(rows)
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
    opening: Option<String>,
    closing: Option<String>,
    active: bool,
    attempts_before: i64,
    not_sent: i64,
}

impl WorkColumns {
    fn read(self, token: i64, how: Picked) -> Result<Claimed> {
        let event = self.event.read()?;
        let body = match (self.opening, self.closing, self.content) {
            (Some(opening), Some(closing), _) => Some(opening + &event.payload + &closing),
            (_, _, whole) => whole.map(text).transpose()?,
        };
        Ok(Claimed {
            delivery: DeliveryId::from_key(self.delivery_id),
            marketplace: MarketplaceId::from_key(self.marketplace_id),
            webhook: WebhookId::from_key(self.webhook_id),
            active: self.active,
            event,
            attempt: number("deliveries.attempt_count", self.attempt_count + 1)?,
            attempts_before: number("deliveries.attempts_before", self.attempts_before)?,
            not_sent: number("attempts", self.not_sent)?,
            token: if how == Picked::InHand { -token } else { token },
            rescued: how == Picked::Rescued,
            body,
            test: self.delivery_test,
        })
    }
}
