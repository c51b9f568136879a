//! Acceptance: many requests, one commit.

mod at_once;

use crate::{
    LEASE_SLACK_MS, Result, Store,
    bulk::{Columns, Script},
    conn::{Conn, json},
    frequency, search,
    sql::{args, sql_pair, storable},
};
use domain::{
    delivery::{Outcome, State},
    event::Event,
    id::{DeliveryId, EventId, MarketplaceId, WebhookId},
};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

/// One request: its events are stored all or not at all.
#[derive(Clone, Debug)]
pub struct Accept {
    /// Whose.
    pub marketplace: MarketplaceId,
    /// Of the routing table that the deliveries were made by; checked in the transaction.
    pub routing_version: i64,
    /// 1–1,000.
    pub events: Vec<NewEvent>,
}

/// An event with the deliveries it makes.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// The event.
    pub event: Arc<Event>,
    /// Of topic, payload and time of happening: tells a repetition from another use of the same
    /// idempotency key. Empty without a key.
    pub fingerprint: String,
    /// What it can be found by, see `domain::search`.
    pub terms: Vec<i64>,
    /// One per webhook that it matches.
    pub deliveries: Vec<NewDelivery>,
}

/// One event for one webhook.
#[derive(Clone, Copy, Debug)]
pub struct NewDelivery {
    /// Made by the caller, in the order of acceptance.
    pub id: DeliveryId,
    /// To whom.
    pub webhook: WebhookId,
    /// Whether it waits for a person: the webhook is paused or deactivated.
    pub held: bool,
    /// The fencing token of a local worker that sends it at once: it is stored as claimed, and
    /// other nodes leave it alone until the lease ends.
    pub lease: Option<i64>,
    /// Set when the webhook wants one event for each key in a time: the transaction decides whether this is it.
    pub once: Option<Once>,
}

/// What the acceptance of an event with a key depends on, and leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Once {
    /// What stands for the key, see `domain::webhook::Frequency::key_of`.
    pub key: [u8; 16],
    /// How long later events of the key are held back, in seconds.
    pub window_s: u32,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// Committed; one receipt per event, in their order.
    Stored(Vec<Receipt>),
    /// Nothing is stored: the idempotency key of the event at `index` stands for other content.
    KeyConflict {
        /// From 0.
        index: usize,
    },
    /// Nothing is stored: the routing changed meanwhile. Route anew and call again.
    Stale,
}

/// The answer for one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Of the event that stands in the database: the first one of its idempotency key.
    pub event: EventId,
    /// How many deliveries it made.
    pub deliveries: i64,
    /// Whether it was stored before. Then the deliveries that came with it are not.
    pub again: bool,
    /// Those of its deliveries that are discarded, because another event of their key came first.
    pub capped: Vec<DeliveryId>,
}

impl Store {
    /// Stores what was accepted, with one commit for all requests; one answer per request, in their
    /// order. A receipt means that it is on disk.
    ///
    /// # Errors
    /// `Busy`: nothing is stored. `Unavailable`: nothing is, unless the database went away at the commit itself.
    pub async fn accept(&self, requests: Vec<Accept>) -> Result<Vec<Accepted>> {
        let batch = Batch::new(&requests);
        if batch.is_plain() && self.accept_at_once(&batch).await? {
            return Ok(batch.answers());
        }
        match self.accept_by_steps(Batch::new(&requests)).await {
            // What seemed to be cut off went on to its end.
            Err(error) if error.is_duplicate() && batch.has_begun(self).await? => Ok(batch.answers()),
            done => done,
        }
    }

    async fn accept_by_steps(&self, mut batch: Batch<'_>) -> Result<Vec<Accepted>> {
        let mut tx = self.write_together().await?;
        batch.check_routing(&mut tx).await?;
        let mut script = Script::default();
        batch.insert_events(&mut script)?;
        if batch.has_keys() {
            tx.run_script(std::mem::take(&mut script)).await?;
            batch.find_first_answers(&mut tx).await?;
            batch.take_back_rejected(&mut tx).await?;
        }
        batch.decide_caps(&mut tx).await?;
        batch.insert_deliveries(&mut script);
        tx.commit_after(script).await?;
        Ok(batch.answers())
    }
}

/// Where an event stands in the batch: its request, and its place there.
type Place = (usize, usize);

/// An event that has an idempotency key.
#[derive(sqlx::FromRow)]
struct KeyRow {
    id: i64,
    marketplace_id: i64,
    idempotency_key: String,
    fingerprint: String,
    deliveries: i64,
}

/// What stood in the database under an event's idempotency key.
struct First {
    event: i64,
    deliveries: i64,
    same: bool,
}

/// Requests on their way through one transaction.
struct Batch<'a> {
    requests: &'a [Accept],
    /// Why a request is refused.
    rejected: HashMap<usize, Accepted>,
    firsts: BTreeMap<Place, First>,
    /// Deliveries that the frequency of their webhooks holds back.
    capped: HashSet<DeliveryId>,
}

impl<'a> Batch<'a> {
    fn new(requests: &'a [Accept]) -> Self {
        Self { requests, rejected: HashMap::new(), firsts: BTreeMap::new(), capped: HashSet::new() }
    }

    /// The events that are stored now, of requests that are not refused.
    fn stored(&self) -> impl Iterator<Item = (&'a Accept, &'a NewEvent)> {
        let stored = self.events().filter(|(place, _, _)| !self.firsts.contains_key(place));
        stored.map(|(_, request, new)| (request, new))
    }

    /// The events of requests that are not refused.
    fn events(&self) -> impl Iterator<Item = (Place, &'a Accept, &'a NewEvent)> {
        let requests = self.requests.iter().enumerate();
        requests.filter(|(r, _)| !self.rejected.contains_key(r)).flat_map(|(r, request)| {
            request.events.iter().enumerate().map(move |(e, event)| ((r, e), request, event))
        })
    }

    /// Refuses requests that were routed by an older table. Each version stays until the commit.
    async fn check_routing(&mut self, tx: &mut Conn) -> Result<()> {
        let mut versions: BTreeMap<i64, i64> =
            self.requests.iter().map(|request| (request.marketplace.key(), 0)).collect();
        for (marketplace, version) in &mut versions {
            let row: Option<(i64,)> =
                tx.first(sql_pair!("marketplaces/hold_version"), args![*marketplace]).await?;
            *version = row.map_or(0, |(version,)| version);
        }
        for (r, request) in self.requests.iter().enumerate() {
            if versions.get(&request.marketplace.key()) != Some(&request.routing_version) {
                self.rejected.insert(r, Accepted::Stale);
            }
        }
        Ok(())
    }

    fn has_keys(&self) -> bool {
        self.events().any(|(_, _, new)| new.event.idempotency_key.is_some())
    }

    /// Inserts all events whose idempotency key is new, in the order of the keys: two batches that
    /// share some can't wait for each other in a circle.
    fn insert_events(&self, script: &mut Script) -> Result<()> {
        let mut new: Vec<_> =
            self.events().map(|(_, request, event)| (request.marketplace.key(), event)).collect();
        new.sort_by_key(|(marketplace, new)| (*marketplace, &new.event.idempotency_key, new.event.id));
        let contexts = new.iter().map(|(_, n)| json(&n.event.context)).collect::<Result<Vec<_>>>()?;
        let columns = Columns::default()
            .ints(new.iter().map(|(_, n)| n.event.id.key()))
            .ints(new.iter().map(|(marketplace, _)| *marketplace))
            .texts(new.iter().map(|(_, n)| n.event.topic.as_str()))
            .ints(new.iter().map(|(_, n)| n.event.occurred_at.ms()))
            .ints(new.iter().map(|(_, n)| n.event.received_at.ms()))
            .texts(new.iter().map(|(_, n)| n.event.idempotency_key.as_deref()))
            .texts(new.iter().map(|(_, n)| n.fingerprint.as_str()))
            .ints(new.iter().map(|(_, n)| n.deliveries.len() as i64))
            .bools(new.iter().map(|(_, n)| n.event.test))
            .texts(contexts.iter().map(String::as_str))
            .texts(new.iter().map(|(_, n)| n.event.payload.as_str()));
        script.add(sql_pair!("events/insert"), columns);
        Ok(())
    }

    /// For each event whose key was not new: what stands there. Other content refuses the request.
    async fn find_first_answers(&mut self, tx: &mut Conn) -> Result<()> {
        let keyed: Vec<_> = self
            .events()
            .filter_map(|(place, request, n)| {
                let key = storable(n.event.idempotency_key.as_deref()?);
                Some((place, (request.marketplace.key(), key), n))
            })
            .collect();
        let columns = Columns::default()
            .ints(keyed.iter().map(|(_, (marketplace, _), _)| *marketplace))
            .texts(keyed.iter().map(|(_, (_, key), _)| key.as_str()));
        let rows: Vec<KeyRow> = tx.all_bulk(sql_pair!("events/by_keys"), columns).await?;
        let found: HashMap<_, _> =
            rows.into_iter().map(|row| ((row.marketplace_id, row.idempotency_key.clone()), row)).collect();
        for ((r, e), key, new) in keyed {
            // Gone between two statements: as if nothing had been asked.
            let Some(row) = found.get(&key) else {
                self.rejected.insert(r, Accepted::Stale);
                continue;
            };
            if row.id == new.event.id.key() {
                continue;
            }
            let same = row.fingerprint == new.fingerprint;
            if !same {
                self.rejected.entry(r).or_insert(Accepted::KeyConflict { index: e });
            }
            self.firsts.insert((r, e), First { event: row.id, deliveries: row.deliveries, same });
        }
        Ok(())
    }

    /// Deletes what refused requests inserted. A request that met an event of such a one is asked
    /// to come again, because the event that it was compared with is gone.
    async fn take_back_rejected(&mut self, tx: &mut Conn) -> Result<()> {
        let mut gone = HashMap::new();
        loop {
            let before = gone.len();
            for r in self.rejected.keys() {
                let events = self.requests[*r].events.iter().enumerate();
                let inserted = events.filter(|(e, _)| !self.firsts.contains_key(&(*r, *e)));
                gone.extend(inserted.map(|(_, n)| (n.event.id.key(), *r)));
            }
            for ((r, _), first) in &self.firsts {
                if gone.get(&first.event).is_some_and(|owner| owner != r) {
                    self.rejected.insert(*r, Accepted::Stale);
                }
            }
            if gone.len() == before {
                break;
            }
        }
        if !gone.is_empty() {
            let ids: Vec<i64> = gone.into_keys().collect();
            tx.run(sql_pair!("events/delete"), args![ids]).await?;
        }
        Ok(())
    }

    /// Decides for each webhook and key which delivery is the one that goes out. Those of one commit were
    /// accepted at the same moment, so at most the first of them does.
    async fn decide_caps(&mut self, tx: &mut Conn) -> Result<()> {
        let capping = self.stored().flat_map(|(_, new)| new.deliveries.iter().map(move |each| (new, each)));
        let mut all: Vec<_> = capping.filter_map(|(new, each)| Some((new, each, each.once?))).collect();
        if all.is_empty() {
            return Ok(());
        }
        all.sort_by_key(|(_, each, once)| (each.webhook, once.key, each.id));
        let first = all.iter().map(|(new, each, once)| frequency::Wish {
            webhook: each.webhook,
            key: once.key,
            since: new.event.received_at,
            until: new.event.received_at.plus_ms(i64::from(once.window_s) * 1000),
        });
        let mut wishes: Vec<_> = first.collect();
        wishes.dedup_by_key(|wish| (wish.webhook, wish.key));
        let mut granted = frequency::take(tx, &wishes).await?;
        let capped = all.iter().filter(|(_, each, once)| !granted.remove(&(each.webhook, once.key)));
        self.capped = capped.map(|(_, each, _)| each.id).collect();
        Ok(())
    }

    /// Inserts terms, deliveries and queue rows of the events that stay.
    fn insert_deliveries(&self, script: &mut Script) {
        let stored: Vec<_> = self.stored().map(|(request, new)| (request.marketplace, new)).collect();
        search::insert(script, stored.iter().map(|(m, n)| (*m, n.event.id, n.terms.as_slice())));
        let mut rows: Vec<_> = stored
            .iter()
            .flat_map(|(marketplace, new)| new.deliveries.iter().map(move |d| (*marketplace, &*new.event, d)))
            .collect();
        rows.sort_by_key(|(_, _, delivery)| delivery.id);
        let state = |delivery: &NewDelivery| match delivery.held {
            _ if self.capped.contains(&delivery.id) => State::Discarded,
            true => State::Held,
            false => State::Pending,
        };
        let outcome = |delivery: &NewDelivery| {
            self.capped.contains(&delivery.id).then_some(Outcome::Frequency.as_str())
        };
        let columns = Columns::default()
            .ints(rows.iter().map(|(_, _, d)| d.id.key()))
            .ints(rows.iter().map(|(marketplace, _, _)| marketplace.key()))
            .ints(rows.iter().map(|(_, event, _)| event.id.key()))
            .ints(rows.iter().map(|(_, _, d)| d.webhook.key()))
            .texts(rows.iter().map(|(_, event, _)| event.topic.as_str()))
            .bools(rows.iter().map(|(_, event, _)| event.test))
            .texts(rows.iter().map(|(_, _, d)| state(d).as_str()))
            .texts(rows.iter().map(|(_, _, d)| outcome(d)));
        script.add(sql_pair!("deliveries/insert"), columns);
        rows.retain(|(_, _, delivery)| !delivery.held && !self.capped.contains(&delivery.id));
        let columns = Columns::default()
            .ints(rows.iter().map(|(_, _, d)| d.id.key()))
            .ints(rows.iter().map(|(_, _, d)| d.webhook.key()))
            .ints(rows.iter().map(|(_, event, _)| event.received_at.ms()))
            .ints(rows.iter().map(|(_, _, d)| d.lease.unwrap_or(0)))
            .ints(rows.iter().map(|_| LEASE_SLACK_MS));
        script.add(sql_pair!("queue/insert"), columns);
    }

    /// One answer per request.
    fn answers(mut self) -> Vec<Accepted> {
        let receipt = |place: Place, new: &NewEvent| match self.firsts.get(&place) {
            Some(first) => Receipt {
                event: EventId::from_key(first.event),
                deliveries: first.deliveries,
                again: first.same,
                capped: Vec::new(),
            },
            None => Receipt {
                event: new.event.id,
                deliveries: new.deliveries.len() as i64,
                again: false,
                capped: new.deliveries.iter().map(|d| d.id).filter(|id| self.capped.contains(id)).collect(),
            },
        };
        let answer = |(r, request): (usize, &Accept)| match self.rejected.remove(&r) {
            Some(refusal) => refusal,
            None => {
                let events = request.events.iter().enumerate();
                Accepted::Stored(events.map(|(e, new)| receipt((r, e), new)).collect())
            }
        };
        self.requests.iter().enumerate().map(answer).collect()
    }
}
