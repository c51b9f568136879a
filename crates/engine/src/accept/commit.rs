//! Commits requests that come at the same time together, and hands their deliveries on in the order
//! of the commits. Ids are given here, so acceptance, ids and first attempts have one order.

use super::enter::{Entered, Request};
use crate::{
    Error, Generator, Result,
    batch::Batch,
    direct::Direct,
    leases::Leases,
    live::{self, News},
    metrics::{Commit, Metrics},
    nodes::Wake,
    shares::Shares,
    slots::Slots,
};
use std::{collections::HashSet, sync::Arc, time::Duration};
use store::{Accepted, Receipt, Store};
use tokio::{runtime::Handle, sync::watch};

/// Requests that share one commit.
const MOST_PER_COMMIT: usize = 256;

/// Takes requests in.
pub(crate) type Acceptor = Batch<Request, Result<Accepted>>;

/// What a commit touches.
pub(crate) struct Committer {
    pub(crate) generator: Generator,
    pub(crate) store: Store,
    pub(crate) direct: Arc<Direct>,
    pub(crate) slots: Slots,
    pub(crate) leases: Leases,
    pub(crate) shares: Shares,
    pub(crate) wake: Wake,
    pub(crate) news: News,
    pub(crate) metrics: Arc<Metrics>,
    /// Whether this process delivers.
    pub(crate) delivers: bool,
    pub(crate) stopping: watch::Receiver<bool>,
}

impl Committer {
    /// Starts the task that commits, on `on`.
    pub(crate) fn start(self, on: &Handle) -> Acceptor {
        let committer = Arc::new(self);
        Batch::start(
            on,
            MOST_PER_COMMIT,
            Duration::ZERO,
            |_| false,
            move |requests| {
                let committer = Arc::clone(&committer);
                async move { committer.commit(requests).await }
            },
        )
    }

    async fn commit(&self, requests: Vec<Request>) -> Vec<Result<Accepted>> {
        let mut queued = HashSet::new();
        let entered: Vec<Entered> =
            requests.into_iter().map(|request| self.enter(request, &mut queued)).collect();
        let count = entered.len();
        // What does not go directly can't be overtaken by a claim.
        let goes_directly = entered.iter().any(|entered| !entered.jobs.is_empty());
        let order = if goes_directly { Some(self.direct.order().await) } else { None };
        let (accepts, follow): (Vec<_>, Vec<_>) =
            entered.into_iter().map(|entered| (entered.accept, (entered.jobs, entered.rows))).unzip();
        let watch = self.metrics.commit(Commit::Accept);
        let committed = match self.store.accept(accepts).await {
            Ok(committed) => committed,
            Err(error) => {
                let error = Error::from(error);
                return (0..count).map(|_| Err(error.clone())).collect();
            }
        };
        watch.end();
        queued.iter().for_each(|webhook| self.direct.queued(*webhook));
        let mut late = Vec::new();
        for (answer, (jobs, rows)) in committed.iter().zip(follow) {
            let Accepted::Stored(receipts) = answer else { continue };
            self.metrics.accepted(receipts.iter().filter(|receipt| !receipt.again).count());
            for (marketplace, row) in rows {
                if let Some(receipt) = fresh(receipts, row.event_id) {
                    let row = if receipt.capped.contains(&row.id) { live::capped(row) } else { row };
                    self.news.tell(marketplace, row);
                }
            }
            for job in jobs.into_iter().filter(|job| fresh(receipts, job.event.id).is_some()) {
                late.extend(self.direct.hand(Box::new(job)).map(|job| (job.delivery, job.token)));
            }
        }
        drop(order);
        // Accepted while the engine stopped: without a lease it is not called interrupted later.
        if !late.is_empty()
            && let Err(error) = self.store.give_back(&late).await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "leases are not handed back; they end");
        }
        if !queued.is_empty() {
            self.wake.others();
        }
        // What finds no room now is claimed when there is some.
        let share = self.shares.standing().share;
        if queued.iter().any(|webhook| share.holds(*webhook) && self.slots.has_room(*webhook)) {
            self.wake.local.notify_one();
        }
        committed.into_iter().map(Ok).collect()
    }
}

/// The receipt of an event that was stored now: what came with a repeated one was not.
fn fresh(receipts: &[Receipt], event: domain::id::EventId) -> Option<&Receipt> {
    receipts.iter().find(|receipt| receipt.event == event && !receipt.again)
}
