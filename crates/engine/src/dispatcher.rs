//! Starts attempts in the order in which their jobs come: from acceptance directly, and from the
//! claimer. What comes is leased; it starts at once when its webhook has a slot, else it waits in hand, and
//! not for long.

mod claims;
mod job;
mod lines;

pub(crate) use job::Job;

use crate::{
    Engine,
    direct::Told,
    turn::{Turn, Turns},
};
use domain::{id::WebhookId, time::Timestamp};
use lines::Lines;
use std::{
    collections::{HashSet, VecDeque},
    pin::pin,
    time::Duration,
};
use store::Next;
use tokio::{sync::mpsc, task::JoinSet, time::MissedTickBehavior};

/// How often it is looked whether something in hand may start by the passing of time, or has waited too long.
const LOOK: Duration = Duration::from_millis(20);

impl Engine {
    /// Runs until the engine stops; then hands back what was not begun, and waits for the attempts
    /// that run.
    pub(crate) async fn dispatch(self, mut told: mpsc::UnboundedReceiver<Told>) {
        let claimer = tokio::spawn(self.clone().claim_until_stopped());
        let mut stopped = pin!(self.stopped());
        let (lines, turns) = (Lines::default(), Turns::default());
        let mut hand = Hand { engine: self.clone(), lines, running: JoinSet::new(), turns };
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = &mut stopped => break,
                // Seldom, so that it keeps nobody waiting; last, it would never come while much does.
                _ = look.tick(), if !hand.lines.is_empty() => hand.look(&mut told).await,
                Some(_) = hand.running.join_next() => {}
                Some(told) = told.recv() => hand.take(told),
            }
        }
        // What a claim under way takes is handed back by itself.
        if let Err(error) = claimer.await {
            tracing::error!(%error, "the claimer ended early");
        }
        told.close();
        let mut unstarted = hand.lines.drain();
        while let Some(told) = told.recv().await {
            if let Told::Job(job) = told {
                unstarted.push_back(job);
            }
        }
        self.hand_back(unstarted).await;
        self.0.wake.notify();
        while hand.running.join_next().await.is_some() {}
    }

    async fn stopped(&self) {
        // An error means that the engine is gone.
        let _ = self.0.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }

    /// Gives leases back; they are as they were before.
    async fn hand_back(&self, jobs: VecDeque<Box<Job>>) {
        let leases: Vec<_> = jobs.iter().map(|job| (job.delivery, job.token)).collect();
        drop(jobs);
        self.give_back(leases).await;
    }

    /// A fencing token: unique among all claims of all nodes.
    pub(crate) fn new_token(&self) -> i64 {
        self.0.generator.id::<domain::id::Attempt>().key()
    }

    /// Something was put into the queue of unknown webhooks: released, retried.
    pub(crate) fn requeued(&self) {
        self.0.direct.forget();
        self.0.wake.notify();
    }

    /// A slot of the webhook is free again: what waits for it is started, or claimed.
    pub(crate) fn freed(&self, webhook: WebhookId) {
        let (has_some, has_few) = self.0.slots.in_hand(webhook);
        let crowded = self.0.slots.is_crowded();
        if has_some || crowded {
            self.0.direct.tell(Told::Freed(webhook));
        }
        if has_few && self.0.direct.waits_for(webhook, crowded) {
            self.0.wake.local.notify_one();
        }
    }

    /// One attempt, from beginning to record.
    async fn attempt_and_record(self, mut job: Box<Job>, at: Timestamp, turn: Turn) {
        if !job.is_begun() {
            if !self.begin(job.delivery, job.token).await {
                tracing::warn!(delivery = %job.delivery, "its lease ended before it was begun");
                turn.pass();
                let webhook = job.webhook.id;
                drop(job);
                return self.freed(webhook);
            }
            job.token = -job.token;
            if job.is_late() {
                turn.pass();
                return self.put_back(job).await;
            }
        }
        if self.0.news.is_wanted() {
            self.tell(job.marketplace, [job.row()]);
        }
        let sent = if job.rescued {
            self.interrupted(&job)
        } else {
            self.attempt_in_turn(&job.sending(), at, &turn).await
        };
        turn.pass();
        self.record(*job, sent).await;
    }

    /// Puts a delivery back that was begun too late, or whose webhook was changed while it waited in hand: where it
    /// goes depends on what became of the webhook.
    async fn put_back(self, mut job: Box<Job>) {
        let (webhook, due) = (job.webhook.id, self.0.clock.now());
        drop(job.permit.take());
        self.freed(webhook);
        self.leave_untried(job.delivery, job.token, Next::Retrying { due }).await;
    }
}

/// What this process has in hand.
struct Hand {
    engine: Engine,
    lines: Lines,
    running: JoinSet<()>,
    turns: Turns,
}

impl Hand {
    fn take(&mut self, told: Told) {
        match told {
            Told::Job(job) if job.permit.is_none() => self.start(job),
            Told::Job(mut job) => {
                // What is too old, because the process stood still, and what falls to another node now wait for the
                // next look, which gives them back.
                let webhook = job.webhook.id;
                if !job.is_stale() && self.is_ours(webhook) && !self.lines.has(webhook) && job.start() {
                    self.start(job);
                } else {
                    self.lines.push(job);
                }
            }
            Told::Freed(webhook) if self.engine.0.slots.is_crowded() => {
                self.start_all(webhook);
                self.lines.webhooks().into_iter().for_each(|webhook| self.start_all(webhook));
            }
            Told::Freed(webhook) => self.start_all(webhook),
        }
    }

    /// Starts what has a slot by now; gives back what had to wait too long, with all that came after it.
    async fn look(&mut self, told: &mut mpsc::UnboundedReceiver<Told>) {
        self.lines.webhooks().into_iter().for_each(|webhook| self.start_all(webhook));
        let engine = self.engine.clone();
        let share = engine.0.shares.standing().share;
        let unwanted = |job: &Job| !share.holds(job.webhook.id) || engine.as_it_is_now(job).is_none();
        let mut overdue = self.lines.overdue(unwanted);
        if overdue.is_empty() {
            return;
        }
        let order = engine.0.direct.order().await;
        let webhooks: HashSet<_> = overdue.iter().map(|job| job.webhook.id).collect();
        for webhook in &webhooks {
            engine.0.direct.queued(*webhook);
            engine.0.slots.was_slow(*webhook);
        }
        // What is on its way here stands behind them.
        while let Ok(told) = told.try_recv() {
            match told {
                Told::Job(job) if job.permit.is_some() && webhooks.contains(&job.webhook.id) => {
                    overdue.push_back(job);
                }
                other => self.take(other),
            }
        }
        let (same, changed): (VecDeque<_>, VecDeque<_>) =
            overdue.into_iter().partition(|job| engine.as_it_is_now(job).is_some());
        for job in changed {
            self.running.spawn(engine.clone().put_back(job));
        }
        engine.hand_back(same).await;
        drop(order);
    }

    /// Whether this node sends to the webhook.
    fn is_ours(&self, webhook: WebhookId) -> bool {
        self.engine.0.shares.standing().share.holds(webhook)
    }

    fn start_all(&mut self, webhook: WebhookId) {
        while self.is_ours(webhook)
            && let Some(mut job) = self.lines.next(webhook)
        {
            match self.engine.as_it_is_now(&job) {
                Some(now) => {
                    job.webhook = now;
                    if let Some(table) = self.engine.known_table(job.marketplace) {
                        job.secret_key = table.secret_key_of(&job.topic);
                    }
                    self.start(job);
                }
                None => {
                    self.running.spawn(self.engine.clone().put_back(job));
                }
            }
        }
    }

    fn start(&mut self, job: Box<Job>) {
        // Both in the order of the jobs, whatever becomes of them afterwards.
        let (at, turn) = (self.engine.0.clock.now(), self.turns.next(job.webhook.id));
        self.running.spawn(self.engine.clone().attempt_and_record(job, at, turn));
    }
}
