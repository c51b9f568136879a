//! Deliveries in hand that wait for a slot of their webhook, in the order in which they are to be started.

use super::Job;
use domain::id::WebhookId;
use std::collections::{HashMap, VecDeque};

/// The lines of all webhooks; none is empty.
#[derive(Debug, Default)]
pub(super) struct Lines(HashMap<WebhookId, VecDeque<Box<Job>>>);

impl Lines {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The webhooks that something waits for.
    pub(super) fn webhooks(&self) -> Vec<WebhookId> {
        self.0.keys().copied().collect()
    }

    /// Whether something waits for the webhook.
    pub(super) fn has(&self, webhook: WebhookId) -> bool {
        self.0.contains_key(&webhook)
    }

    /// Adds the last one of its line.
    pub(super) fn push(&mut self, job: Box<Job>) {
        self.0.entry(job.webhook.id).or_default().push_back(job);
    }

    /// The next one of the webhook that has a slot now.
    pub(super) fn next(&mut self, webhook: WebhookId) -> Option<Box<Job>> {
        let line = self.0.get_mut(&webhook)?;
        let has_slot = line.front_mut().is_some_and(|first| !first.is_stale() && first.start());
        let job = if has_slot { line.pop_front() } else { None };
        if line.is_empty() {
            self.0.remove(&webhook);
        }
        job
    }

    /// Takes out the lines that have waited too long, and those whose first one is `unwanted`.
    pub(super) fn overdue(&mut self, unwanted: impl Fn(&Job) -> bool) -> VecDeque<Box<Job>> {
        let is_overdue = |first: &Job| first.is_stale() || unwanted(first);
        let lines = self.0.extract_if(|_, line| line.front().is_some_and(|first| is_overdue(first)));
        lines.flat_map(|(_, line)| line).collect()
    }

    /// Takes out everything.
    pub(super) fn drain(&mut self) -> VecDeque<Box<Job>> {
        self.0.drain().flat_map(|(_, line)| line).collect()
    }
}
