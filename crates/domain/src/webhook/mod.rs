//! A webhook: where to send, what, when and how. `draft → active ⇄ paused`, or `deactivated`.

mod auth;
pub mod fields;
pub mod frequency;
mod owner;
pub mod parse;
pub mod validate;

pub use auth::{Auth, OauthClient};
pub use fields::{BodyField, FieldSource};
pub use frequency::Frequency;
pub use owner::Owner;

use crate::{conditions::Condition, id::WebhookId, retry::Retry, secret::SecretText, time::Timestamp};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// A webhook as the REST API and the console show it: secrets read `{"set":true}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Everything a manager can set.
    #[serde(flatten)]
    pub settings: Settings,
    /// What it is part of, unless it stands on its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// Whether it receives.
    pub state: State,
    /// Counts saved changes from 1; a change names the revision that it was made from.
    pub revision: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

/// Everything a manager can set; the members and their order are the contract's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Shown in lists and in templates as `webhook.name`; 1–120 characters.
    pub name: String,
    /// `http` or `https`, as typed.
    pub url: String,
    /// How the request is made.
    pub method: Method,
    /// Topic keys, or patterns such as `learning.course.*`; at least one.
    pub topics: Vec<String>,
    /// Encoding of the body.
    pub format: Format,
    /// Replaces the topic's default body; MiniJinja, at most 64 KiB.
    pub body_template: Option<String>,
    /// A flat body of chosen fields, in place of the default body and without a template.
    #[serde(default)]
    pub fields: Option<Vec<BodyField>>,
    /// The name of the preset that it was made from and whose locks hold (see [`crate::preset`]).
    #[serde(default)]
    pub preset: Option<String>,
    /// How the receiver knows the sender.
    pub auth: Auth,
    /// Further request headers, at most 30.
    pub headers: Vec<Header>,
    /// How the body is signed.
    pub signing: Signing,
    /// Which events of the topics are wanted; all when `None`.
    pub conditions: Option<Condition>,
    /// Which answers count as delivered.
    pub success: Success,
    /// What 410 Gone does.
    pub on_410: On410,
    /// When failed attempts are tried again.
    pub retry: Retry,
    /// Limit for the whole exchange, 1,000–30,000 ms.
    pub timeout_ms: u32,
    /// Starts a second, 1–10,000, spread evenly; `None` is no limit.
    pub rate_per_second: Option<u32>,
    /// Requests at the same time, 1–1,000; `None` is adaptive up to 64.
    pub max_in_flight: Option<u32>,
    /// At most one event for each key in a time; `None` is no limit.
    #[serde(default)]
    pub frequency: Option<Frequency>,
    /// Whether bodies of `…deleted` and `…removed` topics carry the resource.
    pub include_deleted_resource: bool,
    /// E-mail addresses of members who are told when it fails and when it is deactivated.
    #[serde(default)]
    pub alert_recipients: Vec<String>,
}

/// The life of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Saved, never activated: matches nothing.
    Draft,
    /// Receives.
    Active,
    /// By a manager: events wait.
    Paused,
    /// By failures or 410 Gone: events wait.
    Deactivated,
}

/// HTTP method of a delivery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// The body goes in the request.
    #[default]
    Post,
    /// The fields go in the query; no body.
    Get,
}

/// Encoding of the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// `application/json`
    #[default]
    Json,
    /// `application/xml`
    Xml,
    /// `application/x-www-form-urlencoded`
    Form,
}

impl Format {
    /// The exact `content-type` of deliveries.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "application/xml",
            Self::Form => "application/x-www-form-urlencoded",
        }
    }
}

/// A further request header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Not a reserved name; unique without regard to case.
    pub name: String,
    /// Readable unless `secret`.
    pub value: SecretText,
    /// Whether the value is write-only and masked in the log.
    pub secret: bool,
}

/// How deliveries are signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signing {
    /// Which algorithm and header.
    pub scheme: Scheme,
    /// Renames the signature's header for the schemes that have one of their own.
    pub header: Option<String>,
    /// The key; shown once, in the answers to creation and rotation. `None` for the scheme `none`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub secret: Option<SecretText>,
    /// Until when the secret before the last rotation signs too (for schemes whose header has room
    /// for one signature: instead); in the past, it did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous_until: Option<Timestamp>,
    /// `whpk_…` for `ed25519`, PEM for `rsa_sha256`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub public_key: Option<String>,
    /// `<RSAKeyValue>` for `rsa_sha256`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub public_key_xml: Option<String>,
    /// The public key of the secret before the last rotation, until `previous_until`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous_public_key: Option<String>,
    /// The same as `<RSAKeyValue>`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous_public_key_xml: Option<String>,
}

/// Signature schemes; see `signature`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Standard Webhooks 1.0.0, HMAC-SHA256 (`v1`).
    #[default]
    Standard,
    /// Standard Webhooks 1.0.0, Ed25519 (`v1a`).
    Ed25519,
    /// GitHub's: `sha256=` and hex HMAC-SHA256 of the body.
    HmacHex,
    /// Shopify's: base64 HMAC-SHA256 of the body.
    HmacBase64,
    /// Stripe's: `t=…,v1=…`.
    Stripe,
    /// Dialog Insight's: base64 RSASSA-PKCS1-v1_5 with SHA-256 of the body.
    RsaSha256,
    /// No signature.
    None,
}

/// Which answers count as delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Success {
    /// 200–299.
    #[default]
    #[serde(rename = "2xx")]
    Any2xx,
    /// Exactly 200.
    #[serde(rename = "200")]
    Only200,
}

impl Success {
    /// Whether an answer with this status is a success.
    #[must_use]
    pub const fn accepts(self, status: u16) -> bool {
        match self {
            Self::Any2xx => status >= 200 && status < 300,
            Self::Only200 => status == 200,
        }
    }
}

/// What 410 Gone does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum On410 {
    /// Deactivates the webhook at once.
    #[default]
    Deactivate,
    /// Is a failure like another.
    Retry,
}

/// One line of the list of webhooks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WebhookRow {
    /// The webhook.
    pub webhook: Webhook,
    /// Outcomes of its last deliveries (tests left out), oldest first, at most 30.
    pub recent: Vec<crate::delivery::State>,
    /// Deliveries that wait: pending, retrying or held.
    pub waiting: i64,
    /// When it last delivered.
    pub last_delivered_at: Option<Timestamp>,
    /// When a check of the connection to its URL was last answered with success.
    pub checked_at: Option<Timestamp>,
}

impl WebhookRow {
    /// Whether its receiver is known to answer with success.
    #[must_use]
    pub const fn is_verified(&self) -> bool {
        self.last_delivered_at.is_some() || self.checked_at.is_some()
    }
}

impl Settings {
    /// Settings with the contract's defaults.
    #[must_use]
    pub fn new(name: impl Into<String>, url: impl Into<String>, topics: Vec<String>) -> Self {
        Self {
            name: name.into(),
            url: url.into(),
            method: Method::Post,
            topics,
            format: Format::Json,
            body_template: None,
            fields: None,
            preset: None,
            auth: Auth::None,
            headers: Vec::new(),
            signing: Signing {
                scheme: Scheme::Standard,
                header: None,
                secret: None,
                previous_until: None,
                public_key: None,
                public_key_xml: None,
                previous_public_key: None,
                previous_public_key_xml: None,
            },
            conditions: None,
            success: Success::Any2xx,
            on_410: On410::Deactivate,
            retry: Retry::default(),
            timeout_ms: DEFAULT_TIMEOUT_MS,
            rate_per_second: None,
            max_in_flight: None,
            frequency: None,
            include_deleted_resource: true,
            alert_recipients: Vec::new(),
        }
    }
}

/// The limit for the whole exchange unless the manager sets one.
pub const DEFAULT_TIMEOUT_MS: u32 = 15_000;

/// Bounds of [`Settings::timeout_ms`].
pub const TIMEOUT_MS: RangeInclusive<u32> = 1000..=30_000;
/// Bounds of [`Settings::rate_per_second`].
pub const RATE_PER_SECOND: RangeInclusive<u32> = 1..=10_000;
/// Bounds of [`Settings::max_in_flight`].
pub const MAX_IN_FLIGHT: RangeInclusive<u32> = 1..=1000;

impl Scheme {
    /// Every scheme, in the order the console offers them.
    pub const ALL: [Self; 7] = [
        Self::Standard,
        Self::Ed25519,
        Self::HmacHex,
        Self::HmacBase64,
        Self::Stripe,
        Self::RsaSha256,
        Self::None,
    ];
    /// The name in the contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Ed25519 => "ed25519",
            Self::HmacHex => "hmac_hex",
            Self::HmacBase64 => "hmac_base64",
            Self::Stripe => "stripe",
            Self::RsaSha256 => "rsa_sha256",
            Self::None => "none",
        }
    }
    /// The header that carries the signature unless it is renamed; `None` for the scheme `none`.
    #[must_use]
    pub const fn default_header(self) -> Option<&'static str> {
        match self {
            Self::Standard | Self::Ed25519 => Some("webhook-signature"),
            Self::HmacHex => Some("X-Hub-Signature-256"),
            Self::HmacBase64 => Some("X-Webhook-Hmac-Sha256"),
            Self::Stripe => Some("Stripe-Signature"),
            Self::RsaSha256 => Some("X-DI-Signature"),
            Self::None => None,
        }
    }
    /// Whether the manager may rename the header: Standard Webhooks fixes its own.
    #[must_use]
    pub const fn renames(self) -> bool {
        !matches!(self, Self::Standard | Self::Ed25519 | Self::None)
    }
    /// Whether the header has room for the signatures of two secrets.
    #[must_use]
    pub const fn carries_both(self) -> bool {
        matches!(self, Self::Standard | Self::Ed25519 | Self::Stripe)
    }
    /// Whether receivers check with a public key: the secret is nobody's but ours.
    #[must_use]
    pub const fn has_public_key(self) -> bool {
        matches!(self, Self::Ed25519 | Self::RsaSha256)
    }
    /// Whether any text is a key: it is used whole, as UTF-8.
    #[must_use]
    pub const fn takes_any_text(self) -> bool {
        matches!(self, Self::HmacHex | Self::HmacBase64 | Self::Stripe)
    }
}

impl Signing {
    /// Whether the secret before the last rotation still signs.
    #[must_use]
    pub fn overlaps(&self, now: Timestamp) -> bool {
        self.previous_until.is_some_and(|until| now < until)
    }
    /// Forgets that another secret signs.
    pub fn end_overlap(&mut self) {
        (self.previous_until, self.previous_public_key, self.previous_public_key_xml) = (None, None, None);
    }
    /// The header that carries the signature; `None` for the scheme `none`.
    #[must_use]
    pub fn header_name(&self) -> Option<&str> {
        let renamed = self.header.as_deref().filter(|_| self.scheme.renames());
        renamed.or(self.scheme.default_header())
    }
}
