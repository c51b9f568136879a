//! Starts attempts in the order in which their jobs come: from acceptance directly, and from the
//! claimer. No attempt waits in here: what comes has its slot and is begun at once.

mod claims;
mod job;

pub(crate) use job::Job;

use crate::{
    Engine,
    turn::{Turn, Turns},
};
use domain::{id::WebhookId, time::Timestamp};
use tokio::{sync::mpsc, task::JoinSet};

impl Engine {
    /// Runs until the engine stops; then hands back what was not begun, and waits for the attempts
    /// that run.
    pub(crate) async fn dispatch(self, mut jobs: mpsc::UnboundedReceiver<Job>) {
        let claimer = tokio::spawn(self.clone().claim_until_stopped());
        let mut stopping = self.0.stopping.subscribe();
        let mut running = JoinSet::new();
        let mut turns = Turns::default();
        loop {
            tokio::select! {
                biased;
                _ = stopping.wait_for(|stopping| *stopping) => break,
                Some(_) = running.join_next() => {}
                Some(job) = jobs.recv() => {
                    // Both in the order of the jobs, whatever becomes of them afterwards.
                    let (at, turn) = (self.0.clock.now(), turns.next(job.webhook.id));
                    running.spawn(self.clone().attempt_and_record(job, at, turn));
                }
            }
        }
        // What a claim under way takes is handed back by itself.
        if let Err(error) = claimer.await {
            tracing::error!(%error, "the claimer ended early");
        }
        jobs.close();
        let mut unstarted = Vec::new();
        while let Some(job) = jobs.recv().await {
            unstarted.push((job.delivery, job.token));
        }
        self.give_back(&unstarted).await;
        self.0.wake.notify();
        while running.join_next().await.is_some() {}
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

    /// A slot of the webhook is free again: what waits for it is claimed.
    pub(crate) fn freed(&self, webhook: WebhookId) {
        if self.0.direct.waits_for(webhook, self.0.slots.is_crowded()) {
            self.0.wake.local.notify_one();
        }
    }

    /// One attempt, from beginning to record.
    async fn attempt_and_record(self, job: Job, at: Timestamp, turn: Turn) {
        if self.0.news.is_wanted() {
            self.tell(job.marketplace, [job.row()]);
        }
        let sent = if job.rescued {
            self.interrupted(&job)
        } else {
            self.attempt_in_turn(&job.sending(), at, &turn).await
        };
        turn.pass();
        self.record(job, sent).await;
    }
}
