//! Accepted events.

use crate::{
    Result, Store, attempts,
    bodies::Bodies,
    bulk::Script,
    conn::json,
    filter::Conditions,
    rows::{EventColumns, LogColumns},
    search,
    sql::{args, sql, storable},
};
use domain::{
    delivery::{Attempt, DeliveryFilter, DeliveryRow, State},
    event::{Event, EventFilter, EventRow},
    id::{DeliveryId, EventId, MarketplaceId, WebhookId},
    page::{Page, PageRequest},
    time::Timestamp,
};

/// A test send of a saved webhook: made at once, never queued.
#[derive(Clone, Debug)]
pub struct TestSend {
    /// Whose.
    pub marketplace: MarketplaceId,
    /// To whom.
    pub webhook: WebhookId,
    /// With `test` set.
    pub event: Event,
    /// What it can be found by.
    pub terms: Vec<i64>,
    /// Made by the caller.
    pub delivery: DeliveryId,
    /// The exchange, with its id.
    pub attempt: Attempt,
    /// What was rendered, if it could be.
    pub body: Option<String>,
    /// `Delivered`, `Exhausted`, or `Held` when the template failed.
    pub state: State,
}

/// id, topic, occurred_at, received_at, deliveries
type ListRow = (i64, String, i64, i64, i64);

impl Store {
    /// Records a test send: event, delivery and attempt.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`.
    pub async fn insert_test(&self, test: &TestSend) -> Result<()> {
        let mut tx = self.write().await?;
        let TestSend { marketplace, webhook, event, attempt, .. } = test;
        let values = args![
            event.id,
            *marketplace,
            &event.topic,
            event.occurred_at,
            event.received_at,
            json(&event.context)?,
            &event.payload,
        ];
        tx.run(sql!("events/insert_test"), values).await?;
        let mut script = Script::default();
        search::insert(&mut script, std::iter::once((*marketplace, event.id, test.terms.as_slice())));
        let mut bodies = Bodies::default();
        let body = test.body.as_ref().map(|body| bodies.add_made_of(event.id, &event.payload, body));
        let (outcome, status, duration_us, at) = attempts::summary(attempt);
        let values = args![
            test.delivery,
            *marketplace,
            event.id,
            *webhook,
            &event.topic,
            test.state.as_str(),
            i64::from(attempt.number),
            outcome,
            status,
            duration_us,
            at,
            body,
        ];
        tx.run(sql!("deliveries/insert_test"), values).await?;
        let sent = attempt
            .request
            .as_ref()
            .map(|request| bodies.add_made_of(event.id, &event.payload, &request.body));
        let new = attempts::New { event: event.id, delivery: test.delivery, attempt, sent };
        attempts::insert(&mut script, &[new], &mut bodies)?;
        bodies.insert(&mut script);
        tx.commit_after(script).await
    }
    /// One event, with its payload as it arrived.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn event(&self, marketplace: MarketplaceId, id: EventId) -> Result<Option<Event>> {
        let row: Option<EventColumns> =
            self.read().await?.first(sql!("events/get"), args![marketplace, id]).await?;
        row.map(EventColumns::read).transpose()
    }
    /// The event that was accepted under this idempotency key with the same content, and how many deliveries it made.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn accepted_before(
        &self,
        marketplace: MarketplaceId,
        key: &str,
        fingerprint: &str,
    ) -> Result<Option<(EventId, i64)>> {
        let values = args![marketplace, storable(key), fingerprint];
        let row: Option<(i64, i64)> = self.read().await?.first(sql!("events/first_answer"), values).await?;
        Ok(row.map(|(event, deliveries)| (EventId::from_key(event), deliveries)))
    }
    /// Events that match, newest first; tests left out.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn events(
        &self,
        marketplace: MarketplaceId,
        filter: &EventFilter,
        page: PageRequest,
    ) -> Result<Page<EventRow>> {
        let Some(matching) = Conditions::events(marketplace, filter) else {
            return Ok(Page { data: Vec::new(), next_cursor: None });
        };
        let mut conn = self.read().await?;
        let rows = matching.read_page(&mut conn, sql!("events/list"), "e.id", page).await?;
        let read = |(id, topic, occurred_at, received_at, deliveries): ListRow| EventRow {
            id: EventId::from_key(id),
            topic,
            occurred_at: Timestamp::from_ms(occurred_at),
            received_at: Timestamp::from_ms(received_at),
            deliveries,
        };
        Ok(Page::cut(rows.into_iter().map(read).collect(), page, |row: &EventRow| row.id.key()))
    }
    /// What became of one event, newest first; all of it.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn deliveries_of(
        &self,
        marketplace: MarketplaceId,
        event: EventId,
    ) -> Result<Vec<DeliveryRow>> {
        let filter = DeliveryFilter { event: Some(event), ..DeliveryFilter::default() };
        let Some(matching) = Conditions::deliveries(marketplace, &filter) else { return Ok(Vec::new()) };
        let (sql, values) = matching.newest_first(sql!("log/deliveries"), "d.id");
        let rows: Vec<LogColumns> = self.read().await?.all(sql, values).await?;
        rows.into_iter().map(LogColumns::read).collect()
    }
}
