//! A request as it enters a commit: its events and deliveries get their ids, and those that may go
//! directly their slots.

use super::{check::Checked, commit::Committer};
use crate::{
    clock::Stopwatch,
    dispatcher::Job,
    live,
    routing::{Match, Table},
    slots::Permit,
};
use domain::{
    delivery::DeliveryRow,
    event::Event,
    format::Json,
    id::{MarketplaceId, WebhookId},
    time::Timestamp,
};
use std::{collections::HashSet, sync::Arc};
use store::{Accept, NewDelivery, NewEvent};

/// Events that wait for a commit.
#[derive(Debug)]
pub(crate) struct Request {
    table: Arc<Table>,
    events: Vec<Matched>,
}

/// An event with who gets it.
#[derive(Debug)]
struct Matched {
    event: Event,
    fingerprint: String,
    terms: Vec<i64>,
    matches: Vec<Match>,
    /// Only when a condition asks for the event's id, which is given later: then it is matched again.
    payload: Option<Json>,
}

/// A request with everything that follows from its commit.
pub(super) struct Entered {
    pub(super) accept: Accept,
    /// Deliveries that local workers take at once.
    pub(super) jobs: Vec<Job>,
    /// What open consoles are told.
    pub(super) rows: Vec<(MarketplaceId, DeliveryRow)>,
}

impl Request {
    /// Events, matched by `table`.
    pub(super) fn new(table: &Arc<Table>, events: &[Checked]) -> Self {
        let ids = table.context();
        let matched = |checked: &Checked| {
            let mut event = checked.event.clone();
            event.context.domain_id.clone_from(&ids.domain_id);
            event.context.tenant_id.clone_from(&ids.tenant_id);
            let matches = table.matches(&event, &checked.payload);
            let payload = table.asks_for_ids.then(|| checked.payload.clone());
            let (fingerprint, terms) = (checked.fingerprint.clone(), checked.terms.clone());
            Matched { event, fingerprint, terms, matches, payload }
        };
        Self { table: Arc::clone(table), events: events.iter().map(matched).collect() }
    }
}

impl Committer {
    /// Gives ids in the order of acceptance. `queued` are the webhooks for which this commit puts
    /// something into the queue: behind it, nothing of theirs goes directly.
    pub(super) fn enter(&self, request: Request, queued: &mut HashSet<WebhookId>) -> Entered {
        let Request { table, events } = request;
        let (marketplace, routing_version) = (table.marketplace.id, table.version);
        let (mut jobs, mut rows) = (Vec::new(), Vec::new());
        let is_watched = self.news.is_wanted();
        let enter = |matched: Matched| {
            let Matched { mut event, fingerprint, terms, mut matches, payload } = matched;
            event.id = self.generator.id();
            // By the id, which never steps back as a clock may.
            event.received_at = Timestamp::from_ms(event.id.made_ms());
            if let Some(payload) = payload {
                matches = table.matches(&event, &payload);
            }
            let event = Arc::new(event);
            let mut delivery = |matched: Match| {
                let (id, webhook) = (self.generator.id(), matched.webhook.id);
                let (held, once) = (matched.held, matched.once);
                // Whether one of a key is sent is known only when it is committed.
                let waits = held || once.is_some();
                let permit = if waits { None } else { self.reserve(&matched, queued) };
                // What goes directly is told of when it starts, a moment later.
                if permit.is_none() && is_watched {
                    rows.push((marketplace, live::accepted(&event, id, &matched)));
                }
                if permit.is_none() && !held {
                    queued.insert(webhook);
                }
                let lease = permit.map(|(permit, begun)| {
                    let event = Arc::clone(&event);
                    let token = self.generator.id::<domain::id::Attempt>().key();
                    let token = if begun { token } else { -token };
                    let timeout_ms = matched.webhook.settings.timeout_ms;
                    let lease = self.leases.keep(id, token, timeout_ms, Stopwatch::start());
                    jobs.push(Job::direct(id, token, &table, matched.webhook, event, lease, permit));
                    token
                });
                NewDelivery { id, webhook, held, lease, once }
            };
            let deliveries = matches.into_iter().map(&mut delivery).collect();
            NewEvent { event, fingerprint, terms, deliveries }
        };
        let events = events.into_iter().map(enter).collect();
        Entered { accept: Accept { marketplace, routing_version, events }, jobs, rows }
    }

    /// A place in hand for a delivery that goes directly, if that is possible; and whether it has its slot.
    fn reserve(&self, matched: &Match, queued: &HashSet<WebhookId>) -> Option<(Permit, bool)> {
        let webhook = &matched.webhook;
        let possible = self.delivers
            && !*self.stopping.borrow()
            && !queued.contains(&webhook.id)
            && self.shares.standing().alone
            && self.direct.is_free(webhook.id);
        possible.then(|| self.slots.take_and_start(webhook.id, &webhook.settings)).flatten()
    }
}
