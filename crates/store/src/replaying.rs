//! What a replay does: in steps, it walks over the deliveries of its webhook in the order of acceptance and puts
//! those that match into the queue. How far it is stands in the database and moves in the transaction of the
//! step, so that any node may go on at any time, and none sends one twice.
//!
//! A step is looked for without a lock and in bounded pieces: windows of the webhook's deliveries, or, where
//! payloads are searched, pieces of the list of events that were found.

use crate::{
    Result, Store,
    conn::{Conn, parse},
    filter::{Conditions, first_key},
    sql::{args, sql, sql_pair},
};
use domain::{
    delivery::DeliveryFilter,
    id::{Id, MarketplaceId, ReplayId, WebhookId},
    replay::State,
    time::Timestamp,
};

/// Deliveries of one window: some milliseconds.
const WINDOW: i64 = 5000;
/// Found events of one piece.
const PIECE: usize = 1000;
/// Windows or pieces of one step.
const MOST_LOOKS: usize = 8;

/// A replay that can go on.
#[derive(Clone, Debug)]
pub struct Running {
    /// Which.
    pub id: ReplayId,
    /// Of whom.
    pub marketplace: MarketplaceId,
    /// Whose deliveries it sends.
    pub webhook: WebhookId,
    /// Which of them.
    pub filter: DeliveryFilter,
    /// Whether bodies are rendered anew.
    render: bool,
    /// How far it is.
    reached: i64,
}

/// The events that the search of a replay's filter finds, ascending; `None` when it searches no payloads.
#[derive(Clone, Debug, Default)]
pub struct Found(Option<Vec<i64>>);

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayStep {
    /// How many deliveries were put into the queue.
    pub put: i64,
    /// Whether there are no more.
    pub ended: bool,
}

/// What a step puts into the queue, if it is still as it was found.
struct Picked {
    deliveries: Vec<i64>,
    reached: i64,
    ended: bool,
}

impl Store {
    /// The replays that can go on, oldest first.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn running_replays(&self) -> Result<Vec<Running>> {
        let rows: Vec<(i64, i64, i64, String, bool, i64)> =
            self.read().await?.all(sql!("replays/running"), args![]).await?;
        let read =
            |(id, marketplace, webhook, filter, render, reached): (i64, i64, i64, String, bool, i64)| {
                Ok(Running {
                    id: Id::from_key(id),
                    marketplace: Id::from_key(marketplace),
                    webhook: Id::from_key(webhook),
                    filter: parse("replays.filter", &filter)?,
                    render,
                    reached,
                })
            };
        let mut all = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        all.sort_by_key(|replay: &Running| replay.id);
        Ok(all)
    }

    /// How many deliveries of a webhook are due, in hand or being sent; counts up to `most`.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn waiting_for(&self, webhook: WebhookId, now: Timestamp, most: i64) -> Result<i64> {
        let values = args![webhook, now, most];
        let (count,): (i64,) = self.read().await?.one(sql!("replays/waiting"), values).await?;
        Ok(count)
    }

    /// What a replay's search for payloads finds. The same at any time but for what was removed, so it may be
    /// kept between steps.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn search_replay(&self, replay: &Running) -> Result<Found> {
        let conditions = Conditions::deliveries(replay.marketplace, &replay.filter);
        let Some(mut search) = conditions.and_then(|all| all.search(Some(replay.id.key()))) else {
            return Ok(Found(None));
        };
        let (mut conn, mut events) = (self.read().await?, Vec::new());
        while let Some(found) = search.next(&mut conn).await? {
            events.extend(found);
        }
        events.sort_unstable();
        events.dedup();
        Ok(Found(Some(events)))
    }

    /// Puts the next `most` deliveries into the queue, due now; fewer at the end, or where few match.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`: nothing is changed, and the same call may be made again.
    pub async fn replay_step(
        &self,
        replay: &Running,
        found: &Found,
        most: i64,
        now: Timestamp,
    ) -> Result<ReplayStep> {
        let picked = pick(&mut self.read().await?, replay, found, most).await?;
        let mut tx = self.write().await?;
        // One after another with changes of the webhook's state, as a retry by hand.
        let values = args![replay.marketplace];
        let _: Option<(i64,)> = tx.first(sql_pair!("marketplaces/hold_version"), values).await?;
        let (active,): (i64,) = tx.one(sql!("replays/is_active"), args![replay.webhook]).await?;
        let mut put = Vec::new();
        if active == 1 && !picked.deliveries.is_empty() {
            let values = args![picked.deliveries, replay.render];
            let rows: Vec<(i64,)> = tx.all(sql_pair!("replays/mark"), values).await?;
            put.extend(rows.into_iter().map(|(id,)| id));
            tx.run(sql_pair!("replays/enqueue"), args![put.clone(), replay.webhook, now]).await?;
        }
        let state = if picked.ended { State::Finished } else { State::Running };
        let count = put.len() as i64;
        let ended_at = picked.ended.then_some(now);
        let values = args![replay.id, replay.reached, picked.reached, count, state.as_str(), ended_at];
        if active == 0 || tx.run(sql!("replays/advance"), values).await? == 0 {
            tx.rollback().await?;
            return Ok(ReplayStep { put: 0, ended: false });
        }
        tx.commit().await?;
        Ok(ReplayStep { put: count, ended: picked.ended })
    }
}

/// Finds the next deliveries of a replay, one more than it may take being the sign that it goes on.
async fn pick(conn: &mut Conn, replay: &Running, found: &Found, most: i64) -> Result<Picked> {
    let mut picked = Picked { deliveries: Vec::new(), reached: replay.reached, ended: false };
    let filter = DeliveryFilter { webhook: Some(replay.webhook), test: Some(false), ..replay.filter.clone() };
    let Some(conditions) = Conditions::deliveries(replay.marketplace, &filter)
        .and_then(|all| all.replayable(&filter.states, replay.id))
    else {
        picked.ended = true;
        return Ok(picked);
    };
    for _ in 0..MOST_LOOKS {
        let look = next_look(conn, replay, found, picked.reached).await?;
        let Some(look) = look else {
            picked.ended = true;
            break;
        };
        let missing = most - picked.deliveries.len() as i64;
        let conditions = conditions.clone();
        let (sql, values) = match look.events {
            Some(events) => conditions.among(events).first(sql!("replays/pick"), "d.event_id", missing + 1),
            None => {
                conditions.between(picked.reached, look.end).first(sql!("replays/pick"), "d.id", missing + 1)
            }
        };
        let mut rows: Vec<(i64, i64)> = conn.all(sql, values).await?;
        let more = rows.len() as i64 > missing;
        rows.truncate(missing as usize);
        let last = rows.last().map(|(delivery, event)| if found.0.is_some() { *event } else { *delivery });
        picked.deliveries.extend(rows.into_iter().map(|(delivery, _)| delivery));
        if more {
            picked.reached = last.unwrap_or(picked.reached);
            break;
        }
        picked.reached = look.end;
        if look.last {
            picked.ended = true;
            break;
        }
    }
    Ok(picked)
}

/// Where the next deliveries are looked for.
struct Look {
    /// Up to this delivery, or event.
    end: i64,
    /// Those of these events, where payloads are searched.
    events: Option<Vec<i64>>,
    /// Whether nothing comes behind.
    last: bool,
}

async fn next_look(conn: &mut Conn, replay: &Running, found: &Found, reached: i64) -> Result<Option<Look>> {
    if let Some(events) = &found.0 {
        let rest = &events[events.partition_point(|event| *event <= reached)..];
        let piece = &rest[..rest.len().min(PIECE)];
        let look =
            |end: &i64| Look { end: *end, events: Some(piece.to_vec()), last: piece.len() == rest.len() };
        return Ok(piece.last().map(look));
    }
    let end = replay.filter.to.map_or(i64::MAX, first_key).min(replay.id.key());
    let values = args![replay.webhook, reached, end, WINDOW];
    let (end, count): (Option<i64>, i64) = conn.one(sql!("replays/window"), values).await?;
    Ok(end.map(|end| Look { end, events: None, last: count < WINDOW }))
}
