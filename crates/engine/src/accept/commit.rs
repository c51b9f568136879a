//! Commits requests that come at the same time together, and hands their deliveries on in the order
//! of the commits.

use crate::{Error, Live, Result, batch::Batch, direct::Direct, dispatcher::Job, nodes::Wake};
use domain::{delivery::DeliveryRow, id::MarketplaceId, id::WebhookId};
use std::sync::Arc;
use store::{Accept, Accepted, Receipt, Store};
use tokio::sync::broadcast;

/// Requests that share one commit.
const MOST_PER_COMMIT: usize = 256;

/// Takes requests in.
pub(crate) type Acceptor = Batch<Request, Result<Accepted>>;

/// A request, and what follows when it is committed.
#[derive(Debug)]
pub(crate) struct Request {
    pub(super) accept: Accept,
    /// Deliveries that local workers take at once.
    pub(super) jobs: Vec<Job>,
    /// What open consoles are told.
    pub(super) rows: Vec<DeliveryRow>,
}

/// What a commit touches.
pub(crate) struct Committer {
    pub(crate) store: Store,
    pub(crate) direct: Arc<Direct>,
    pub(crate) wake: Wake,
    pub(crate) news: broadcast::Sender<(MarketplaceId, Live)>,
}

impl Committer {
    /// Starts the task that commits.
    pub(crate) fn start(self) -> Acceptor {
        let committer = Arc::new(self);
        Batch::start(MOST_PER_COMMIT, move |requests| {
            let committer = Arc::clone(&committer);
            async move { committer.commit(requests).await }
        })
    }

    async fn commit(&self, requests: Vec<Request>) -> Vec<Result<Accepted>> {
        let count = requests.len();
        let mut accepts = Vec::with_capacity(count);
        let mut follow = Vec::with_capacity(count);
        for Request { accept, jobs, rows } in requests {
            follow.push((accept.marketplace, queued_webhooks(&accept), jobs, rows));
            accepts.push(accept);
        }
        let committed = match self.store.accept(accepts).await {
            Ok(committed) => committed,
            Err(error) => {
                let error = Error::from(error);
                return (0..count).map(|_| Err(error.clone())).collect();
            }
        };
        let mut due = false;
        for (answer, (marketplace, queued, jobs, rows)) in committed.iter().zip(follow) {
            let Accepted::Stored(receipts) = answer else { continue };
            for row in rows.into_iter().filter(|row| is_fresh(receipts, row.event_id)) {
                // Nobody listening is fine.
                let _ = self.news.send((marketplace, Live::Delivery(Box::new(row))));
            }
            queued.iter().for_each(|webhook| self.direct.queued(*webhook));
            due |= !queued.is_empty();
            for job in jobs.into_iter().filter(|job| is_fresh(receipts, job.event.id)) {
                // Refused at shutdown: the next start takes it up when the lease has ended.
                let _ = self.direct.send(job);
            }
        }
        if due {
            self.wake.notify();
        }
        committed.into_iter().map(Ok).collect()
    }
}

/// Whether the event was stored now: what came with a repeated one was not.
fn is_fresh(receipts: &[Receipt], event: domain::id::EventId) -> bool {
    receipts.iter().any(|receipt| receipt.event == event && !receipt.again)
}

/// The webhooks for which something goes into the queue.
fn queued_webhooks(accept: &Accept) -> Vec<WebhookId> {
    let deliveries = accept.events.iter().flat_map(|event| &event.deliveries);
    deliveries.filter(|delivery| !delivery.held && delivery.lease.is_none()).map(|d| d.webhook).collect()
}
