//! Shows the body that a webhook would send. Looks only at what makes the body, so that a form
//! that is half filled has a preview too.

use crate::{
    Engine, Permission, Result, Subject, Who,
    attempt::{Body, Sending},
    routing::Armed,
};
use domain::{
    body::check_template,
    invalid::{Advice, FieldError, Invalid},
    secret::Secrets,
    template::TemplateError,
    webhook::{Settings, State, Webhook, parse::apply},
};
use serde_json::{Map, Value, json};

/// A rendered body.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Preview {
    /// The exact content type.
    pub content_type: String,
    /// Byte for byte; for a GET, what is appended to the query.
    pub body: String,
    /// What looks like a mistake, such as a field that no chosen topic's sample has.
    pub advice: Vec<Advice>,
    /// What keeps the template from being saved: it fails on the samples of other chosen topics.
    pub elsewhere: Vec<FieldError>,
}

/// The members that make the body.
pub(crate) const MAKES_THE_BODY: [&str; 5] =
    ["method", "format", "body_template", "fields", "include_deleted_resource"];

impl Engine {
    /// Renders a body by the topic's sample, or by `payload`. Sends nothing.
    ///
    /// # Errors
    /// `Invalid` with line and column when the template fails.
    pub async fn preview(
        &self,
        who: &Who,
        subject: Subject,
        topic: &str,
        payload: Option<String>,
    ) -> Result<Preview> {
        who.must(Permission::Read)?;
        let settings = match subject {
            Subject::Saved(id) => self.stored(who, id).await?.webhook.settings,
            Subject::Unsaved { mut webhook, from } => {
                if let Some(id) = from {
                    // What an owner sets is not sent along.
                    let saved = json!(self.stored(who, id).await?.webhook.settings);
                    for name in MAKES_THE_BODY {
                        webhook.entry(name).or_insert_with(|| saved[name].clone());
                    }
                }
                apply(None, &members(&webhook, topic))?
            }
        };
        let (topic, event) = self.sample_event(who, topic, payload).await?;
        let webhook = self.unsaved(settings);
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
        match Body::render(&sending) {
            Ok(body) => {
                let topics = self.all_topics(who.marketplace.id).await?;
                let checked = check_template(&webhook.webhook.settings, &topics);
                let (advice, elsewhere) = match checked {
                    Ok(advice) => (advice, Vec::new()),
                    Err(invalid) => (Vec::new(), invalid.errors),
                };
                let content_type = body.content_type.to_owned();
                let body = secret_key.map_or_else(|| body.text.clone(), |key| key.mask(&body.text));
                Ok(Preview { content_type, body, advice, elsewhere })
            }
            Err(error) => {
                let TemplateError { message, line, column } = error;
                let error = FieldError::placed("body_template", message, line, column);
                Err(Invalid { errors: vec![error] }.into())
            }
        }
    }

    fn unsaved(&self, settings: Settings) -> Armed {
        let now = self.0.clock.now();
        let webhook = Webhook {
            id: self.0.generator.id(),
            settings,
            owner: None,
            state: State::Draft,
            revision: 0,
            created_at: now,
            updated_at: now,
        };
        Armed::new(webhook, Secrets::new())
    }
}

/// The members that make the body, and something in place of the others that a webhook must have.
fn members(webhook: &Map<String, Value>, topic: &str) -> Map<String, Value> {
    let mut members: Map<String, Value> = MAKES_THE_BODY
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), webhook.get(*name)?.clone())))
        .collect();
    let name = webhook.get("name").and_then(Value::as_str).filter(|name| !name.trim().is_empty());
    members.insert("name".to_owned(), json!(name.unwrap_or("Webhook")));
    members.insert("url".to_owned(), json!("https://example.com/"));
    let chosen = webhook.get("topics").filter(|topics| topics.as_array().is_some_and(|t| !t.is_empty()));
    members.insert("topics".to_owned(), chosen.cloned().unwrap_or_else(|| json!([topic])));
    members
}
