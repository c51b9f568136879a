//! Claims: asks the queue for what is due and has room, and hands it to the dispatcher.

use super::Job;
use crate::{Engine, Result, clock::Stopwatch, metrics::Commit, routing::Table};
use domain::{
    id::{DeliveryId, MarketplaceId, WebhookId},
    webhook::State,
};
use futures::future::join_all;
use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    sync::Arc,
    time::Duration,
};
use store::{Claim, Claimed, Claims, Next};
use tokio::time::MissedTickBehavior;

/// How often the queue is asked when nobody wakes: retries that come due, leases that end, and lost
/// wake-ups.
const POLL: Duration = Duration::from_millis(500);
/// After a failure of the database.
const PAUSE: Duration = Duration::from_secs(1);
/// Each node notices within [`PAUSE`] that the database is back; twice that, for all to renew their leases.
const SETTLE: Duration = Duration::from_secs(2);
/// Deliveries of one claim.
const MOST_PER_CLAIM: usize = 512;
/// Deliveries of one claim of a webhook about which nothing is known; as many as its pace starts with.
const MOST_PER_NEW_WEBHOOK: u32 = 8;
/// What a rate allows is claimed in portions of so long, in milliseconds, rather than one by one.
const PORTION_MS: i64 = 20;

impl Engine {
    /// Claims whenever something may be due that has room, until the engine stops.
    pub(super) async fn claim_until_stopped(self) {
        let mut stopping = self.0.stopping.subscribe();
        let mut poll = tokio::time::interval(POLL);
        poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                _ = stopping.wait_for(|stopping| *stopping) => return,
                _ = poll.tick() => {}
                () = self.0.wake.local.notified() => {}
                () = self.room_comes() => {}
            }
            while !*self.0.stopping.borrow() {
                match self.claim_some().await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        tracing::warn!(%error, "the queue could not be read");
                        self.come_back().await;
                        break;
                    }
                }
            }
        }
    }

    /// Waits until the database answers again, and on a shared one until the other nodes could renew their leases.
    async fn come_back(&self) {
        while !*self.0.stopping.borrow() {
            tokio::time::sleep(PAUSE).await;
            if self.ready().await.is_ok() && self.renew_leases().await.is_ok() {
                let settle = if self.0.store.is_shared() { SETTLE } else { Duration::ZERO };
                return tokio::time::sleep(settle).await;
            }
        }
    }

    /// Ends when a webhook with something in the queue gets room by the passing of time: a pause ends,
    /// or its rate allows the next.
    async fn room_comes(&self) {
        match self.0.slots.room_at(&self.0.direct.behind()) {
            Some(at) => self.0.clock.sleep_until(at.max(self.0.clock.now().plus_ms(PORTION_MS))).await,
            None => std::future::pending().await,
        }
    }

    /// One claim; true when there may be more.
    async fn claim_some(&self) -> Result<bool> {
        let order = self.0.direct.order().await;
        // Just before, because the claim would take them over.
        self.renew_leases().await?;
        let pass = self.0.direct.begin();
        let limit = self.0.slots.places().min(MOST_PER_CLAIM);
        let room = self.0.slots.room();
        let claim = Claim {
            token: self.new_token(),
            now: self.0.clock.now(),
            limit: u32::try_from(limit).unwrap_or(u32::MAX),
            per_webhook: MOST_PER_NEW_WEBHOOK,
            room: &room,
            share: self.0.shares.standing().share,
        };
        let (watch, leased) = (self.0.metrics.commit(Commit::Claim), Stopwatch::start());
        let Claims { taken, left } = self.0.store.claim(claim).await?;
        if !taken.is_empty() {
            watch.end();
        }
        let fresh = taken.iter().filter(|claimed| !claimed.rescued).count();
        let more = limit > 0 && fresh == limit;
        let refused = self.hand_over(taken, leased).await;
        self.0.direct.settle(pass, left.into_iter().chain(refused));
        // Only now: what was claimed is in hand, and seen by whoever changes the share.
        drop(order);
        Ok(more)
    }

    /// Hands what was claimed to the dispatcher; returns the webhooks that had no room for all of
    /// theirs.
    async fn hand_over(&self, taken: Vec<Claimed>, leased: Stopwatch) -> HashSet<WebhookId> {
        let mut tables: HashMap<MarketplaceId, Option<Arc<Table>>> = HashMap::new();
        let mut refused = HashSet::new();
        let (mut back, mut untried) = (Vec::new(), Vec::new());
        for claimed in taken {
            let table = match tables.entry(claimed.marketplace) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(self.current_table(claimed.marketplace).await.ok()),
            };
            // Said in the log already; the next claim tries again.
            let Some(table) = table.as_ref().filter(|_| !*self.0.stopping.borrow()) else {
                refused.insert(claimed.webhook);
                back.push((claimed.delivery, claimed.token));
                continue;
            };
            let Some(webhook) = table.webhook(claimed.webhook) else {
                // It was deleted after the claim, or at the same moment.
                untried.push((claimed, Next::Discarded));
                continue;
            };
            // It was paused after the claim: held, like all that waited.
            if claimed.active && webhook.state != State::Active && !claimed.rescued {
                untried.push((claimed, Next::Retrying { due: self.0.clock.now() }));
                continue;
            }
            // Behind one that found no room, no later one of its webhook is started.
            let permit = (!claimed.rescued && !refused.contains(&webhook.id))
                .then(|| self.0.slots.take(webhook.id, &webhook.settings))
                .flatten();
            if permit.is_none() && !claimed.rescued {
                refused.insert(webhook.id);
                back.push((claimed.delivery, claimed.token));
                continue;
            }
            let timeout_ms = webhook.settings.timeout_ms;
            let lease = self.0.leases.keep(claimed.delivery, claimed.token, timeout_ms, leased);
            let job = Job::claimed(claimed, lease, table, Arc::clone(webhook), permit);
            // The dispatcher waits for the claimer.
            let _ = self.0.direct.hand(Box::new(job));
        }
        let left =
            |(claimed, next): (Claimed, Next)| self.leave_untried(claimed.delivery, claimed.token, next);
        join_all(untried.into_iter().map(left)).await;
        self.give_back(back).await;
        refused
    }

    /// Hands leases back, now or as soon as the database takes it.
    pub(super) async fn give_back(&self, leases: Vec<(DeliveryId, i64)>) {
        if !leases.is_empty()
            && let Err(error) = self.0.store.give_back(&leases).await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "leases are not handed back yet");
            tokio::spawn(self.clone().give_back_later(leases));
        }
    }

    /// Tries until the database takes it; kept until then, because they would be called interrupted otherwise.
    async fn give_back_later(self, leases: Vec<(DeliveryId, i64)>) {
        let now = Stopwatch::start();
        let keep = |(delivery, token): &(DeliveryId, i64)| self.0.leases.keep(*delivery, *token, 0, now);
        let kept: Vec<_> = leases.iter().map(keep).collect();
        while !*self.0.stopping.borrow() {
            tokio::time::sleep(PAUSE).await;
            if self.0.store.give_back(&leases).await.is_ok() {
                break;
            }
        }
        drop(kept);
    }
}
