//! Starts attempts: of deliveries that are claimed from the queue, and of those that come
//! directly from acceptance. No attempt waits in here: what is claimed is started at once.

mod claims;
mod job;

pub(crate) use job::Job;

use crate::{Engine, slots::Permit};
use claims::Waiting;
use domain::{id::WebhookId, webhook::Webhook};
use std::time::Duration;
use tokio::{sync::mpsc, task::JoinSet, time::MissedTickBehavior};

/// How often the queue is asked when nobody wakes: retries that come due, and lost wake-ups.
const POLL: Duration = Duration::from_millis(500);

impl Engine {
    /// Runs until the engine stops; then waits for the attempts that run.
    pub(crate) async fn dispatch(self, mut direct: mpsc::UnboundedReceiver<Job>) {
        let mut stopping = self.0.stopping.subscribe();
        let mut running = JoinSet::new();
        let mut waiting = Waiting::default();
        let mut poll = tokio::time::interval(POLL);
        poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                _ = stopping.wait_for(|stopping| *stopping) => break,
                _ = poll.tick() => {}
                () = self.0.wake.local.notified() => {}
                () = self.pause_ends(), if !waiting.webhooks.is_empty() => {}
                Some(freed) = running.join_next() => match freed {
                    Ok(webhook) if !waiting.needs(webhook) => continue,
                    _ => {}
                },
                Some(job) = direct.recv() => {
                    running.spawn(self.clone().attempt_and_record(job));
                    continue;
                }
            }
            waiting = self.claim_all(&mut running).await;
        }
        direct.close();
        let mut unstarted = Vec::new();
        while let Some(job) = direct.recv().await {
            unstarted.push((job.delivery, job.token));
        }
        self.give_back(&unstarted).await;
        while running.join_next().await.is_some() {}
    }

    /// Ends when the first pause of a webhook that asked for less does.
    async fn pause_ends(&self) {
        match self.0.slots.room().1 {
            Some(at) => self.0.clock.sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    /// A fencing token: unique among all claims of all nodes.
    pub(crate) fn new_token(&self) -> i64 {
        self.0.generator.id::<domain::id::Attempt>().key()
    }

    /// A slot of the webhook for a delivery that goes directly, if that is possible.
    pub(crate) fn reserve(&self, webhook: &Webhook) -> Option<Permit> {
        let inner = &self.0;
        let possible = inner.config.role.delivers()
            && !inner.store.is_shared()
            && !*inner.stopping.borrow()
            && inner.direct.is_free(webhook.id);
        possible.then(|| inner.slots.take(webhook.id, webhook.settings.max_in_flight)).flatten()
    }

    /// Something was put into the queue of unknown webhooks: released, retried.
    pub(crate) fn requeued(&self) {
        self.0.direct.forget();
        self.0.wake.notify();
    }

    /// One attempt, from beginning to record. Returns the webhook whose slot is free again.
    async fn attempt_and_record(self, job: Job) -> WebhookId {
        let webhook = job.webhook.id;
        if self.0.news.receiver_count() > 0 {
            self.tell(job.marketplace, [job.row()]);
        }
        let sent = if job.rescued { self.interrupted(&job) } else { self.attempt(&job.sending()).await };
        self.record(job, sent).await;
        webhook
    }
}
