//! The first page: the last 24 hours at a glance, and what to do first.

use crate::{Engine, Permission, Result, Who};
use domain::{
    delivery::{Counts, DeliveryFilter},
    id::WebhookId,
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
    /// The same by hour, oldest first; always 24, the last is the hour that runs.
    pub hours: Vec<Bucket>,
    /// Webhooks whose last attempts failed, longest first.
    pub failing: Vec<Failing>,
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

/// A webhook that fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failing {
    /// Which.
    pub webhook_id: WebhookId,
    /// Its name.
    pub name: String,
    /// When the first of the failures in a row was.
    pub since: Timestamp,
    /// How many there are in a row.
    pub failures: i64,
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
        let hours = hours(first, &store.hours(marketplace, first).await?);
        let webhooks = webhook_counts(&store.webhooks(marketplace).await?);
        let failing = store.failing(marketplace).await?.into_iter().filter_map(|(id, name, health)| {
            let since = health.failing_since?;
            Some(Failing { webhook_id: id, name, since, failures: health.failures.into() })
        });
        let one = PageRequest { limit: 1, before: None };
        let some_delivery = store.deliveries(marketplace, &DeliveryFilter::default(), one).await?;
        Ok(Overview {
            webhooks,
            last_24_h: sum(&hours),
            hours,
            failing: failing.collect(),
            first_steps: FirstSteps {
                has_webhook: webhooks != WebhookCounts::default(),
                has_test_receiver: !store.bins(marketplace, now).await?.is_empty(),
                has_delivery: !some_delivery.data.is_empty(),
            },
        })
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

fn sum(hours: &[Bucket]) -> Counts {
    let mut all = Counts::default();
    for Bucket { counts, .. } in hours {
        all.waiting += counts.waiting;
        all.delivered += counts.delivered;
        all.retrying += counts.retrying;
        all.exhausted += counts.exhausted;
        all.held += counts.held;
        all.discarded += counts.discarded;
    }
    all
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
