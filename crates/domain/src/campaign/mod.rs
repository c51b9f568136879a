//! Campaigns: what visitors of a website do → a webhook → a stop. A campaign owns one ordinary webhook, made of
//! its three parts by [`Change::members`]: the trigger becomes topics and conditions, the chosen fields the body,
//! the stop its `frequency`.

mod read;
mod trigger;

pub use read::read;
pub use trigger::{KNOWN, Match, On, Trigger};

use crate::{
    id::{CampaignId, WebhookId},
    invalid::{FieldError, Invalid},
    time::Timestamp,
    webhook::{BodyField, FieldSource, Frequency, Header, Method, Settings, State, frequency::Key},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The catalog whose topics start campaigns.
pub const CATALOG: &str = "visitor";
/// The preset of the webhooks of campaigns.
const PRESET: &str = "datatrics";

/// A campaign as the REST API and the console show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// For people; 1–120 characters.
    pub name: String,
    /// That of its webhook; a draft as long as it has none.
    pub state: State,
    /// What starts it.
    pub trigger: Option<Trigger>,
    /// What is sent, and where to.
    pub webhook: Option<Sends>,
    /// When a profile may start it again.
    pub stop: Option<Stop>,
    /// Its webhook, once it has one.
    pub webhook_id: Option<WebhookId>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// What a campaign sends. URL, method and headers are its webhook's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sends {
    /// The receiver's address.
    pub url: String,
    /// POST sends a JSON object of the fields, GET appends them to the URL.
    pub method: Method,
    /// The fields.
    #[serde(flatten)]
    pub chosen: Chosen,
    /// Further request headers, at most 30.
    pub headers: Vec<Header>,
}

/// The fields that a campaign sends, side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Names of fields of the profile, sent where the profile has them.
    pub profile_fields: Vec<String>,
    /// Fields that are always the same.
    pub static_fields: Vec<StaticField>,
}

/// A field that is always the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaticField {
    /// Its name in the body; no chosen profile field has it.
    pub name: String,
    /// What it holds.
    pub value: String,
}

/// When a profile may start the campaign again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// From the event that was sent, in seconds: 60 to 31,536,000 (a minute to a year).
    pub restart_after_s: u32,
}

/// What a campaign is made of beside the settings of its webhook. Each part may be missing in a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    /// What starts it.
    pub trigger: Option<Trigger>,
    /// The fields of the webhook; there is a webhook when this is there.
    pub webhook: Option<Chosen>,
    /// When a profile may start it again.
    pub stop: Option<Stop>,
}

impl Parts {
    /// Which parts are missing, and how to add them.
    ///
    /// # Errors
    /// At `trigger`, `webhook` and `stop`, as far as they are missing.
    pub fn complete(&self) -> Result<(), Invalid> {
        let mut missing = Invalid::default();
        if self.trigger.is_none() {
            let message = "Add the website trigger: the page, kind of page or item that starts the campaign.";
            missing.push("trigger", message);
        }
        if self.webhook.is_none() {
            missing.push("webhook", "Add the webhook: the URL, and which fields are sent to it.");
        }
        if self.stop.is_none() {
            let message = "Add the stop: after how long the same profile may start the campaign again.";
            missing.push("stop", message);
        }
        missing.into_result()
    }
}

/// A campaign as it is to be saved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// Its name.
    pub name: String,
    /// Its parts.
    pub parts: Parts,
    /// `url`, `method` and `headers` of the webhook as they were sent, judged by the rules of webhooks.
    pub sent: Map<String, Value>,
}

impl Change {
    /// The members of the webhook object that the campaign sets; `before` is its webhook as it is saved.
    #[must_use]
    pub fn members(&self, before: Option<&Settings>) -> Map<String, Value> {
        let Parts { trigger, webhook, stop } = &self.parts;
        let known_only = trigger.as_ref().is_none_or(|trigger| trigger.known_only);
        let frequency = stop.map(|stop| frequency(stop, known_only));
        let mut members = self.sent.clone();
        let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
        put("name", json!(self.name));
        put("topics", json!(Trigger::topics(trigger.as_ref())));
        put("conditions", json!(trigger.as_ref().map(Trigger::condition)));
        put("fields", json!(webhook.as_ref().map(Chosen::body)));
        put("frequency", json!(frequency));
        if before.is_none() {
            put("preset", json!(PRESET));
        }
        // Whoever sends XML by POST goes on to do so; another method brings its own format.
        let method = self.sent.get("method").and_then(Value::as_str);
        match (method, before.map(|before| before.method)) {
            (Some("GET"), None | Some(Method::Post)) => _ = put("format", json!("form")),
            (Some("POST"), Some(Method::Get)) => _ = put("format", json!("json")),
            _ => {}
        }
        members
    }

    /// Adds what is wrong with the members of the webhook to what is wrong with the campaign; nothing is told twice.
    #[must_use]
    pub fn together(&self, mut errors: Invalid, webhook: Invalid) -> Invalid {
        let mut more = self.in_campaign(webhook);
        more.errors.retain(|error| !errors.errors.iter().any(|known| known.overlaps(&error.field)));
        errors.extend(more);
        errors
    }

    /// What is wrong with the members, at the campaign's own names.
    #[must_use]
    pub fn in_campaign(&self, wrong: Invalid) -> Invalid {
        let one = |error: FieldError| FieldError { field: self.place(&error.field), ..error };
        Invalid { errors: wrong.errors.into_iter().map(one).collect() }
    }

    fn place(&self, field: &str) -> String {
        let profile = self.parts.webhook.as_ref().map_or(0, |chosen| chosen.profile_fields.len());
        let parts: Vec<&str> = field.split('.').collect();
        match parts.as_slice() {
            ["name"] => "name".to_owned(),
            ["topics", ..] => "trigger".to_owned(),
            ["conditions", ..] => "trigger.value".to_owned(),
            ["frequency", ..] => "stop.restart_after_s".to_owned(),
            ["format"] => "webhook.method".to_owned(),
            ["fields", at, rest @ ..] => match at.parse::<usize>() {
                Ok(at) if at >= profile => {
                    let member = rest.first().unwrap_or(&"name");
                    format!("webhook.static_fields.{}.{member}", at - profile)
                }
                Ok(at) => format!("webhook.profile_fields.{at}"),
                Err(_) => "webhook.profile_fields".to_owned(),
            },
            ["fields"] => "webhook.profile_fields".to_owned(),
            _ => format!("webhook.{field}"),
        }
    }
}

impl Chosen {
    /// The body: first what is known of the profile.
    fn body(&self) -> Vec<BodyField> {
        let profile = self.profile_fields.iter().map(|name| BodyField {
            name: name.clone(),
            source: FieldSource::From(format!("profile.{name}")),
        });
        let fixed = self.static_fields.iter().map(|StaticField { name, value }| BodyField {
            name: name.clone(),
            source: FieldSource::Value(value.clone()),
        });
        profile.chain(fixed).collect()
    }
}

/// One for each profile; a visitor who is not known, and may start the campaign all the same, is told by the id
/// that the event itself gives.
fn frequency(stop: Stop, known_only: bool) -> Frequency {
    let paths: &[&str] = if known_only {
        &["profile.profileid"]
    } else {
        &["profile.profileid", "payload.profileid", "payload.visitorid"]
    };
    let key = Key::new(paths.iter().map(|path| (*path).to_owned()).collect());
    Frequency { key, window_s: stop.restart_after_s }
}

#[cfg(test)]
mod tests;
