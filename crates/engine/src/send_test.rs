//! *Send test*: one exchange, now, with what the manager sees in the form.

use crate::{
    Engine, Error, Permission, Result, Who,
    accept::locked,
    attempt::{Sending, Sent},
    live, manage,
    routing::Armed,
};
use domain::{
    automation,
    delivery::{Attempt, Delivery, DeliveryRow, Outcome, State},
    event::{Context, Event},
    format::{Json, parse_payload},
    id::{DeliveryId, WebhookId},
    invalid::Invalid,
    profile, search,
    secret::Secrets,
    topic::Topic,
    webhook::{self, Owner, Webhook},
};
use serde_json::{Map, Value};
use std::sync::Arc;
use store::TestSend;
use url::Url;

/// Which webhook is tried.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// As it is saved.
    Saved(WebhookId),
    /// As it is typed.
    Unsaved {
        /// The contract's webhook object.
        webhook: Map<String, Value>,
        /// Whose stored secrets stand in for those not typed, while scheme, host and port are the same.
        from: Option<WebhookId>,
    },
}

impl Engine {
    /// Sends one test and waits for its end. Stands in the log when the subject is saved; counts for
    /// nothing and is never tried again.
    ///
    /// # Errors
    /// `Invalid` for the webhook, topic or payload. A failed exchange is not an error.
    pub async fn test(
        &self,
        who: &Who,
        subject: Subject,
        topic: &str,
        payload: Option<String>,
    ) -> Result<Delivery> {
        who.must(Permission::Manage)?;
        let saved = matches!(subject, Subject::Saved(_));
        let payload = match payload {
            None => self.sample_of_product(who, &subject, topic).await?,
            given => given,
        };
        let webhook = self.candidate(who, subject).await;
        let sample = self.sample_event(who, topic, payload).await;
        let (webhook, (topic, event)) = both(webhook, sample)?;
        let secret_key = self.secret_key_of(who.marketplace.id, &topic).await?;
        let delivery = self.0.generator.id();
        let sending = Sending {
            webhook: &webhook,
            event: &event,
            topic: &topic,
            delivery,
            number: 1,
            body: None,
            secret_key: secret_key.as_deref(),
        };
        let sent = self.attempt(&sending).await;
        let shown = shown(&webhook, &event, delivery, &sent.attempt);
        if !saved {
            let attempt = Attempt { id: None, ..sent.attempt };
            return Ok(Delivery { id: None, webhook_id: None, attempts: vec![attempt], ..shown });
        }
        self.keep_test(who, &shown, event, sent).await?;
        Ok(shown)
    }

    async fn keep_test(&self, who: &Who, shown: &Delivery, event: Event, sent: Sent) -> Result<()> {
        let (Some(delivery), Some(webhook)) = (shown.id, shown.webhook_id) else { return Ok(()) };
        let profile = event.context.profile.as_ref();
        let terms = parse_payload(&event.payload).map(|payload| search::terms_of(&payload, profile))?;
        let marketplace = who.marketplace.id;
        let row = DeliveryRow {
            id: delivery,
            event_id: event.id,
            webhook_id: webhook,
            webhook_name: shown.webhook_name.clone(),
            topic: shown.topic.clone(),
            state: shown.state,
            test: true,
            attempt_count: 0,
            outcome: None,
            http_status: None,
            duration_ms: None,
            created_at: shown.created_at,
            last_attempt_at: None,
            next_attempt_at: None,
        };
        let row = live::tried(row, &sent.attempt, shown.state, None);
        let test = TestSend {
            marketplace,
            webhook,
            event,
            terms,
            delivery,
            attempt: sent.attempt,
            body: sent.rendered,
            state: shown.state,
        };
        self.0.store.insert_test(&test).await?;
        self.tell(marketplace, [row]);
        Ok(())
    }

    /// The topic's sample with the product of the automation that a webhook belongs to; `None` when it belongs to none.
    async fn sample_of_product(&self, who: &Who, subject: &Subject, topic: &str) -> Result<Option<String>> {
        let (Subject::Saved(id) | Subject::Unsaved { from: Some(id), .. }) = subject else { return Ok(None) };
        let Some(Owner::Automation(id)) = self.stored(who, *id).await?.webhook.owner else { return Ok(None) };
        let automation = self.0.store.automation(who.marketplace.id, id).await?;
        let table = self.current_table(who.marketplace.id).await?;
        let sample = table.topic(topic).and_then(|topic| Json::parse(&topic.sample).ok());
        Ok(automation.zip(sample).map(|(of, sample)| automation::of_product(&sample, &of.product).to_text()))
    }

    /// The topic and an event of it that never happened: the topic's sample unless a payload is given. The
    /// sample's profile is known in it as if it were stored.
    pub(crate) async fn sample_event(
        &self,
        who: &Who,
        key: &str,
        payload: Option<String>,
    ) -> Result<(Arc<Topic>, Event)> {
        let table = self.current_table(who.marketplace.id).await?;
        let topic = match table.topic(key) {
            Some(topic) if topic.locked => Err(Invalid::one("topic", locked(key))),
            Some(topic) => Ok(Arc::clone(topic)),
            None => Err(Invalid::one("topic", "Choose a topic of this marketplace.")),
        };
        let judged = payload.as_deref().map(parse_payload).transpose();
        let (topic, _) = both(topic.map_err(Error::from), judged.map_err(Error::from))?;
        let payload = payload.unwrap_or_else(|| topic.sample.clone());
        let now = self.0.clock.now();
        let parsed = parse_payload(&payload)?;
        let profile = match self.profile_in(who.marketplace.id, &parsed).await? {
            None => topic.sample_profile().filter(|profile| is_named(&parsed, profile)),
            stored => stored,
        };
        let context = Context { profile, ..table.context() };
        let event = Event {
            id: self.0.generator.id(),
            topic: topic.key.clone(),
            payload,
            occurred_at: now,
            received_at: now,
            idempotency_key: None,
            context,
            test: true,
        };
        Ok((topic, event))
    }

    /// The webhook to try, with its secrets.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` at what can't be sent so, or at a secret that must be typed again.
    pub(crate) async fn candidate(&self, who: &Who, subject: Subject) -> Result<Armed> {
        let marketplace = who.marketplace.id;
        let (members, from) = match subject {
            Subject::Saved(id) => return Ok(self.armed(marketplace, self.stored(who, id).await?)),
            Subject::Unsaved { webhook, from } => (webhook, from),
        };
        let stored = match from {
            Some(id) => Some(self.stored(who, id).await?),
            None => None,
        };
        let base = stored.as_ref().map(|stored| &stored.webhook);
        let (mut settings, _) =
            self.read_webhook(who, base.map(|webhook| &webhook.settings), &members).await?;
        let secrets = match &stored {
            Some(stored) if same_place(&stored.webhook.settings.url, &settings.url) => {
                self.secrets_of(marketplace, stored)
            }
            _ => Secrets::new(),
        };
        self.fill_in_signing(&mut settings, &secrets).await?;
        let secrets = manage::merge(&mut settings, &secrets)?;
        settings.put_secrets(&secrets);
        let now = self.0.clock.now();
        let webhook = Webhook {
            id: from.unwrap_or_else(|| self.0.generator.id()),
            settings,
            owner: None,
            state: webhook::State::Draft,
            revision: base.map_or(0, |webhook| webhook.revision),
            created_at: now,
            updated_at: now,
        };
        Ok(Armed::new(webhook, secrets))
    }
}

/// Whether a payload names this profile.
fn is_named(payload: &Json, profile: &Json) -> bool {
    profile::id_in(payload).is_some_and(|id| profile::id_in(profile) == Some(id))
}

/// Both answers, or everything that is wrong with either.
fn both<A, B>(one: Result<A>, other: Result<B>) -> Result<(A, B)> {
    match (one, other) {
        (Err(Error::Invalid(mut wrong)), Err(Error::Invalid(more))) => {
            wrong.extend(more);
            Err(wrong.into())
        }
        (one, other) => Ok((one?, other?)),
    }
}

/// Whether stored secrets may go to `now`: scheme, host and port are those they were given for.
fn same_place(before: &str, now: &str) -> bool {
    match (Url::parse(before), Url::parse(now)) {
        (Ok(before), Ok(now)) => before.origin() == now.origin(),
        _ => false,
    }
}

fn shown(webhook: &Webhook, event: &Event, delivery: DeliveryId, attempt: &Attempt) -> Delivery {
    let state = match attempt.outcome {
        Outcome::Delivered => State::Delivered,
        Outcome::Template => State::Held,
        _ => State::Exhausted,
    };
    Delivery {
        id: Some(delivery),
        event_id: event.id,
        webhook_id: Some(webhook.id),
        webhook_name: webhook.settings.name.clone(),
        topic: event.topic.clone(),
        state,
        test: true,
        created_at: event.received_at,
        next_attempt_at: None,
        outcome: Some(attempt.outcome),
        attempts: vec![attempt.clone()],
    }
}
