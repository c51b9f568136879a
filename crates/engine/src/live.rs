//! News for open consoles: each row of the log as it changes. What happens on one node is told on
//! the others (see `relay`).

use crate::{Engine, Permission, Result, Who, relay::Outbox, routing::Match, shares::Shares};
use domain::{
    bin::Caught,
    delivery::{Attempt, DeliveryRow, Outcome, State},
    event::Event,
    id::{DeliveryId, MarketplaceId},
    time::Timestamp,
};
use std::{collections::HashMap, sync::Arc};
use tokio::sync::{broadcast, watch};

/// News that a slow reader may be behind before it loses the oldest.
const KEPT: usize = 256;

/// One piece of news.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Live {
    /// A delivery was accepted, tried or changed.
    Delivery(Box<DeliveryRow>),
    /// A test receiver caught a request.
    Caught {
        /// The receiver's id.
        bin: String,
        /// What arrived.
        request: Box<Caught>,
    },
}

/// Where news come together; cloned freely, all clones are one.
#[derive(Clone, Debug)]
pub(crate) struct News {
    here: broadcast::Sender<(MarketplaceId, Live)>,
    shares: Shares,
    outbox: Arc<Outbox>,
}

impl News {
    pub(crate) fn new(shares: Shares) -> Self {
        Self { here: broadcast::Sender::new(KEPT), shares, outbox: Arc::default() }
    }

    /// Open consoles of this process.
    pub(crate) fn readers(&self) -> usize {
        self.here.receiver_count()
    }

    /// Whether anybody looks, here or elsewhere.
    pub(crate) fn is_wanted(&self) -> bool {
        self.readers() > 0 || self.shares.standing().watched
    }

    /// What other nodes are to be told.
    pub(crate) fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// A row of the log, as it is now.
    pub(crate) fn tell(&self, marketplace: MarketplaceId, row: DeliveryRow) {
        if self.shares.standing().watched {
            self.outbox.delivery(marketplace, row.id);
        }
        self.tell_here(marketplace, Live::Delivery(Box::new(row)));
    }

    /// What a test receiver caught.
    pub(crate) fn tell_caught(&self, marketplace: MarketplaceId, bin: &str, request: &Caught) {
        if self.shares.standing().watched {
            self.outbox.caught(marketplace, bin, request.id);
        }
        let request = Box::new(request.clone());
        self.tell_here(marketplace, Live::Caught { bin: bin.to_owned(), request });
    }

    /// To this process's consoles only.
    pub(crate) fn tell_here(&self, marketplace: MarketplaceId, live: Live) {
        // Nobody listening is fine.
        let _ = self.here.send((marketplace, live));
    }
}

/// The news of one marketplace.
#[derive(Debug)]
pub struct Subscription {
    marketplace: MarketplaceId,
    news: broadcast::Receiver<(MarketplaceId, Live)>,
    stopping: watch::Receiver<bool>,
}

impl Subscription {
    /// What there is to tell, at least one piece: of each delivery only its last row. `None` when the program
    /// shuts down. Whoever asks seldom gets little of much.
    pub async fn batch(&mut self) -> Option<Vec<Live>> {
        let mut batch = vec![self.next().await?];
        let mut places = HashMap::new();
        if let Some(Live::Delivery(row)) = batch.first() {
            places.insert(row.id, 0);
        }
        loop {
            let live = match self.news.try_recv() {
                Ok((marketplace, live)) if marketplace == self.marketplace => live,
                Ok(_) | Err(broadcast::error::TryRecvError::Lagged(_)) => continue,
                // Closed is told by the next call.
                Err(_) => return Some(batch),
            };
            let place = match &live {
                Live::Delivery(row) => *places.entry(row.id).or_insert(batch.len()),
                Live::Caught { .. } => batch.len(),
            };
            match batch.get_mut(place) {
                Some(older) => *older = live,
                None => batch.push(live),
            }
        }
    }

    /// The next piece of news; `None` when the program shuts down. A slow reader loses the oldest.
    pub async fn next(&mut self) -> Option<Live> {
        loop {
            let news = tokio::select! {
                news = self.news.recv() => news,
                _ = self.stopping.wait_for(|stopping| *stopping) => return None,
            };
            match news {
                Ok((marketplace, live)) if marketplace == self.marketplace => return Some(live),
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

impl Engine {
    /// Subscribes to the news of the marketplace.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn live(&self, who: &Who) -> Result<Subscription> {
        who.must(Permission::Read)?;
        let (news, stopping) = (self.0.news.here.subscribe(), self.0.stopping.subscribe());
        // Other nodes send news only while somebody looks.
        self.0.wake.nodes();
        Ok(Subscription { marketplace: who.marketplace.id, news, stopping })
    }

    /// Tells open consoles about rows of the log.
    pub(crate) fn tell(&self, marketplace: MarketplaceId, rows: impl IntoIterator<Item = DeliveryRow>) {
        rows.into_iter().for_each(|row| self.0.news.tell(marketplace, row));
    }

    /// Tells open consoles how a delivery stands now, read from the log; nothing when nobody looks.
    pub(crate) async fn tell_of(&self, marketplace: MarketplaceId, id: DeliveryId) -> Result<()> {
        if self.0.news.is_wanted()
            && let Some(row) = self.0.store.delivery_row(marketplace, id).await?
        {
            self.0.news.tell(marketplace, row);
        }
        Ok(())
    }
}

/// The row of a delivery that is about to be accepted.
pub(crate) fn accepted(event: &Event, id: DeliveryId, matched: &Match) -> DeliveryRow {
    let webhook = &matched.webhook;
    DeliveryRow {
        id,
        event_id: event.id,
        webhook_id: webhook.id,
        webhook_name: webhook.settings.name.clone(),
        topic: event.topic.clone(),
        state: if matched.held { State::Held } else { State::Pending },
        test: event.test,
        attempt_count: 0,
        outcome: None,
        http_status: None,
        duration_ms: None,
        created_at: event.received_at,
        last_attempt_at: None,
        next_attempt_at: (!matched.held).then_some(event.received_at),
    }
}

/// What an attempt changes in its row.
pub(crate) fn tried(
    row: DeliveryRow,
    attempt: &Attempt,
    state: State,
    next: Option<Timestamp>,
) -> DeliveryRow {
    DeliveryRow {
        state,
        attempt_count: i64::from(attempt.number),
        outcome: Some(attempt.outcome),
        http_status: attempt.response.as_ref().map(|response| response.status),
        duration_ms: Some(attempt.timing_ms.total),
        last_attempt_at: Some(attempt.at),
        next_attempt_at: next,
        ..row
    }
}

/// The row of a delivery that the acceptance discarded, as another event of its key came first.
pub(crate) fn capped(row: DeliveryRow) -> DeliveryRow {
    DeliveryRow { state: State::Discarded, outcome: Some(Outcome::Frequency), next_attempt_at: None, ..row }
}
