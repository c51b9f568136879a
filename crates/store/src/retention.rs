//! Removes what is old, a handful of events at a time, each with everything that belongs to it.
//!
//! Keys hold their time, so old events are the first ones. An event stays as long as one of its
//! deliveries waits in the queue.

use crate::{
    Result, Store,
    conn::Conn,
    filter::first_key,
    sql::{args, sql, sql_pair, sql_postgres},
};
use domain::{id::EventId, time::Timestamp};
use std::collections::HashSet;

/// Events of one step at most, and deliveries (one event's may be more): some 10 ms, for which others
/// that write may have to wait.
const EVENTS: i64 = 200;
const DELIVERIES: i64 = 500;

/// What one step of [`Store::remove_old`] came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Events that were removed, with their deliveries, attempts and contents.
    pub events: i64,
    /// Where to go on; `None` at the end.
    pub next: Option<EventId>,
}

impl Store {
    /// Removes some of the events accepted before `before`, from the oldest on, beginning behind `after`.
    /// Those with a delivery in the queue stay. Any number of nodes may call it at any time.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`: nothing is removed.
    pub async fn remove_old(&self, before: Timestamp, after: Option<EventId>) -> Result<Step> {
        let mut tx = self.write().await?;
        let values = args![after.map_or(0, EventId::key), first_key(before), EVENTS];
        let old: Vec<(i64, i64)> = tx.all(sql_pair!("retention/old"), values).await?;
        let mut deliveries = 0;
        let events: Vec<i64> = old
            .iter()
            .take_while(|(_, made)| {
                let room = deliveries < DELIVERIES;
                deliveries += made;
                room
            })
            .map(|(event, _)| *event)
            .collect();
        let more = events.len() < old.len() || old.len() as i64 == EVENTS;
        let next = events.last().filter(|_| more).map(|event| EventId::from_key(*event));
        let mut idle = idle(&mut tx, events).await?;
        if tx.is_postgres() && !idle.is_empty() {
            let _: Vec<(i64,)> = tx.all(sql_postgres!("retention/hold"), args![idle.clone()]).await?;
            // Somebody may have sent one again before it was held.
            idle = self::idle(&mut tx, idle).await?;
        }
        if idle.is_empty() {
            tx.rollback().await?;
            return Ok(Step { events: 0, next });
        }
        let events = idle.len() as i64;
        remove(&mut tx, &idle).await?;
        tx.commit().await?;
        Ok(Step { events, next })
    }

    /// Removes one segment of the search index if all of its events were accepted before `before`; `false`
    /// when there is none.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`: nothing is removed.
    pub async fn remove_old_segment(&self, before: Timestamp) -> Result<bool> {
        let segment: Option<(i64,)> =
            self.read().await?.first(sql!("retention/segment"), args![first_key(before)]).await?;
        let Some((first,)) = segment else { return Ok(false) };
        let mut tx = self.write().await?;
        tx.run(sql!("retention/remove_segment"), args![first]).await?;
        tx.run(sql!("retention/remove_blocks"), args![first]).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Those of the events of which nothing waits in the queue.
async fn idle(tx: &mut Conn, mut events: Vec<i64>) -> Result<Vec<i64>> {
    let waiting: Vec<(i64,)> = tx.all(sql_pair!("retention/waiting"), args![events.clone()]).await?;
    let waiting: HashSet<i64> = waiting.into_iter().map(|(event,)| event).collect();
    events.retain(|event| !waiting.contains(event));
    Ok(events)
}

/// Removes events and what belongs to them, in a transaction. Nothing of them stands in the queue.
pub(crate) async fn remove(tx: &mut Conn, events: &[i64]) -> Result<()> {
    for statement in [
        sql_pair!("retention/remove_attempts"),
        sql_pair!("retention/remove_bodies"),
        sql_pair!("retention/remove_envelopes"),
        sql_pair!("retention/remove_deliveries"),
        sql_pair!("retention/remove_terms"),
        sql_pair!("events/delete"),
    ] {
        tx.run(statement, args![events.to_vec()]).await?;
    }
    Ok(())
}
