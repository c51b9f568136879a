//! Takes events in: checked, matched, and answered only after commit. Requests that come at the
//! same time share one commit.

mod check;

use crate::{
    Engine, Error, Permission, Result, Who,
    batch::Batch,
    direct::Direct,
    dispatcher::Job,
    live::Live,
    nodes::Wake,
    routing::{Match, Table},
};
use check::Checked;
use domain::{event::Event, id::EventId, id::WebhookId, invalid::Invalid, time::Timestamp};
use std::{collections::HashSet, sync::Arc};
use store::{NewDelivery, Store};

/// The most events in one batch.
pub const MAX_BATCH: usize = 1000;
/// Requests that share one commit.
const MOST_PER_COMMIT: usize = 256;
/// A routing table that changes faster than this many times during one request is a defect.
const MOST_TRIES: usize = 10;

/// An event as a caller gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// A topic's key.
    pub topic: String,
    /// JSON text of an object; kept as it is written.
    pub payload: String,
    /// An idempotency key, at most 255 characters.
    pub id: Option<String>,
    /// When it happened; now when not given.
    pub occurred_at: Option<Timestamp>,
}

/// The answer to an accepted event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Accepted {
    /// The event's id.
    pub id: EventId,
    /// How many webhooks it goes to.
    pub deliveries: i64,
    /// Whether the same event was accepted before, and this is its first answer.
    #[serde(skip)]
    pub again: bool,
}

/// Commits requests, and hands their deliveries on in the order of the commits.
pub(crate) type Acceptor = Batch<Request, Result<store::Accepted>>;

/// A request with the deliveries that local workers take at once.
#[derive(Debug)]
pub(crate) struct Request {
    accept: store::Accept,
    jobs: Vec<Job>,
}

impl Engine {
    /// Accepts one event. Returns after the event and its deliveries are committed.
    ///
    /// # Errors
    /// `Invalid` for a payload or topic that breaks a rule; `Conflict` when the idempotency key
    /// was used with other content.
    pub async fn accept(&self, who: &Who, event: NewEvent) -> Result<Accepted> {
        who.must(Permission::Publish)?;
        let checked = self.check_event(who, event, "").await?;
        let accepted = self.commit(who, vec![checked]).await?;
        accepted.into_iter().next().ok_or(Error::Internal)
    }

    /// Accepts up to [`MAX_BATCH`] events in their order, all or none.
    ///
    /// # Errors
    /// As [`Engine::accept`]; fields start with `events.<index>.`.
    pub async fn accept_batch(&self, who: &Who, events: Vec<NewEvent>) -> Result<Vec<Accepted>> {
        who.must(Permission::Publish)?;
        if !(1..=MAX_BATCH).contains(&events.len()) {
            let message = format!("A batch holds 1 to {MAX_BATCH} events.");
            return Err(Invalid::one("events", message).into());
        }
        let mut invalid = Invalid::default();
        let mut checked = Vec::with_capacity(events.len());
        for (at, event) in events.into_iter().enumerate() {
            match self.check_event(who, event, &format!("events.{at}.")).await {
                Ok(event) => checked.push(event),
                Err(Error::Invalid(errors)) => invalid.extend(errors),
                Err(other) => return Err(other),
            }
        }
        invalid.into_result()?;
        self.commit(who, checked).await
    }

    /// Matches and commits; anew when the routing changed meanwhile.
    async fn commit(&self, who: &Who, events: Vec<Checked>) -> Result<Vec<Accepted>> {
        let mut table = self.table(who.marketplace.id).await?;
        for _ in 0..MOST_TRIES {
            let request = self.route(&table, &events);
            let news = self.news_of(&request, &table);
            let committed = self.0.acceptor.submit(request).await.ok_or(Error::Unavailable)??;
            match committed {
                store::Accepted::Stored(receipts) => {
                    let fresh = |event: EventId| receipts.iter().any(|r| r.event == event && !r.again);
                    self.tell(table.marketplace.id, news.into_iter().filter(|row| fresh(row.event_id)));
                    let answer = |r: &store::Receipt| Accepted {
                        id: r.event,
                        deliveries: r.deliveries,
                        again: r.again,
                    };
                    return Ok(receipts.iter().map(answer).collect());
                }
                store::Accepted::KeyConflict { index } => {
                    let key = events.get(index).and_then(|event| event.event.idempotency_key.as_deref());
                    let key = key.unwrap_or_default();
                    return Err(Error::conflict(format!("The id {key:?} was used for another event.")));
                }
                store::Accepted::Stale => {
                    table = self.newer_table(who.marketplace.id, Some(table.version)).await?;
                }
            }
        }
        Err(Error::internal("accept", "the routing never stands still"))
    }

    /// The deliveries that `events` make by `table`.
    fn route(&self, table: &Arc<Table>, events: &[Checked]) -> Request {
        let mut jobs = Vec::new();
        // Behind a delivery that goes into the queue, no later one of its webhook goes directly.
        let mut queued = HashSet::new();
        let context = table.context();
        let route = |checked: &Checked| {
            let event = Event { context: context.clone(), ..checked.event.clone() };
            let matches = table.matches(&event, &checked.payload);
            let mut shared = None;
            let mut delivery = |matched: Match| {
                let id = self.0.generator.id();
                let webhook = matched.webhook.id;
                let permit = if matched.held || queued.contains(&webhook) {
                    None
                } else {
                    self.reserve(&matched.webhook)
                };
                if permit.is_none() {
                    queued.insert(webhook);
                }
                let lease = permit.map(|permit| {
                    let event = shared.get_or_insert_with(|| Arc::new(event.clone()));
                    let job =
                        Job::direct(id, self.new_token(), table, matched.webhook, Arc::clone(event), permit);
                    let token = job.token;
                    jobs.push(job);
                    token
                });
                NewDelivery { id, webhook, held: matched.held, lease }
            };
            let deliveries = matches.into_iter().map(&mut delivery).collect();
            let (fingerprint, terms) = (checked.fingerprint.clone(), checked.terms.clone());
            store::NewEvent { event, fingerprint, terms, deliveries }
        };
        let events = events.iter().map(route).collect();
        let accept =
            store::Accept { marketplace: table.marketplace.id, routing_version: table.version, events };
        Request { accept, jobs }
    }
}

/// Starts the task that commits.
pub(crate) fn acceptor(store: Store, direct: Arc<Direct>, wake: Wake) -> Acceptor {
    Batch::start(MOST_PER_COMMIT, move |requests: Vec<Request>| {
        let (store, direct, wake) = (store.clone(), Arc::clone(&direct), wake.clone());
        async move { commit(&store, &direct, &wake, requests).await }
    })
}

async fn commit(
    store: &Store,
    direct: &Direct,
    wake: &Wake,
    requests: Vec<Request>,
) -> Vec<Result<store::Accepted>> {
    let (accepts, jobs): (Vec<_>, Vec<_>) = requests.into_iter().map(|r| (r.accept, r.jobs)).unzip();
    let queued: Vec<Vec<WebhookId>> = accepts.iter().map(queued_webhooks).collect();
    let count = accepts.len();
    let committed = match store.accept(accepts).await {
        Ok(committed) => committed,
        Err(error) => {
            let error = Error::from(error);
            return (0..count).map(|_| Err(error.clone())).collect();
        }
    };
    let mut due = false;
    for ((answer, jobs), queued) in committed.iter().zip(jobs).zip(queued) {
        let store::Accepted::Stored(receipts) = answer else { continue };
        queued.iter().for_each(|webhook| direct.queued(*webhook));
        due |= !queued.is_empty();
        for job in jobs {
            // What came with a repeated event was not stored.
            if receipts.iter().any(|receipt| receipt.event == job.event.id && !receipt.again) {
                // Refused at shutdown: the lease ends, or the next start takes it up.
                let _ = direct.send(job);
            }
        }
    }
    if due {
        wake.notify();
    }
    committed.into_iter().map(Ok).collect()
}

/// The webhooks for which something goes into the queue.
fn queued_webhooks(accept: &store::Accept) -> Vec<WebhookId> {
    let deliveries = accept.events.iter().flat_map(|event| &event.deliveries);
    deliveries.filter(|delivery| !delivery.held && delivery.lease.is_none()).map(|d| d.webhook).collect()
}

impl Engine {
    /// The rows that open consoles get when `request` is committed; none when nobody looks.
    fn news_of(&self, request: &Request, table: &Table) -> Vec<domain::delivery::DeliveryRow> {
        if self.0.news.receiver_count() == 0 {
            return Vec::new();
        }
        let rows = request.accept.events.iter().flat_map(|new| {
            let row = |delivery: &NewDelivery| Live::accepted(&new.event, delivery, table);
            new.deliveries.iter().filter_map(row)
        });
        rows.collect()
    }
}
