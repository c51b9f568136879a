//! The headers of a delivery, in the order they are sent: the contract's, the signature,
//! authentication, then the manager's own. The copy for the log has secrets masked.

use crate::{http::Failure, routing::Armed};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use domain::{
    delivery::{Outcome, Response},
    echo::{self, MASK},
    id::{DeliveryId, EventId},
    secret::{SecretText, Secrets},
    signature::BadSecret,
    time::Timestamp,
    webhook::{Auth, Settings},
};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use zeroize::Zeroizing;

/// `user-agent` of everything that Crier sends.
pub(crate) const USER_AGENT: &str = concat!("Crier/", env!("CARGO_PKG_VERSION"));

/// What the headers tell.
pub(crate) struct About<'a> {
    pub(crate) webhook: &'a Armed,
    pub(crate) event: EventId,
    pub(crate) delivery: DeliveryId,
    /// None for a check, which is about no event.
    pub(crate) topic: Option<&'a str>,
    pub(crate) attempt: u32,
    pub(crate) test: bool,
    /// When the attempt begins.
    pub(crate) at: Timestamp,
    /// None for a request without a body.
    pub(crate) content_type: Option<&'static str>,
    /// What goes in the request: empty for a GET.
    pub(crate) body: &'a [u8],
}

/// Headers to send, and as the log shows them.
#[derive(Debug, Default)]
pub(crate) struct Headers {
    pub(crate) sent: HeaderMap,
    pub(crate) shown: Vec<(String, String)>,
    /// What must not stand in the log when a receiver sends it back.
    pub(crate) secrets: Vec<Zeroizing<String>>,
}

impl Headers {
    /// The headers of one attempt.
    ///
    /// # Errors
    /// A secret is missing or does not fit its place. Saving refuses that, so it is the database
    /// that was changed.
    pub(crate) fn of(about: &About<'_>) -> Result<Self, Failure> {
        let mut headers = Self::default();
        headers.hide_all(&about.webhook.secrets);
        if let Some(content_type) = about.content_type {
            headers.set("content-type", content_type)?;
        }
        headers.set("user-agent", USER_AGENT)?;
        headers.set("webhook-id", &about.event.to_string())?;
        headers.set("webhook-delivery", &about.delivery.to_string())?;
        headers.set("webhook-timestamp", &about.at.seconds().to_string())?;
        if let Some(topic) = about.topic {
            headers.set("webhook-topic", topic)?;
        }
        headers.set("webhook-attempt", &about.attempt.to_string())?;
        if about.test {
            headers.set("webhook-test", "true")?;
        }
        headers.sign(about)?;
        headers.authenticate(&about.webhook.settings)?;
        if about.content_type.is_some() {
            headers.set(header::CONTENT_LENGTH.as_str(), &about.body.len().to_string())?;
        }
        Ok(headers)
    }

    /// Signs by the valid secret and, while the receiver changes over, by the one before.
    fn sign(&mut self, about: &About<'_>) -> Result<(), Failure> {
        let unusable = |reason: BadSecret| unusable("signing.secret", &reason.to_string());
        let Some(signer) = about.webhook.signer().map_err(unusable)? else { return Ok(()) };
        let overlap = about.webhook.settings.signing.overlaps(about.at);
        let (event, timestamp) = (about.event.to_string(), about.at.seconds());
        let value = signer.sign(&event, timestamp, about.body, overlap).map_err(unusable)?;
        self.set(signer.header(), &value)
    }

    /// Authentication and the manager's own headers.
    pub(crate) fn authenticate(&mut self, settings: &Settings) -> Result<(), Failure> {
        match &settings.auth {
            Auth::None => {}
            Auth::Basic { username, password } => {
                let password = text("auth.password", password)?;
                let pair = BASE64_STANDARD.encode(format!("{username}:{password}"));
                self.set_secret(header::AUTHORIZATION.as_str(), "Basic ", &pair)?;
            }
            Auth::Header { name, value } => self.set_secret(name, "", text("auth.value", value)?)?,
            Auth::Bearer { token } => self.bear(text("auth.token", token)?)?,
            // Its token is put in when there is one.
            Auth::Oauth2ClientCredentials { .. } | Auth::Oauth2Password { .. } => {}
        }
        for own in &settings.headers {
            let value = text("headers", &own.value)?;
            if own.secret {
                self.set_secret(&own.name, "", value)?;
            } else {
                self.set(&own.name, value)?;
            }
        }
        Ok(())
    }

    /// `Authorization: Bearer …`; a second token takes the place of the first.
    pub(crate) fn bear(&mut self, token: &str) -> Result<(), Failure> {
        self.set_secret(header::AUTHORIZATION.as_str(), "Bearer ", token)
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        self.add(name, value, value.to_owned(), false)
    }

    /// A header whose value after `scheme` is for the receiver's eyes only.
    fn set_secret(&mut self, name: &str, scheme: &str, value: &str) -> Result<(), Failure> {
        self.hide(value);
        self.add(name, &format!("{scheme}{value}"), format!("{scheme}{MASK}"), true)
    }

    /// Masks the secrets of a webhook, which a receiver may know without being sent them, and a signing secret also
    /// without the name of its kind.
    fn hide_all(&mut self, secrets: &Secrets) {
        for secret in secrets.values() {
            self.hide(secret);
            if let Some(key) = ["whsec_", "whsk_"].iter().find_map(|kind| secret.strip_prefix(kind)) {
                self.hide(key);
            }
        }
    }

    /// Masks `secret` in whatever the receiver sends back.
    pub(crate) fn hide(&mut self, secret: &str) {
        if self.secrets.iter().all(|hidden| hidden.as_str() != secret) {
            self.secrets.push(Zeroizing::new(secret.to_owned()));
        }
    }

    /// Adds a header; one of the same name is replaced in its place.
    fn add(&mut self, name: &str, value: &str, shown: String, secret: bool) -> Result<(), Failure> {
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable(name, "not a header name"))?;
        let mut bytes = HeaderValue::from_bytes(value.as_bytes())
            .map_err(|_| unusable(name, "the value holds a line break or a control character"))?;
        bytes.set_sensitive(secret);
        let shown = (key.as_str().to_owned(), shown);
        match self.shown.iter_mut().find(|(other, _)| *other == shown.0) {
            Some(other) => *other = shown,
            None => self.shown.push(shown),
        }
        self.sent.insert(key, bytes);
        Ok(())
    }

    /// Masks secrets that the receiver sent back, also one whose end is missing where its answer is `cut`.
    pub(crate) fn redact(&self, response: &mut Response, cut: bool) {
        let mask = |text: &mut String, secrets: &[Zeroizing<String>], cut| {
            if let Some(masked) = echo::masked(text, secrets.iter().map(|secret| secret.as_str()), cut) {
                *text = masked;
            }
        };
        // As the client gives names.
        let small: Vec<_> =
            self.secrets.iter().map(|secret| Zeroizing::new(secret.to_ascii_lowercase())).collect();
        for (name, value) in &mut response.headers {
            mask(name, &small, false);
            mask(value, &self.secrets, false);
        }
        mask(&mut response.body, &self.secrets, cut || response.truncated);
    }
}

fn text<'a>(field: &str, secret: &'a SecretText) -> Result<&'a str, Failure> {
    secret.text().ok_or_else(|| unusable(field, MISSING))
}

/// Why a secret can't be used that was never set, was forgotten, or can't be opened.
pub(crate) const MISSING: &str = "it is missing, set it again";

fn unusable(field: &str, reason: &str) -> Failure {
    Failure::new(Outcome::Protocol, format!("{field} of the webhook can't be used: {reason}."))
}
