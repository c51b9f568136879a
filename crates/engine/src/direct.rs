//! The way to the dispatcher, and the short way from acceptance: a delivery that was just
//! accepted goes there already leased, without a claim. Only while nothing of its webhook waits in
//! the queue, so that first attempts start in the order of acceptance; and only while this process is
//! alone, because of what others accept it hears later.

use crate::dispatcher::Job;
use domain::id::WebhookId;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::mpsc;

/// What the dispatcher is told.
#[derive(Debug)]
pub(crate) enum Told {
    /// A leased delivery with its place in hand.
    Job(Box<Job>),
    /// A request of the webhook has ended.
    Freed(WebhookId),
}

/// The way to the dispatcher.
#[derive(Debug)]
pub(crate) struct Direct {
    sender: mpsc::UnboundedSender<Told>,
    receiver: Mutex<Option<mpsc::UnboundedReceiver<Told>>>,
    queue: Mutex<Queue>,
    order: tokio::sync::Mutex<()>,
}

/// What is known about the queue in the database.
#[derive(Debug, Default)]
struct Queue {
    /// Counts the passes of the claimer.
    pass: u64,
    /// Whether every webhook with something in the queue is in `behind`.
    known: bool,
    /// Webhooks with deliveries in the queue, and the pass after which that was noticed.
    behind: HashMap<WebhookId, u64>,
}

impl Direct {
    pub(crate) fn new() -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        let receiver = Mutex::new(Some(receiver));
        Self { sender, receiver, queue: Mutex::default(), order: tokio::sync::Mutex::default() }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held by an acceptance from its commit until its jobs are handed over, by a claim, and by a
    /// change of the share: what was committed first comes here first.
    pub(crate) async fn order(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.order.lock().await
    }

    /// The dispatcher's end; once.
    pub(crate) fn receiver(&self) -> Option<mpsc::UnboundedReceiver<Told>> {
        self.receiver.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether nothing of the webhook waits in the queue.
    pub(crate) fn is_free(&self, webhook: WebhookId) -> bool {
        let queue = self.queue();
        queue.known && !queue.behind.contains_key(&webhook)
    }

    /// Whether room for the webhook, or for any while all share what little there is, is a reason to
    /// look into the queue.
    pub(crate) fn waits_for(&self, webhook: WebhookId, crowded: bool) -> bool {
        let queue = self.queue();
        !queue.known || queue.behind.contains_key(&webhook) || (crowded && !queue.behind.is_empty())
    }

    /// Gives the dispatcher a leased delivery. It comes back when the dispatcher has ended: its lease is to be given back.
    pub(crate) fn hand(&self, job: Box<Job>) -> Option<Box<Job>> {
        match self.sender.send(Told::Job(job)) {
            Err(mpsc::error::SendError(Told::Job(job))) => Some(job),
            _ => None,
        }
    }

    /// The webhooks that are known to have something in the queue.
    pub(crate) fn behind(&self) -> Vec<WebhookId> {
        self.queue().behind.keys().copied().collect()
    }

    /// Tells the dispatcher; when it has ended, nobody needs to know.
    pub(crate) fn tell(&self, told: Told) {
        let _ = self.sender.send(told);
    }

    /// Something of the webhook was put into the queue, and is committed.
    pub(crate) fn queued(&self, webhook: WebhookId) {
        let mut queue = self.queue();
        let pass = queue.pass;
        queue.behind.insert(webhook, pass);
    }

    /// Something of unknown webhooks was put into the queue.
    pub(crate) fn forget(&self) {
        let mut queue = self.queue();
        queue.known = false;
        queue.pass += 1;
    }

    /// A pass of the claimer begins; what is noticed from now on is not settled by it.
    pub(crate) fn begin(&self) -> u64 {
        let mut queue = self.queue();
        queue.pass += 1;
        queue.pass
    }

    /// The pass ended. It took everything that was due, except of the webhooks in `left`.
    pub(crate) fn settle(&self, pass: u64, left: impl Iterator<Item = WebhookId>) {
        let mut queue = self.queue();
        queue.behind.retain(|_, noticed| *noticed >= pass);
        // Forgotten during the pass: only the next one can tell.
        queue.known |= queue.pass == pass;
        let now = queue.pass;
        queue.behind.extend(left.map(|webhook| (webhook, now)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: WebhookId = WebhookId::from_key(1);
    const B: WebhookId = WebhookId::from_key(2);

    #[test]
    fn free_only_when_a_pass_found_nothing_left() {
        let direct = Direct::new();
        assert!(!direct.is_free(A), "nothing is known at the start");
        direct.settle(direct.begin(), [B].into_iter());
        assert!(direct.is_free(A) && !direct.is_free(B));
        direct.queued(A);
        assert!(!direct.is_free(A));
        let pass = direct.begin();
        direct.queued(B);
        direct.settle(pass, [].into_iter());
        assert!(direct.is_free(A) && !direct.is_free(B), "B came during the pass");
        let pass = direct.begin();
        direct.forget();
        direct.settle(pass, [].into_iter());
        assert!(!direct.is_free(A), "forgotten during the pass");
        direct.settle(direct.begin(), [].into_iter());
        assert!(direct.is_free(A) && direct.is_free(B));
    }

    #[test]
    fn room_matters_only_where_something_waits() {
        let direct = Direct::new();
        assert!(direct.waits_for(A, false), "nothing is known at the start");
        direct.settle(direct.begin(), [B].into_iter());
        assert!(direct.waits_for(B, false) && !direct.waits_for(A, false) && direct.waits_for(A, true));
        direct.settle(direct.begin(), [].into_iter());
        assert!(!direct.waits_for(B, false) && !direct.waits_for(A, true));
    }
}
