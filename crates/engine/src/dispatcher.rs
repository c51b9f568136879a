//! Starts attempts: of deliveries that are claimed from the queue, and of those that come
//! directly from acceptance. No attempt waits in here: what is claimed is started at once.

use crate::{
    Engine, Result,
    attempt::Sending,
    routing::{Armed, Table},
    slots::Permit,
};
use domain::{
    delivery::{DeliveryRow, State},
    event::Event,
    id::{DeliveryId, MarketplaceId, WebhookId},
    topic::Topic,
    webhook::Webhook,
};
use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    sync::Arc,
    time::Duration,
};
use store::{Claim, Claimed};
use tokio::{sync::mpsc, task::JoinSet, time::MissedTickBehavior};

/// How often the queue is asked when nobody wakes: retries that come due, and lost wake-ups.
const POLL: Duration = Duration::from_millis(500);
/// After a failure of the database.
const PAUSE: Duration = Duration::from_secs(1);
/// Deliveries of one claim.
const MOST_PER_CLAIM: usize = 256;
/// Deliveries of one claim of a webhook about which nothing is known; as many as its pace starts with.
const MOST_PER_NEW_WEBHOOK: u32 = 8;

/// A delivery that belongs to this process for the time of its lease.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) delivery: DeliveryId,
    pub(crate) marketplace: MarketplaceId,
    pub(crate) event: Arc<Event>,
    pub(crate) topic: Arc<Topic>,
    /// As it is now.
    pub(crate) webhook: Arc<Armed>,
    /// The number of this attempt, from 1.
    pub(crate) attempt: u32,
    /// Proves the lease.
    pub(crate) token: i64,
    /// Whether another process began this attempt and ended.
    pub(crate) rescued: bool,
    /// What the first attempt rendered.
    pub(crate) body: Option<String>,
    /// Gives the slot back at the end.
    pub(crate) permit: Permit,
}

impl Job {
    /// The first attempt of a delivery that was just accepted.
    pub(crate) fn direct(
        delivery: DeliveryId,
        token: i64,
        table: &Table,
        webhook: Arc<Armed>,
        event: Arc<Event>,
        permit: Permit,
    ) -> Self {
        let (marketplace, topic) = (table.marketplace.id, table.topic_of(&event.topic));
        Self {
            delivery,
            marketplace,
            event,
            topic,
            webhook,
            attempt: 1,
            token,
            rescued: false,
            body: None,
            permit,
        }
    }

    fn claimed(claimed: Claimed, table: &Table, webhook: Arc<Armed>, permit: Permit) -> Self {
        Self {
            delivery: claimed.delivery,
            marketplace: claimed.marketplace,
            topic: table.topic_of(&claimed.event.topic),
            event: Arc::new(claimed.event),
            webhook,
            attempt: claimed.attempt,
            token: claimed.token,
            rescued: claimed.rescued,
            body: claimed.body,
            permit,
        }
    }

    fn sending(&self) -> Sending<'_> {
        Sending {
            webhook: &self.webhook,
            event: &self.event,
            topic: &self.topic,
            delivery: self.delivery,
            number: self.attempt,
            body: self.body.as_deref(),
        }
    }

    /// Its row in the log, before the attempt.
    pub(crate) fn row(&self) -> DeliveryRow {
        DeliveryRow {
            id: self.delivery,
            event_id: self.event.id,
            webhook_id: self.webhook.id,
            webhook_name: self.webhook.settings.name.clone(),
            topic: self.event.topic.clone(),
            state: State::Sending,
            test: self.event.test,
            attempt_count: i64::from(self.attempt) - 1,
            outcome: None,
            http_status: None,
            duration_ms: None,
            created_at: self.event.received_at,
            last_attempt_at: None,
            next_attempt_at: None,
        }
    }
}

/// What waits for a slot: the end of an attempt may be a reason to claim.
#[derive(Debug, Default)]
struct Waiting {
    /// The process itself is full.
    all: bool,
    webhooks: HashSet<WebhookId>,
}

impl Waiting {
    fn needs(&self, freed: WebhookId) -> bool {
        self.all || self.webhooks.contains(&freed)
    }
}

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

    /// Claims until nothing is due that has room.
    async fn claim_all(&self, running: &mut JoinSet<WebhookId>) -> Waiting {
        loop {
            match self.claim_some(running).await {
                Ok(Some(waiting)) => return waiting,
                Ok(None) if *self.0.stopping.borrow() => return Waiting::default(),
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "the queue could not be read");
                    tokio::time::sleep(PAUSE).await;
                    return Waiting::default();
                }
            }
        }
    }

    /// One claim. `None` when there may be more.
    async fn claim_some(&self, running: &mut JoinSet<WebhookId>) -> Result<Option<Waiting>> {
        let limit = self.0.slots.free().min(MOST_PER_CLAIM);
        if limit == 0 {
            return Ok(Some(Waiting { all: true, webhooks: HashSet::new() }));
        }
        let pass = self.0.direct.begin();
        let (room, _) = self.0.slots.room();
        let claim = Claim {
            token: self.new_token(),
            now: self.0.clock.now(),
            limit: u32::try_from(limit).unwrap_or(u32::MAX),
            per_webhook: MOST_PER_NEW_WEBHOOK,
            room: &room,
        };
        let claimed = self.0.store.claim(claim).await?;
        let count = claimed.len();
        let mut left: HashMap<WebhookId, u32> = room.into_iter().collect();
        for delivery in &claimed {
            let room = left.entry(delivery.webhook).or_insert(MOST_PER_NEW_WEBHOOK);
            *room = room.saturating_sub(1);
        }
        let refused = self.start_claimed(claimed, running).await;
        if count == limit {
            return Ok(None);
        }
        let full = left.into_iter().filter(|(_, room)| *room == 0).map(|(webhook, _)| webhook);
        let webhooks: HashSet<WebhookId> = full.chain(refused).collect();
        self.0.direct.settle(pass, webhooks.iter().copied());
        Ok(Some(Waiting { all: false, webhooks }))
    }

    /// Starts what was claimed; returns the webhooks that had no room for all of theirs.
    async fn start_claimed(
        &self,
        claimed: Vec<Claimed>,
        running: &mut JoinSet<WebhookId>,
    ) -> HashSet<WebhookId> {
        let mut tables: HashMap<MarketplaceId, Option<Arc<Table>>> = HashMap::new();
        let mut refused = HashSet::new();
        let mut back = Vec::new();
        for claimed in claimed {
            let table = match tables.entry(claimed.marketplace) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(self.current_table(claimed.marketplace).await.ok()),
            };
            // Said in the log already; the next claim tries again.
            let Some(table) = table else {
                back.push((claimed.delivery, claimed.token));
                continue;
            };
            let Some(webhook) = table.webhook(claimed.webhook) else {
                running.spawn(self.clone().drop_claimed(claimed));
                continue;
            };
            // Behind one that found no room, no later one of its webhook is started.
            let room = (!refused.contains(&webhook.id))
                .then(|| self.0.slots.take(webhook.id, webhook.settings.max_in_flight))
                .flatten();
            match room {
                Some(permit) => {
                    let job = Job::claimed(claimed, table, Arc::clone(webhook), permit);
                    running.spawn(self.clone().attempt_and_record(job));
                }
                None => {
                    refused.insert(webhook.id);
                    back.push((claimed.delivery, claimed.token));
                }
            }
        }
        self.give_back(&back).await;
        refused
    }

    /// Hands leases back; when that fails they end by themselves.
    async fn give_back(&self, leases: &[(DeliveryId, i64)]) {
        if !leases.is_empty()
            && let Err(error) = self.0.store.give_back(leases).await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "leases were not handed back");
        }
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
