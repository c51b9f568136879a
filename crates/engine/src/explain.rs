//! Why an event goes to a webhook, or why not: one verdict each.

use crate::{Engine, Error, Permission, Result, Who};
use domain::{
    campaign::KNOWN,
    catalog::{self, filter},
    conditions::Condition,
    delivery::{self, DeliveryFilter, Outcome},
    format::Json,
    id::{EventId, WebhookId},
    matching::{self, Facts},
    page::PageRequest,
    webhook::{Owner, State, WebhookRow, frequency},
};

/// What one webhook makes of one event.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Verdict {
    /// The webhook.
    pub webhook_id: WebhookId,
    /// Its name.
    pub webhook_name: String,
    /// Whether it gets the event (at once, or when it is active again).
    pub sent: bool,
    /// Whether it was never activated, so that it gets nothing whatever it wants.
    #[serde(skip)]
    pub draft: bool,
    /// Why, in one sentence.
    pub reason: String,
    /// The part of the conditions that decided, in words.
    pub clause: Option<String>,
}

impl Engine {
    /// A verdict per webhook, by the webhooks as they are now.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn explain(&self, who: &Who, id: EventId) -> Result<Vec<Verdict>> {
        who.must(Permission::Read)?;
        let marketplace = who.marketplace.id;
        let event = self.0.store.event(marketplace, id).await?.ok_or(Error::NotFound)?;
        let payload = Json::parse(&event.payload)
            .map_err(|error| Error::internal("read the payload of an accepted event", error))?;
        let table = self.current_table(marketplace).await?;
        let topic = table.topic_of(&event.topic);
        let facts = Facts::new(&event, Some(&topic), &payload);
        let webhooks = self.0.store.webhooks(marketplace).await?;
        // What `frequency` decided at the acceptance stands in the log.
        let filter = DeliveryFilter {
            event: Some(id),
            outcome: Some(Outcome::Frequency),
            states: vec![delivery::State::Discarded],
            ..DeliveryFilter::default()
        };
        let most = PageRequest { limit: webhooks.len().try_into().unwrap_or(u32::MAX), before: None };
        let capped = self.0.store.deliveries(marketplace, &filter, most).await?.data;
        let is_capped = |webhook: WebhookId| capped.iter().any(|row| row.webhook_id == webhook);
        let verdict = |row: WebhookRow| {
            let capped = is_capped(row.webhook.id);
            verdict(row, &facts, capped)
        };
        Ok(webhooks.into_iter().map(verdict).collect())
    }
}

fn verdict(row: WebhookRow, facts: &Facts<'_>, capped: bool) -> Verdict {
    let webhook = row.webhook;
    let settings = webhook.settings;
    let conditions = settings.conditions.as_ref();
    let verdict = matching::judge(&settings.topics, conditions, webhook.state, facts);
    let unwanted = verdict == matching::Verdict::Unwanted;
    let capped = capped && verdict.delivers();
    Verdict {
        webhook_id: webhook.id,
        webhook_name: settings.name,
        sent: verdict.delivers() && !capped,
        draft: webhook.state == State::Draft,
        reason: match webhook.owner {
            _ if capped => frequency::held_back(settings.frequency.as_ref()),
            Some(Owner::Campaign(_)) if unwanted => {
                "The campaign's trigger does not take this view.".to_owned()
            }
            Some(Owner::Automation(_)) if unwanted => "The automation is for another product.".to_owned(),
            _ => verdict.sentence().to_owned(),
        },
        clause: conditions
            .filter(|_| unwanted)
            .and_then(|conditions| clause(conditions, webhook.owner, facts)),
    }
}

/// What decided, in the words of the page where it was chosen.
fn clause(conditions: &Condition, owner: Option<Owner>, facts: &Facts<'_>) -> Option<String> {
    let told =
        filter::explain(conditions, catalog::filters(), facts).or_else(|| conditions.explain(facts))?;
    let unknown = facts.event.context.profile.is_none() && told.contains(KNOWN);
    if matches!(owner, Some(Owner::Campaign(_))) && unknown {
        return Some("Known profiles only: nobody has said who this visitor is.".to_owned());
    }
    Some(told)
}
