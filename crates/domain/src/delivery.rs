//! One event for one webhook: states, outcomes, attempts.
//!
//! `pending → sending → delivered | retrying → … | exhausted`; also `held` and `discarded`.

use crate::{
    id::{AttemptId, DeliveryId, EventId, WebhookId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant,)* }
        impl $name {
            /// Every value, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The name in the contract and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $text,)* } }
            /// Reads the name of the contract.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> { match text { $($text => Some(Self::$variant),)* _ => None } }
        }
    };
}

named! {
    /// Where a delivery stands.
    State {
        /// Accepted, not yet tried.
        Pending = "pending",
        /// An attempt is under way.
        Sending = "sending",
        /// The receiver took it.
        Delivered = "delivered",
        /// Failed, will be tried again.
        Retrying = "retrying",
        /// Failed as often as the retry schedule allows.
        Exhausted = "exhausted",
        /// Waits for a person: the webhook is paused or deactivated, or its template failed.
        Held = "held",
        /// Given up on purpose.
        Discarded = "discarded",
    }
}

named! {
    /// How an attempt ended.
    Outcome {
        /// The answer counts as a success.
        Delivered = "delivered",
        /// The receiver answered, but not with success.
        Status = "status",
        /// No answer began within the limit.
        Timeout = "timeout",
        /// An answer began but was not complete within the limit.
        TooSlow = "too_slow",
        /// The name has no address.
        Dns = "dns",
        /// Nothing accepts connections there.
        Connect = "connect",
        /// The secure connection could not be made.
        Tls = "tls",
        /// The connection broke, or what came back was not HTTP.
        Protocol = "protocol",
        /// The address may not be dialled.
        RefusedAddress = "refused_address",
        /// The token address gave no access token; nothing was sent to the receiver.
        Token = "token",
        /// The body could not be rendered from this event; nothing was sent.
        Template = "template",
        /// The program ended during the attempt; whether the receiver got it is unknown.
        Interrupted = "interrupted",
        /// Nothing was tried: the webhook's `frequency` had let an earlier event of the same key through.
        Frequency = "frequency",
    }
}

/// A delivery as the REST API and the log's detail show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Absent for a test of an unsaved webhook, which stands in no log.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<DeliveryId>,
    /// The event; the same in all deliveries of it.
    pub event_id: EventId,
    /// Absent for a test of an unsaved webhook.
    pub webhook_id: Option<WebhookId>,
    /// The webhook's name now.
    pub webhook_name: String,
    /// The event's topic.
    pub topic: String,
    /// Where it stands.
    pub state: State,
    /// Whether it is a test send.
    pub test: bool,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it is tried next, if it will be.
    pub next_attempt_at: Option<Timestamp>,
    /// How the last attempt ended; `frequency` without one.
    pub outcome: Option<Outcome>,
    /// The exchanges, oldest first.
    pub attempts: Vec<Attempt>,
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeliveryRow {
    /// Its id.
    pub id: DeliveryId,
    /// The event.
    pub event_id: EventId,
    /// The webhook.
    pub webhook_id: WebhookId,
    /// The webhook's name now.
    pub webhook_name: String,
    /// The event's topic.
    pub topic: String,
    /// Where it stands.
    pub state: State,
    /// Whether it is a test send.
    pub test: bool,
    /// How often it was tried.
    pub attempt_count: i64,
    /// How the last attempt ended.
    pub outcome: Option<Outcome>,
    /// The last answer's status, if there was one.
    pub http_status: Option<u16>,
    /// How long the last attempt took, in milliseconds.
    pub duration_ms: Option<f64>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it was last tried.
    pub last_attempt_at: Option<Timestamp>,
    /// When it is tried next, if it will be.
    pub next_attempt_at: Option<Timestamp>,
}

/// One HTTP exchange.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// Absent for a test of an unsaved webhook.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<AttemptId>,
    /// From 1.
    pub number: u32,
    /// When it began.
    pub at: Timestamp,
    /// The revision of the webhook that it used.
    pub revision: i64,
    /// How it ended.
    pub outcome: Outcome,
    /// What went wrong, in words; for `template` with line and column.
    pub message: Option<String>,
    /// What was sent, secrets masked; absent when nothing was.
    pub request: Option<Request>,
    /// What came back, if anything did.
    pub response: Option<Response>,
    /// How long each step took.
    pub timing_ms: Timing,
}

/// What was sent. Header values that are secret read `••••••`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// POST or GET.
    pub method: String,
    /// With the query of a GET.
    pub url: String,
    /// In the order they were sent.
    pub headers: Vec<(String, String)>,
    /// Byte for byte.
    pub body: String,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// In the order they came.
    pub headers: Vec<(String, String)>,
    /// The first 64 KiB; bytes that are not UTF-8 read as U+FFFD.
    pub body: String,
    /// Whether more than 64 KiB came.
    pub truncated: bool,
}

/// Milliseconds from the start of the attempt's step to its end; `None` where the step was not needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// The access token, when the attempt had to fetch one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub token: Option<f64>,
    /// Name resolution.
    pub dns: Option<f64>,
    /// TCP connection.
    pub connect: Option<f64>,
    /// TLS handshake.
    pub tls: Option<f64>,
    /// From the start of the attempt to the first byte of the answer.
    pub first_byte: Option<f64>,
    /// The whole attempt.
    pub total: f64,
}

/// What the log is asked for; every filter is optional and they add up. Written as JSON it has the names and
/// texts of the address (see `filter`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeliveryFilter {
    /// Of this webhook.
    pub webhook: Option<WebhookId>,
    /// Of this event.
    pub event: Option<EventId>,
    /// A topic key, or a pattern such as `learning.course.*`.
    pub topic: Option<String>,
    /// In one of these states.
    pub states: Vec<State>,
    /// Whose last attempt ended so.
    pub outcome: Option<Outcome>,
    /// Whose last answer had a status in this range, both ends included (500 → 500–500, 5xx → 500–599).
    pub http_status: Option<(u16, u16)>,
    /// Only tests, or none; both when `None`.
    pub test: Option<bool>,
    /// Accepted at or after.
    pub from: Option<Timestamp>,
    /// Accepted before.
    pub to: Option<Timestamp>,
    /// An id, or a value inside the payload (see `search`).
    pub q: Option<String>,
}

/// How many deliveries stand where, for the counts beside the filters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Pending or sending.
    pub waiting: i64,
    /// Delivered.
    pub delivered: i64,
    /// Retrying.
    pub retrying: i64,
    /// Exhausted.
    pub exhausted: i64,
    /// Held.
    pub held: i64,
    /// Discarded.
    pub discarded: i64,
}
