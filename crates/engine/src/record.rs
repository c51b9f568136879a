//! What follows from an attempt: the next state, the log, the webhook's health. Attempts that end
//! at the same time are recorded with one commit.

use crate::{
    Engine, Error, Result,
    attempt::Sent,
    batch::Batch,
    dispatcher::Job,
    live,
    metrics::{Commit, Metrics},
};
use domain::{
    account::{Actor, AuditEntry},
    delivery::{Attempt, Outcome},
    health::{Alert, Ended, Notice, Reason, Step, What},
    id::{DeliveryId, MarketplaceId, WebhookId},
    retry::next_wait_ms,
    time::Timestamp,
    webhook::{State, Webhook},
};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use store::{Conflict, Finish, Finished, Next, OnHeld, SetState, Store};
use tokio::{runtime::Handle, sync::watch};

/// Attempts that are recorded with one commit.
const MOST_PER_COMMIT: usize = 256;
/// How long a commit waits for more while there is much to record: slots are free already, nobody waits for it.
const WAIT: Duration = Duration::from_millis(10);
/// Between tries while the database is away.
const PAUSE: Duration = Duration::from_millis(500);
/// Tries while the program stops; what is not recorded then is rescued after the next start.
const TRIES_AT_STOP: u32 = 10;
/// Interruptions say nothing about the receiver, yet something must end a delivery that takes the
/// program down each time: so many attempts beyond its schedule.
const INTERRUPTIONS: u32 = 5;

/// Commits what attempts came to.
pub(crate) type Recorder = Batch<Finish, Result<Finished>>;

/// Starts the task that commits, on `on`.
pub(crate) fn recorder(
    on: &Handle,
    store: Store,
    metrics: Arc<Metrics>,
    stopping: watch::Receiver<bool>,
) -> Recorder {
    // Who begins waits for it.
    let is_urgent = |item: &Finish| item.next == Next::Begun;
    Batch::start(on, MOST_PER_COMMIT, WAIT, is_urgent, move |items: Vec<Finish>| {
        let (store, metrics, stopping) = (store.clone(), Arc::clone(&metrics), stopping.clone());
        async move { commit(&store, &metrics, &stopping, &items).await }
    })
}

/// Tries until the database takes it: nothing that was sent may be forgotten.
async fn commit(
    store: &Store,
    metrics: &Metrics,
    stopping: &watch::Receiver<bool>,
    items: &[Finish],
) -> Vec<Result<Finished>> {
    let mut tries = 0;
    loop {
        let watch = metrics.commit(Commit::Record);
        let error = match store.finish(items).await {
            Ok(finished) => {
                watch.end();
                return finished.into_iter().map(Ok).collect();
            }
            Err(error) => error,
        };
        let away = matches!(error, store::Error::Unavailable(_) | store::Error::Busy(_));
        tries += 1;
        if !away && items.len() > 1 {
            // One of them is the reason; the others must not suffer.
            return one_by_one(store, items).await;
        }
        if !away || (*stopping.borrow() && tries >= TRIES_AT_STOP) {
            let error = Error::from(error);
            return items.iter().map(|_| Err(error.clone())).collect();
        }
        tracing::warn!(error = &error as &dyn std::error::Error, tries, "attempts wait to be recorded");
        tokio::time::sleep(PAUSE).await;
    }
}

async fn one_by_one(store: &Store, items: &[Finish]) -> Vec<Result<Finished>> {
    let mut results = Vec::with_capacity(items.len());
    for item in items {
        let finished = store.finish(std::slice::from_ref(item)).await;
        results.push(
            finished.map_err(Error::from).and_then(|done| done.first().copied().ok_or(Error::Internal)),
        );
    }
    results
}

impl Engine {
    /// Records an attempt and does what follows from it.
    pub(crate) async fn record(&self, job: Job, sent: Sent) {
        let row = job.row();
        let tries = sent.attempt.number.saturating_sub(job.attempts_before);
        let failed = tries.saturating_sub(job.not_sent);
        let Job { delivery, marketplace, event, webhook, token, mut permit, lease, .. } = job;
        let Sent { attempt, rendered, retry_after_s } = sent;
        let attempt = Arc::new(attempt);
        let heeded = retry_after_s.filter(|_| webhook.settings.retry.heeds_retry_after());
        let http_status = attempt.response.as_ref().map(|response| response.status);
        let size = attempt.request.as_ref().map_or(0, |request| request.body.len());
        let took = (attempt.timing_ms.total, size);
        self.0.slots.learn(webhook.id, attempt.outcome, http_status, heeded, took);
        if let Some(permit) = &mut permit {
            permit.end();
            self.freed(webhook.id);
        }
        let at = self.0.clock.now();
        let next = self.next(&webhook, &attempt, (tries, failed), retry_after_s, at);
        let ended = Ended {
            outcome: attempt.outcome,
            http_status,
            exhausted: next == Next::Exhausted,
            test: row.test,
        };
        let finish = Finish {
            delivery,
            token,
            attempt: Some(Arc::clone(&attempt)),
            event: Some(event),
            body: rendered,
            next,
            ended: Some((ended, webhook.settings.on_410)),
            at,
        };
        let finished = self.0.recorder.submit(finish).await;
        let crowded = self.0.slots.is_crowded();
        if permit.take().is_some() && crowded {
            self.freed(webhook.id);
        }
        match finished {
            Some(Ok(Finished::Done { state, step })) => {
                let due = match next {
                    Next::Retrying { due } if state == domain::delivery::State::Retrying => Some(due),
                    _ => None,
                };
                self.0.metrics.recorded(&attempt, state);
                self.tell(marketplace, [live::tried(row, &attempt, state, due)]);
                self.heed(marketplace, &webhook, &attempt, step).await;
            }
            Some(Ok(Finished::Fenced)) => {
                // After an outage it may be this very record: the commit was done, and word of it was lost.
                let otherwise = "or this is recorded already: it is not counted again";
                tracing::warn!(%delivery, "the lease ended during the attempt, {otherwise}");
            }
            Some(Err(error)) => tracing::error!(%delivery, %error, "an attempt was not recorded"),
            None => tracing::error!(%delivery, "an attempt was not recorded: the recorder has ended"),
        }
        drop(lease);
    }

    /// Where the delivery goes after an attempt that ended `at`. Since its schedule began there were so many `tries`,
    /// this one among them, and so many of them count as failed if this one did.
    fn next(
        &self,
        webhook: &Webhook,
        attempt: &Attempt,
        (tries, failed): (u32, u32),
        retry_after_s: Option<u64>,
        at: Timestamp,
    ) -> Next {
        let retry = &webhook.settings.retry;
        match attempt.outcome {
            Outcome::Delivered => Next::Delivered,
            Outcome::Template => Next::Held,
            Outcome::Interrupted if tries < retry.attempts().saturating_add(INTERRUPTIONS) => {
                Next::Retrying { due: at }
            }
            Outcome::Interrupted => Next::Exhausted,
            _ => match next_wait_ms(retry, failed, self.0.generator.fraction(), retry_after_s) {
                Some(wait) => Next::Retrying { due: at.plus_ms(i64::try_from(wait).unwrap_or(i64::MAX)) },
                None => Next::Exhausted,
            },
        }
    }

    /// Deactivates the webhook when its receiver is gone or only fails, and has its people told.
    async fn heed(
        &self,
        marketplace: MarketplaceId,
        webhook: &Webhook,
        attempt: &Attempt,
        step: Option<Step>,
    ) {
        let Some(step) = step else { return };
        if step.alert {
            self.alerted();
        }
        if let Some(reason) = step.deactivate {
            // Boxed, because it is large and seldom needed.
            Box::pin(self.deactivate(marketplace, webhook, attempt, step, reason)).await;
        }
    }

    async fn deactivate(
        &self,
        marketplace: MarketplaceId,
        webhook: &Webhook,
        attempt: &Attempt,
        step: Step,
        reason: Reason,
    ) {
        let notice = Notice::Alert(Alert::new(What::Deactivated(reason), &step.health, attempt));
        let change = SetState {
            to: State::Deactivated,
            from: &[State::Active],
            // Who is gone from an old URL says nothing about the new one. Asked in the transaction: the URL may be
            // changed on another node, and at this moment.
            url: (reason == Reason::Gone).then_some(webhook.settings.url.as_str()),
            held: OnHeld::Keep,
            notice: attempt.id.map(|id| (id, &notice)),
            now: self.0.clock.now(),
        };
        let entry = self.deactivation(webhook.id, reason);
        match self.0.store.set_state(marketplace, webhook.id, change, &entry).await {
            Ok(Some(_)) => {
                tracing::warn!(webhook = %webhook.id, ?reason, "deactivated");
                self.routing_changed(marketplace).await;
                self.alerted();
            }
            // Paused, deleted or given another URL meanwhile, or deactivated by another attempt.
            Ok(None) | Err(store::Error::Conflict(Conflict::WrongState(_) | Conflict::OtherUrl)) => {}
            Err(error) => tracing::error!(webhook = %webhook.id, %error, "could not be deactivated"),
        }
    }

    fn deactivation(&self, webhook: WebhookId, reason: Reason) -> AuditEntry {
        AuditEntry {
            id: self.0.generator.id(),
            at: self.0.clock.now(),
            actor: Actor::System,
            action: "webhook.deactivated".to_owned(),
            subject: webhook.to_string(),
            detail: json!({ "reason": reason.sentence() }),
        }
    }

    /// The attempt of a process that ended during it. What was sent, if anything, is not known.
    pub(crate) fn interrupted(&self, job: &Job) -> Sent {
        let message =
            "Crier ended before this attempt was recorded. Whether the receiver got it is not known.";
        let failure = crate::http::Failure::new(Outcome::Interrupted, message);
        let attempt = self.not_sent(&job.webhook, job.attempt, self.0.clock.now(), failure);
        Sent { attempt, rendered: None, retry_after_s: None }
    }

    /// Has the database know that a delivery in hand is begun; `false` when somebody else has it.
    pub(crate) async fn begin(&self, delivery: DeliveryId, in_hand: i64) -> bool {
        let at = self.0.clock.now();
        let next = Next::Begun;
        let begin = Finish {
            delivery,
            token: in_hand,
            attempt: None,
            event: None,
            body: None,
            next,
            ended: None,
            at,
        };
        matches!(self.0.recorder.submit(begin).await, Some(Ok(Finished::Done { .. })))
    }

    /// Lets go of a leased delivery that was not tried.
    pub(crate) async fn leave_untried(&self, delivery: DeliveryId, token: i64, next: Next) {
        let at = self.0.clock.now();
        let finish =
            Finish { delivery, token, attempt: None, event: None, body: None, next, ended: None, at };
        if !matches!(self.0.recorder.submit(finish).await, Some(Ok(_))) {
            tracing::error!(%delivery, "could not be put back or given up; its lease ends by itself");
        }
    }
}
