//! One attempt: render (the first time only) → sign → send → outcome. The same way for deliveries,
//! retries, tests and checks.

mod authorised;
mod body;
mod own;

pub(crate) use body::Body;

use crate::{
    Engine,
    headers::{About, Headers},
    http::{Call, Exchange, Failure},
    retry_after,
    routing::Armed,
    secret_key::SecretKey,
    turn::Turn,
};
use authorised::{Done, Unsent};
use bytes::Bytes;
use domain::{
    delivery::{Attempt, Outcome, Request, Timing},
    event::Event,
    id::DeliveryId,
    time::Timestamp,
    topic::Topic,
    webhook::{Method, Webhook},
};
use std::time::Duration;
use url::Url;

/// What an attempt is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sending<'a> {
    pub(crate) webhook: &'a Armed,
    pub(crate) event: &'a Event,
    pub(crate) topic: &'a Topic,
    pub(crate) delivery: DeliveryId,
    /// From 1.
    pub(crate) number: u32,
    /// What an earlier attempt rendered.
    pub(crate) body: Option<&'a str>,
    /// What takes its place in the body, where the topic has one for it.
    pub(crate) secret_key: Option<&'a SecretKey>,
}

/// An attempt that ended.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) attempt: Attempt,
    /// The body, when this attempt rendered it.
    pub(crate) rendered: Option<String>,
    /// What the receiver asked for.
    pub(crate) retry_after_s: Option<u64>,
}

/// A request that is ready to go.
pub(crate) struct Prepared {
    pub(crate) call: Call,
    pub(crate) headers: Headers,
    /// What is shown of it, when that is not what is sent.
    pub(crate) masked: Option<Masked>,
}

/// Address and body with a mask in the place of a secret.
pub(crate) struct Masked {
    url: String,
    body: String,
}

impl Engine {
    /// Makes one attempt, now. Never fails: what goes wrong is its outcome.
    pub(crate) async fn attempt(&self, sending: &Sending<'_>) -> Sent {
        self.attempt_in_turn(sending, self.0.clock.now(), &Turn::default()).await
    }

    /// Makes one attempt that was begun `at`; writes its request when its turn has come.
    pub(crate) async fn attempt_in_turn(&self, sending: &Sending<'_>, at: Timestamp, turn: &Turn) -> Sent {
        let Sending { webhook, number, .. } = *sending;
        let settings = &webhook.settings;
        let stored = sending.body.and_then(|text| Body::stored(text, settings));
        let is_new = stored.is_none();
        let body = match stored.map_or_else(|| Body::render(sending), Ok) {
            Ok(body) => body,
            Err(error) => {
                let failure = Failure::new(Outcome::Template, error.to_string());
                let attempt = self.not_sent(webhook, number, at, failure);
                return Sent { attempt, rendered: None, retry_after_s: None };
            }
        };
        let (attempt, retry_after_s) = match prepare(sending, &body, at) {
            Ok(mut prepared) => {
                prepared.call.turn = turn.clone();
                self.exchange(webhook, number, prepared, at).await
            }
            Err(failure) => (self.not_sent(webhook, number, at, failure), None),
        };
        // What its secret key makes too long for a GET is no body: it is rendered anew when that was mended.
        let is_kept = is_new && attempt.outcome != Outcome::Template;
        Sent { attempt, rendered: is_kept.then_some(body.text), retry_after_s }
    }

    /// Sends what was prepared and judges the answer.
    pub(crate) async fn exchange(
        &self,
        webhook: &Armed,
        number: u32,
        prepared: Prepared,
        at: Timestamp,
    ) -> (Attempt, Option<u64>) {
        let Done { request, exchange, note } = match self.send_prepared(webhook, prepared).await {
            Ok(done) => done,
            Err(Unsent { failure, timing }) => {
                let attempt = self.not_sent(webhook, number, at, failure);
                return (Attempt { timing_ms: timing, ..attempt }, None);
            }
        };
        let answered = exchange.response.as_ref();
        let retry_after_s = answered.and_then(|r| retry_after::seconds(&r.headers, self.0.clock.now()));
        let (outcome, message) = judge(webhook, &exchange);
        let message = match (message, note) {
            (Some(message), Some(note)) => Some(format!("{message} {note}")),
            (message, note) => message.or(note),
        };
        let attempt = Attempt {
            id: Some(self.0.generator.id()),
            number,
            at,
            revision: webhook.revision,
            outcome,
            message,
            request: Some(request),
            response: exchange.response,
            timing_ms: exchange.timing,
        };
        (attempt, retry_after_s)
    }

    async fn send(&self, call: Call, request: &Request) -> Exchange {
        match domain::target::is_own_bin(&call.url, &self.0.config.public_url) {
            // Boxed, because it is large and seldom needed.
            Some(bin) => Box::pin(self.catch_own(&bin, &call, request)).await,
            None => self.0.client.send(call).await,
        }
    }

    /// An attempt from which nothing went out.
    pub(crate) fn not_sent(&self, webhook: &Armed, number: u32, at: Timestamp, failure: Failure) -> Attempt {
        Attempt {
            id: Some(self.0.generator.id()),
            number,
            at,
            revision: webhook.revision,
            outcome: failure.outcome,
            message: Some(failure.message),
            request: None,
            response: None,
            timing_ms: Timing::default(),
        }
    }
}

/// The request that an attempt sends.
///
/// # Errors
/// The webhook can't be sent to as it is stored.
fn prepare(sending: &Sending<'_>, body: &Body, at: Timestamp) -> Result<Prepared, Failure> {
    let settings = &sending.webhook.settings;
    let key = sending.secret_key.filter(|key| key.is_in(&body.text));
    let filled = key.map(|key| key.fill(&body.text)).transpose()?;
    let (query, bytes) = carried(settings.method, filled.as_deref().unwrap_or(&body.text));
    let mut headers = Headers::of(&About {
        webhook: sending.webhook,
        event: sending.event.id,
        delivery: sending.delivery,
        topic: Some(&sending.event.topic),
        attempt: sending.number,
        test: sending.event.test,
        at,
        content_type: (settings.method == Method::Post).then_some(body.content_type),
        body: &bytes,
    })?;
    let method = match settings.method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
    };
    let masked = key.map(|key| {
        headers.hide(key.text()?);
        let (query, bytes) = carried(settings.method, &body.text);
        let url = key.mask(address(&settings.url, query)?.as_str());
        Ok(Masked { url, body: key.mask(std::str::from_utf8(&bytes).unwrap_or_default()) })
    });
    let masked = masked.transpose()?;
    let call = Call {
        method,
        url: address(&settings.url, query)?,
        headers: headers.sent.clone(),
        body: bytes,
        limit: Duration::from_millis(settings.timeout_ms.into()),
        spent: Duration::ZERO,
        turn: Turn::default(),
    };
    Ok(Prepared { call, headers, masked })
}

/// Where a method carries a text: in the query, or in the body.
fn carried(method: Method, text: &str) -> (Option<&str>, Bytes) {
    match method {
        Method::Get => (Some(text), Bytes::new()),
        Method::Post => (None, Bytes::copy_from_slice(text.as_bytes())),
    }
}

/// The URL as it is dialled, with the pairs of a GET after its own query.
///
/// # Errors
/// It is none, or longer than a request can carry.
pub(crate) fn address(url: &str, pairs: Option<&str>) -> Result<Url, Failure> {
    let url = Url::parse(url).map_err(|_| Failure::new(Outcome::RefusedAddress, "This is not a URL."))?;
    domain::body::address(url, pairs.unwrap_or_default())
        .map_err(|error| Failure::new(Outcome::Template, error.message))
}

/// The request as the log shows it.
fn shown(call: &Call, headers: &Headers, masked: Option<&Masked>) -> Request {
    let host = ("host".to_owned(), crate::http::host(&call.url).to_owned());
    let (url, body) = match masked {
        Some(Masked { url, body }) => (url.clone(), body.clone()),
        // Always a text: it was rendered as one.
        None => (call.url.to_string(), std::str::from_utf8(&call.body).unwrap_or_default().to_owned()),
    };
    Request {
        method: call.method.to_string(),
        url,
        headers: std::iter::once(host).chain(headers.shown.iter().cloned()).collect(),
        body,
    }
}

/// The outcome, and what to tell the manager.
fn judge(webhook: &Webhook, exchange: &Exchange) -> (Outcome, Option<String>) {
    if let Some(failure) = &exchange.failure {
        return (failure.outcome, Some(failure.message.clone()));
    }
    let status = exchange.response.as_ref().map_or(0, |response| response.status);
    if webhook.settings.success.accepts(status) {
        return (Outcome::Delivered, None);
    }
    let reason = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let name = reason.map_or_else(String::new, |reason| format!(" {reason}"));
    let more = if (300..400).contains(&status) { " Redirects are not followed." } else { "" };
    (Outcome::Status, Some(format!("The receiver answered {status}{name}.{more}")))
}
