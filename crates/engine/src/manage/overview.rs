//! The first page: the last 24 hours at a glance, and what to do first.

use crate::{Engine, Permission, Result, Who};
use domain::{
    delivery::{self, Counts, DeliveryFilter, DeliveryRow, Outcome},
    id::{MarketplaceId, WebhookId},
    page::PageRequest,
    time::Timestamp,
    webhook::{State, WebhookRow},
};
use serde::Serialize;

/// What the first page shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Overview {
    /// How many webhooks stand where.
    pub webhooks: WebhookCounts,
    /// Deliveries accepted in these 24 hours; tests left out.
    pub last_24_h: Counts,
    /// The same of the 24 hours before.
    pub previous_24_h: Counts,
    /// The same by hour, oldest first; always 24, the last is the hour that runs.
    pub hours: Vec<Bucket>,
    /// Webhooks that fail now, then others with failures in these 24 hours; most failures first, at
    /// most 20.
    pub failing: Vec<Failing>,
    /// How many deliveries of these 24 hours failed at their last attempt, in all.
    pub failures: i64,
    /// What is done of the first steps.
    pub first_steps: FirstSteps,
}

/// How many webhooks stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WebhookCounts {
    /// Never activated.
    pub draft: i64,
    /// Receiving.
    pub active: i64,
    /// Paused by a manager.
    pub paused: i64,
    /// Deactivated by failures.
    pub deactivated: i64,
}

/// One hour of deliveries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bucket {
    /// When the hour begins.
    pub at: Timestamp,
    /// The deliveries accepted in it.
    pub counts: Counts,
}

/// A webhook that fails, or did lately.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Failing {
    /// Which.
    pub webhook_id: WebhookId,
    /// Its name.
    pub name: String,
    /// Whether it receives.
    pub state: State,
    /// Deliveries of these 24 hours that failed at their last attempt.
    pub failures: i64,
    /// When the first of the failures in a row was; `None` when it works again.
    pub since: Option<Timestamp>,
    /// Deliveries that wait: pending, retrying or held.
    pub waiting: i64,
    /// The newest delivery that failed, while it fails.
    pub last: Option<DeliveryRow>,
}

/// What is done of the first steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FirstSteps {
    /// There is a webhook.
    pub has_webhook: bool,
    /// There is a test receiver.
    pub has_test_receiver: bool,
    /// There is a delivery (a test counts).
    pub has_delivery: bool,
}

const HOUR_MS: i64 = 3_600_000;
/// How many hours the page shows.
const HOURS: i64 = 24;
/// How many failing webhooks it shows.
const MOST_FAILING: usize = 20;
/// Among so many of a webhook's newest deliveries the last failure is looked for: what only waits
/// stands among them.
const LOOKED_AT: u32 = 20;

impl Engine {
    /// The last 24 hours at a glance.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn overview(&self, who: &Who) -> Result<Overview> {
        who.must(Permission::Read)?;
        let (store, marketplace) = (&self.0.store, who.marketplace.id);
        let now = self.0.clock.now();
        let first = Timestamp::from_ms(now.ms() - now.ms() % HOUR_MS - (HOURS - 1) * HOUR_MS);
        let before = first.plus_ms(-HOURS * HOUR_MS);
        let known = store.hours(marketplace, before).await?;
        let hours = hours(first, &known);
        let previous = known.iter().filter(|bucket| bucket.at < first).map(|bucket| bucket.counts);
        let rows = store.webhooks(marketplace).await?;
        let webhooks = webhook_counts(&rows);
        let by_webhook = store.failures(marketplace, first).await?;
        let failures = by_webhook.iter().map(|(_, _, count)| count).sum();
        let failing = self.failing(marketplace, &rows, &by_webhook).await?;
        let one = PageRequest { limit: 1, before: None };
        let some_delivery = store.deliveries(marketplace, &DeliveryFilter::default(), one).await?;
        Ok(Overview {
            webhooks,
            last_24_h: sum(hours.iter().map(|bucket| bucket.counts)),
            previous_24_h: sum(previous),
            hours,
            failing,
            failures,
            first_steps: FirstSteps {
                has_webhook: webhooks != WebhookCounts::default(),
                has_test_receiver: !store.bins(marketplace, now).await?.is_empty(),
                has_delivery: !some_delivery.data.is_empty(),
            },
        })
    }

    async fn failing(
        &self,
        marketplace: MarketplaceId,
        rows: &[WebhookRow],
        by_webhook: &[(WebhookId, String, i64)],
    ) -> Result<Vec<Failing>> {
        let health = self.0.store.failing(marketplace).await?;
        let since = |id| health.iter().find(|(of, ..)| *of == id).and_then(|(.., h)| h.failing_since);
        let failures = |id| by_webhook.iter().find(|(of, ..)| *of == id).map_or(0, |(.., count)| *count);
        let of = |row: &WebhookRow| Failing {
            webhook_id: row.webhook.id,
            name: row.webhook.settings.name.clone(),
            state: row.webhook.state,
            failures: failures(row.webhook.id),
            since: since(row.webhook.id),
            waiting: row.waiting,
            last: None,
        };
        let mut failing: Vec<Failing> =
            rows.iter().map(of).filter(|f| f.failures > 0 || f.since.is_some()).collect();
        failing.sort_by_key(|f| (f.since.is_none(), -f.failures, f.since));
        failing.truncate(MOST_FAILING);
        for webhook in failing.iter_mut().filter(|f| f.since.is_some()) {
            webhook.last = self.last_failure(marketplace, webhook.webhook_id).await?;
        }
        Ok(failing)
    }

    async fn last_failure(&self, marketplace: MarketplaceId, id: WebhookId) -> Result<Option<DeliveryRow>> {
        use delivery::State::{Exhausted, Held, Retrying};
        let filter = DeliveryFilter {
            webhook: Some(id),
            states: vec![Exhausted, Retrying, Held],
            test: Some(false),
            ..DeliveryFilter::default()
        };
        let newest = PageRequest { limit: LOOKED_AT, before: None };
        let found = self.0.store.deliveries(marketplace, &filter, newest).await?.data;
        Ok(found.into_iter().find(|row| row.outcome.is_some_and(|outcome| outcome != Outcome::Delivered)))
    }
}

/// Every hour from `first` on, also those in which nothing was accepted.
fn hours(first: Timestamp, known: &[store::Bucket]) -> Vec<Bucket> {
    let hour = |n| {
        let at = first.plus_ms(n * HOUR_MS);
        let counts = known.iter().find(|bucket| bucket.at == at).map(|bucket| bucket.counts);
        Bucket { at, counts: counts.unwrap_or_default() }
    };
    (0..HOURS).map(hour).collect()
}

fn sum(all: impl Iterator<Item = Counts>) -> Counts {
    all.fold(Counts::default(), |sum, counts| Counts {
        waiting: sum.waiting + counts.waiting,
        delivered: sum.delivered + counts.delivered,
        retrying: sum.retrying + counts.retrying,
        exhausted: sum.exhausted + counts.exhausted,
        held: sum.held + counts.held,
        discarded: sum.discarded + counts.discarded,
    })
}

fn webhook_counts(rows: &[WebhookRow]) -> WebhookCounts {
    let count = |state| {
        let in_state = rows.iter().filter(|row| row.webhook.state == state).count();
        i64::try_from(in_state).unwrap_or(i64::MAX)
    };
    WebhookCounts {
        draft: count(State::Draft),
        active: count(State::Active),
        paused: count(State::Paused),
        deactivated: count(State::Deactivated),
    }
}
