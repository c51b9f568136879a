//! What the token address is asked, and what it answers.

use super::Token;
use crate::{
    headers::{MISSING, USER_AGENT},
    http::Failure,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use domain::{
    delivery::{Outcome, Response},
    echo,
    secret::SecretText,
    time::Timestamp,
    webhook::{Auth, Settings},
};
use http::{HeaderMap, HeaderValue, header};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::{sync::Arc, time::Duration};
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

/// How long a token is used whose server does not say (RFC 6749 section 5.1 only recommends it).
const UNTOLD_LIFE_MS: i64 = 300_000;
/// A token is replaced when a tenth of its life is left, or this much.
const MOST_MARGIN_MS: i64 = 60_000;
/// However long a server says that its token lives.
const LONGEST_LIFE_MS: i64 = 86_400_000;
/// How much of an error's description is told, in characters.
const DESCRIPTION: usize = 200;

/// How the client says who it is (RFC 6749 section 2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// HTTP basic authentication.
    Basic,
    /// `client_id` and `client_secret` in the body: what some servers read only.
    Body,
}

impl Way {
    pub(super) const fn other(self) -> Self {
        match self {
            Self::Basic => Self::Body,
            Self::Body => Self::Basic,
        }
    }
}

/// Who asks for a token, where and for whom.
pub(crate) struct Grant {
    pub(super) digest: [u8; 32],
    pub(super) url: Url,
    pub(super) limit: Duration,
    client_id: String,
    client_secret: Zeroizing<String>,
    /// Grant type, account and scope as form pairs.
    pairs: Zeroizing<String>,
    /// What must not be told, should an answer repeat it.
    secrets: Vec<Zeroizing<String>>,
}

impl Grant {
    /// The grant of a webhook; `None` when it asks for no token.
    ///
    /// # Errors
    /// A secret is missing or the address is none: the database was changed.
    pub(crate) fn of(settings: &Settings) -> Result<Option<Arc<Self>>, Failure> {
        let Some(client) = settings.auth.oauth_client() else { return Ok(None) };
        let secret = text("auth.client_secret", &client.client_secret)?;
        let mut url = Url::parse(&client.token_url)
            .map_err(|_| Failure::new(Outcome::RefusedAddress, "The token address is not a URL."))?;
        url.set_fragment(None);
        let mut secrets = vec![Zeroizing::new(secret.to_owned())];
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        match &settings.auth {
            Auth::Oauth2Password { username, password, .. } => {
                let password = text("auth.password", password)?;
                secrets.push(Zeroizing::new(password.to_owned()));
                pairs.append_pair("grant_type", "password");
                pairs.append_pair("username", username).append_pair("password", password);
            }
            _ => {
                pairs.append_pair("grant_type", "client_credentials");
            }
        }
        if let Some(scope) = &client.scope {
            pairs.append_pair("scope", scope);
        }
        let pairs = Zeroizing::new(pairs.finish());
        let mut digest = Sha256::new();
        for part in [url.as_str(), &client.client_id, secret, &pairs] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        Ok(Some(Arc::new(Self {
            digest: digest.finalize().into(),
            url,
            limit: Duration::from_millis(settings.timeout_ms.into()),
            client_id: client.client_id.clone(),
            client_secret: Zeroizing::new(secret.to_owned()),
            pairs,
            secrets,
        })))
    }

    /// Headers and body of the request (RFC 6749 sections 4.3.2 and 4.4.2).
    pub(super) fn request(&self, way: Way) -> Result<(HeaderMap, Bytes), Failure> {
        let mut headers = HeaderMap::new();
        let form = "application/x-www-form-urlencoded";
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(form));
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
        let mut body = self.pairs.to_string();
        match way {
            Way::Basic => {
                let value = format!("Basic {}", self.client().as_str());
                let mut value = HeaderValue::from_str(&value).map_err(|_| unusable("auth.client_secret"))?;
                value.set_sensitive(true);
                headers.insert(header::AUTHORIZATION, value);
            }
            Way::Body => {
                let mut pairs = form_urlencoded::Serializer::for_suffix(&mut body, 0);
                pairs.append_pair("client_id", &self.client_id);
                pairs.append_pair("client_secret", &self.client_secret);
            }
        }
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        Ok((headers, body.into()))
    }

    /// Id and secret as the header has them (RFC 6749 section 2.3.1).
    fn client(&self) -> Zeroizing<String> {
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = Zeroizing::new(format!("{}:{}", encoded(&self.client_id), encoded(&self.client_secret)));
        Zeroizing::new(BASE64_STANDARD.encode(pair.as_str()))
    }
}

/// What the token address answered.
pub(super) struct Answer {
    status: u16,
    body: Value,
}

impl Answer {
    /// Anything that is not JSON reads as null.
    pub(super) fn read(response: Option<Response>) -> Self {
        let (status, body) = response.map_or((0, String::new()), |answer| (answer.status, answer.body));
        Self { status, body: serde_json::from_str(&body).unwrap_or_default() }
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Value::as_str)
    }

    /// Whether another way to say who the client is may help: nothing else was found wrong.
    pub(super) fn refuses_client(&self) -> bool {
        let about_client = |error: &str| matches!(error, "invalid_client" | "invalid_request");
        matches!(self.status, 400 | 401) && self.text("error").is_none_or(about_client)
    }

    /// The token in a good answer (RFC 6749 section 5.1).
    ///
    /// # Errors
    /// What the server did not like (section 5.2), or what is wrong with its answer.
    pub(super) fn token(&self, grant: &Grant, way: Way, now: Timestamp) -> Result<Token, Failure> {
        let failed = |message: String| Err(Failure::new(Outcome::Token, message));
        if !(200..300).contains(&self.status) {
            return failed(format!("The token address answered {}{}.", self.status, self.error(grant)));
        }
        let kind = self.text("token_type").unwrap_or("Bearer");
        if !kind.eq_ignore_ascii_case("bearer") {
            return failed("The token address gave a token that is no bearer token.".to_owned());
        }
        match self.text("access_token") {
            None | Some("") => {
                failed(format!("The token address answered {} without an access_token.", self.status))
            }
            Some(token) if !token.bytes().all(|byte| byte.is_ascii_graphic()) => {
                failed("The token address gave a token that does not fit into a header.".to_owned())
            }
            Some(token) => Ok(Token {
                text: Arc::new(Zeroizing::new(token.to_owned())),
                until: now.plus_ms(self.usable_ms()),
                way,
            }),
        }
    }

    /// How long the token is used; some servers write `expires_in` as a text.
    fn usable_ms(&self) -> i64 {
        let told = self.body.get("expires_in");
        let seconds = told.and_then(|life| life.as_f64().or_else(|| life.as_str()?.trim().parse().ok()));
        let life = seconds.map_or(UNTOLD_LIFE_MS, |seconds| (seconds * 1000.0) as i64);
        let life = life.clamp(0, LONGEST_LIFE_MS);
        life - (life / 10).min(MOST_MARGIN_MS)
    }

    /// `: invalid_client (…)`, secrets masked.
    fn error(&self, grant: &Grant) -> String {
        let Some(error) = self.text("error") else { return String::new() };
        let description = self.text("error_description").map(|text| format!(" ({text})"));
        let told = format!(": {error}{}", description.unwrap_or_default());
        let client = grant.client();
        let secrets = grant.secrets.iter().chain([&client]).map(|secret| secret.as_str());
        let told = echo::masked(&told, secrets, false).unwrap_or(told);
        let clean = told.chars().map(|c| if c.is_control() { ' ' } else { c });
        clean.take(DESCRIPTION).collect()
    }
}

fn text<'a>(field: &str, secret: &'a SecretText) -> Result<&'a str, Failure> {
    secret.text().ok_or_else(|| unusable(field))
}

fn unusable(field: &str) -> Failure {
    Failure::new(Outcome::Token, format!("{field} of the webhook can't be used: {MISSING}."))
}
