//! Whether authentication may be saved.

use super::headers;
use crate::{
    invalid::{Advice, Invalid},
    secret::SecretText,
    target::Target,
    webhook::{Auth, OauthClient},
};
use ipnet::IpNet;

/// The limit for ids, names and secrets that go to a token address, in bytes: 4 KiB.
const MAX_TEXT: usize = 4 * 1024;

pub(super) fn check(auth: &Auth, allowed: &[IpNet], errors: &mut Invalid, advice: &mut Vec<Advice>) {
    match auth {
        Auth::None => {}
        Auth::Basic { username, password } => {
            if username.contains(':') {
                errors.push("auth.username", "A username can't hold a colon (:).");
            } else {
                account("auth.username", "username", username, errors);
            }
            secret("auth.password", "password", password, errors);
        }
        Auth::Header { name, value } => {
            headers::name("auth.name", name, errors);
            headers::secret_value("auth.value", value, errors);
        }
        Auth::Bearer { token } => headers::secret_value("auth.token", token, errors),
        Auth::Oauth2ClientCredentials { client } => oauth(client, allowed, errors, advice),
        Auth::Oauth2Password { client, username, password } => {
            oauth(client, allowed, errors, advice);
            account("auth.username", "username", username, errors);
            secret("auth.password", "password", password, errors);
        }
    }
}

/// The token address is judged as the webhook's URL is: both are called from inside.
fn oauth(client: &OauthClient, allowed: &[IpNet], errors: &mut Invalid, advice: &mut Vec<Advice>) {
    if client.token_url.is_empty() {
        errors.push("auth.token_url", "Type the address that gives out tokens.");
    } else {
        match Target::parse(&client.token_url, allowed) {
            Err(refusal) => errors.push("auth.token_url", refusal.to_string()),
            Ok(target) if !target.is_https() => advice.push(Advice::new(
                "auth.token_url",
                "The client's secret travels readable over http://; use https:// if the token address can.",
            )),
            Ok(_) => {}
        }
    }
    account("auth.client_id", "client id", &client.client_id, errors);
    secret("auth.client_secret", "client secret", &client.client_secret, errors);
    if let Some(scope) = &client.scope {
        text("auth.scope", "scope", scope, errors);
    }
}

fn account(field: &str, what: &str, value: &str, errors: &mut Invalid) {
    if value.is_empty() {
        errors.push(field, format!("Type the {what}."));
    } else {
        text(field, what, value, errors);
    }
}

fn secret(field: &str, what: &str, value: &SecretText, errors: &mut Invalid) {
    if let Some(value) = value.text() {
        account(field, what, value, errors);
    }
}

fn text(field: &str, what: &str, value: &str, errors: &mut Invalid) {
    if value.len() > MAX_TEXT {
        errors.push(field, format!("The {what} is longer than 4,096 characters."));
    } else if value.chars().any(char::is_control) {
        errors.push(field, format!("A {what} can't hold line breaks or control characters."));
    }
}
