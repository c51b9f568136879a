//! Records attempts and what follows from them, many with one commit.

use crate::{
    Result, Store, alerts, attempts,
    bodies::Bodies,
    bulk::{Columns, Script},
    conn::Conn,
    health,
    sql::sql_pair,
};
use domain::{
    delivery::{Attempt, State},
    event::Event,
    health::{Alert, Ended, Notice, Step, What},
    id::{AttemptId, DeliveryId, EventId, Id},
    time::Timestamp,
    webhook::On410,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// What came of a claimed delivery.
#[derive(Clone, Debug)]
pub struct Finish {
    /// Which.
    pub delivery: DeliveryId,
    /// Of the claim.
    pub token: i64,
    /// The exchange, with its id; `None` when there was none.
    pub attempt: Option<Arc<Attempt>>,
    /// What it was about, so that its payload is not stored again with each body; `None` stores bodies whole.
    pub event: Option<Arc<Event>>,
    /// The body, when this attempt rendered it; `None` keeps what is stored.
    pub body: Option<String>,
    /// Where the delivery goes.
    pub next: Next,
    /// For the webhook's health; `None` when the attempt says nothing about it.
    pub ended: Option<(Ended, On410)>,
    /// When the attempt ended.
    pub at: Timestamp,
}

/// Where a delivery goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It was in hand under a negative token and is begun now: from here on its token is the positive one, and
    /// when its lease ends without a word, an attempt was interrupted.
    Begun,
    /// The receiver took it.
    Delivered,
    /// Once more. Becomes `held` when the webhook was paused or deactivated meanwhile, and
    /// `discarded` when it was deleted.
    Retrying {
        /// When.
        due: Timestamp,
    },
    /// No more tries.
    Exhausted,
    /// A person must look at it (`template`).
    Held,
    /// Given up on purpose.
    Discarded,
}

/// What was recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Finished {
    /// It stands in the log.
    Done {
        /// Where the delivery stands now.
        state: State,
        /// What follows for the webhook.
        step: Option<Step>,
    },
    /// The lease had gone to somebody else: nothing was written.
    Fenced,
}

impl Store {
    /// Records what came of claimed deliveries, with one commit; one answer each, in their order.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`: nothing is written, and the same call may be made again.
    pub async fn finish(&self, items: &[Finish]) -> Result<Vec<Finished>> {
        let mut tx = self.write_together().await?;
        let mut owned = owned(&mut tx, items).await?;
        let mut records = records(&owned)?;
        let mut plan = Plan::default();
        let mut answers = Vec::with_capacity(items.len());
        for item in items {
            // Removed, so that a second word about the same delivery finds nothing.
            answers.push(match owned.remove(&item.delivery.key()) {
                None => Finished::Fenced,
                Some(owner) => {
                    let record = records.entry(owner.webhook_id).or_default();
                    plan.add(item, &owner, &mut record.1)
                }
            });
        }
        let alerts = std::mem::take(&mut plan.alerts);
        let gone = plan.removed.len();
        let mut script = plan.script()?;
        let changed = records.into_iter().filter(|(_, (before, after))| before != after);
        let changed: Vec<_> = changed.map(|(webhook, (_, after))| (webhook, after)).collect();
        health::write(&mut script, &changed);
        write_alerts(&mut tx, &changed, alerts).await?;
        tx.commit_after(script).await?;
        self.gone(gone);
        Ok(answers)
    }
}

/// An alert that follows from an attempt, and when the webhook's people had been told before.
struct Raise {
    id: AttemptId,
    marketplace: i64,
    webhook: i64,
    at: Timestamp,
    notice: Notice,
    told_before: Option<Timestamp>,
}

/// Writes alerts, but not those that another node wrote at the same moment: health was read without a
/// lock.
async fn write_alerts(tx: &mut Conn, changed: &[(i64, health::Record)], alerts: Vec<Raise>) -> Result<()> {
    if alerts.is_empty() {
        return Ok(());
    }
    let told = health::hold(tx, changed.iter().map(|(webhook, _)| *webhook).collect()).await?;
    for raise in alerts {
        let before = raise.told_before.map(Timestamp::ms);
        if told.as_ref().is_some_and(|told| told.get(&raise.webhook).is_some_and(|at| *at != before)) {
            continue;
        }
        let (marketplace, webhook) = (Id::from_key(raise.marketplace), Id::from_key(raise.webhook));
        alerts::insert(tx, raise.id, marketplace, webhook, raise.at, &raise.notice).await?;
    }
    Ok(())
}

/// A delivery that the caller still has.
#[derive(sqlx::FromRow)]
struct Owned {
    delivery_id: i64,
    marketplace_id: i64,
    event_id: i64,
    webhook_id: i64,
    attempt_count: i64,
    /// `deleted` once the webhook is.
    webhook_state: String,
    webhook_revision: i64,
    #[sqlx(flatten)]
    record: health::RecordColumns,
}

async fn owned(tx: &mut Conn, items: &[Finish]) -> Result<HashMap<i64, Owned>> {
    let columns = Columns::default()
        .ints(items.iter().map(|item| item.delivery.key()))
        .ints(items.iter().map(|item| item.token));
    let rows: Vec<Owned> = tx.all_bulk(sql_pair!("finish/owned"), columns).await?;
    Ok(rows.into_iter().map(|row| (row.delivery_id, row)).collect())
}

/// The health of the webhooks, before and after, in the order of their keys: two batches can't wait
/// for each other in a circle.
type Records = BTreeMap<i64, (health::Record, health::Record)>;

fn records(owned: &HashMap<i64, Owned>) -> Result<Records> {
    let record = |row: &Owned| row.record.read().map(|record| (row.webhook_id, (record, record)));
    owned.values().map(record).collect()
}

/// When a webhook last delivered is written this seldom: its row would be hot otherwise.
const DELIVERED_EVERY_MS: i64 = 1000;

/// What is to be written.
#[derive(Default)]
struct Plan<'a> {
    attempts: Vec<attempts::New<'a>>,
    /// Deliveries with an attempt: their new state, and the body it rendered.
    recorded: Vec<(&'a Finish, &'a Attempt, State, Option<Vec<u8>>)>,
    /// Deliveries without one.
    moved: Vec<(i64, State)>,
    removed: Vec<i64>,
    begun: Vec<(i64, i64)>,
    rescheduled: Vec<(i64, i64)>,
    bodies: Bodies<'a>,
    alerts: Vec<Raise>,
}

impl<'a> Plan<'a> {
    fn add(&mut self, item: &'a Finish, owner: &Owned, record: &mut health::Record) -> Finished {
        let attempts = item.attempt.as_ref().map_or(owner.attempt_count, |attempt| i64::from(attempt.number));
        let next = match (item.next, &item.attempt) {
            // Saved while it was tried: whoever saved released what was held by then, and this was not.
            (Next::Held, Some(attempt)) if attempt.revision != owner.webhook_revision => {
                Next::Retrying { due: item.at }
            }
            (next, _) => next,
        };
        let state = state_after(next, &owner.webhook_state, attempts);
        let key = item.delivery.key();
        if item.next == Next::Begun {
            self.begun.push((key, -item.token));
            return Finished::Done { state, step: None };
        }
        match (next, state) {
            (Next::Retrying { due }, State::Retrying | State::Pending) => {
                self.rescheduled.push((key, due.ms()));
            }
            _ => self.removed.push(key),
        }
        match &item.attempt {
            None => self.moved.push((key, state)),
            Some(attempt) => {
                let event = EventId::from_key(owner.event_id);
                let sent = attempt.request.as_ref().map(|request| &request.body);
                let mut add = |body| match &item.event {
                    Some(made_of) => self.bodies.add_made_of(event, &made_of.payload, body),
                    None => self.bodies.add(event, body),
                };
                let sent_hash = sent.map(|body| add(body));
                // Mostly what was sent; then there is nothing to add.
                let body = item.body.as_ref().map(|body| match &sent_hash {
                    Some(hash) if sent == Some(body) => hash.clone(),
                    _ => add(body),
                });
                let delivery = item.delivery;
                self.attempts.push(attempts::New { event, delivery, attempt, sent: sent_hash });
                self.recorded.push((item, attempt, state, body));
            }
        }
        let test = item.ended.is_some_and(|(ended, _)| ended.test);
        if item.next == Next::Delivered && !test {
            let old = record.last_delivered_at.map_or(0, Timestamp::ms);
            if item.at.ms() - old >= DELIVERED_EVERY_MS {
                record.last_delivered_at = Some(item.at);
            }
        }
        let step = item.ended.map(|(ended, on_410)| record.health.after(ended, on_410, item.at));
        if let Some(step) = step {
            let told_before = record.health.alerted_at;
            record.health = step.health;
            if let (true, Some(attempt)) = (step.alert, &item.attempt)
                && let Some(id) = attempt.id
            {
                let notice = Notice::Alert(Alert::new(What::Failing, &step.health, attempt));
                let (marketplace, webhook) = (owner.marketplace_id, owner.webhook_id);
                let raise = Raise { id, marketplace, webhook, at: item.at, notice, told_before };
                self.alerts.push(raise);
            }
        }
        Finished::Done { state, step }
    }

    fn script(mut self) -> Result<Script> {
        let mut script = Script::default();
        attempts::insert(&mut script, &self.attempts, &mut self.bodies)?;
        self.bodies.insert(&mut script);
        let rows: Vec<_> = self
            .recorded
            .into_iter()
            .map(|(item, attempt, state, body)| {
                (item.delivery.key(), state, i64::from(attempt.number), attempts::summary(attempt), body)
            })
            .collect();
        let columns = Columns::default()
            .ints(rows.iter().map(|row| row.0))
            .texts(rows.iter().map(|row| row.1.as_str()))
            .ints(rows.iter().map(|row| row.2))
            .texts(rows.iter().map(|row| row.3.0))
            .ints(rows.iter().map(|row| row.3.1))
            .ints(rows.iter().map(|row| row.3.2))
            .ints(rows.iter().map(|row| row.3.3))
            .bytes(rows.iter().map(|row| row.4.clone()));
        script.add(sql_pair!("deliveries/record"), columns);
        let columns = Columns::default()
            .ints(self.moved.iter().map(|(id, _)| *id))
            .texts(self.moved.iter().map(|(_, state)| state.as_str()));
        script.add(sql_pair!("deliveries/set_states"), columns);
        script.add(sql_pair!("queue/remove"), Columns::default().ints(self.removed));
        let columns = Columns::default()
            .ints(self.begun.iter().map(|(id, _)| *id))
            .ints(self.begun.iter().map(|(_, token)| *token));
        script.add(sql_pair!("queue/begin"), columns);
        let columns = Columns::default()
            .ints(self.rescheduled.iter().map(|(id, _)| *id))
            .ints(self.rescheduled.iter().map(|(_, due)| *due));
        script.add(sql_pair!("queue/reschedule"), columns);
        Ok(script)
    }
}

/// What `next` comes to, by what became of the webhook meanwhile.
fn state_after(next: Next, webhook_state: &str, attempts: i64) -> State {
    match (next, webhook_state) {
        (Next::Begun, _) => State::Sending,
        (Next::Delivered, _) => State::Delivered,
        (Next::Exhausted, _) => State::Exhausted,
        (Next::Discarded, _) | (Next::Held | Next::Retrying { .. }, "deleted") => State::Discarded,
        (Next::Held, _) | (Next::Retrying { .. }, "paused" | "deactivated") => State::Held,
        (Next::Retrying { .. }, _) if attempts == 0 => State::Pending,
        (Next::Retrying { .. }, _) => State::Retrying,
    }
}
