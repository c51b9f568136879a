//! Claims: asks the queue for what is due and has room, and starts it.

use super::Job;
use crate::{Engine, Result, routing::Table};
use domain::id::{DeliveryId, MarketplaceId, WebhookId};
use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    sync::Arc,
    time::Duration,
};
use store::{Claim, Claimed};
use tokio::task::JoinSet;

/// After a failure of the database.
const PAUSE: Duration = Duration::from_secs(1);
/// Deliveries of one claim.
const MOST_PER_CLAIM: usize = 256;
/// Deliveries of one claim of a webhook about which nothing is known; as many as its pace starts with.
const MOST_PER_NEW_WEBHOOK: u32 = 8;

/// What waits for a slot: the end of an attempt may be a reason to claim.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// The process itself is full.
    all: bool,
    pub(super) webhooks: HashSet<WebhookId>,
}

impl Waiting {
    pub(super) fn needs(&self, freed: WebhookId) -> bool {
        self.all || self.webhooks.contains(&freed)
    }
}

impl Engine {
    /// Claims until nothing is due that has room.
    pub(super) async fn claim_all(&self, running: &mut JoinSet<WebhookId>) -> Waiting {
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
    pub(super) async fn give_back(&self, leases: &[(DeliveryId, i64)]) {
        if !leases.is_empty()
            && let Err(error) = self.0.store.give_back(leases).await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "leases were not handed back");
        }
    }
}
