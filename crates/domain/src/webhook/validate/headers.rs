//! Which request headers a manager may set.

use crate::{invalid::Invalid, secret::SecretText, webhook::Settings};
use std::collections::HashSet;

/// The limit for the list.
pub const MAX_HEADERS: usize = 30;
/// The limit for a value, in bytes: 4 KiB.
pub const MAX_VALUE: usize = 4 * 1024;
/// The limit for a name, in bytes.
const MAX_NAME: usize = 128;

/// What Crier or the connection sets: hop-by-hop and framing headers (RFC 9110 section 7.6.1,
/// RFC 9112), the host, the content's type, and the sender.
const RESERVED: [&str; 20] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "max-forwards",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
];

/// Whether Crier or the connection sets the header itself.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    RESERVED.contains(&name.as_str()) || name.starts_with("webhook-")
}

pub(super) fn check(settings: &Settings, errors: &mut Invalid) {
    let headers = &settings.headers;
    if headers.len() > MAX_HEADERS {
        errors.push("headers", format!("At most {MAX_HEADERS} headers can be added."));
    }
    let mut seen = HashSet::new();
    for (i, header) in headers.iter().enumerate().take(MAX_HEADERS) {
        let field = format!("headers.{i}.name");
        let is = |taken: Option<&str>| taken.is_some_and(|taken| taken.eq_ignore_ascii_case(&header.name));
        if name(&field, &header.name, errors) {
            if is(settings.auth.header_name()) {
                errors.push(&field, "The authentication sets this header already.");
            } else if is(settings.signing.header_name()) {
                errors.push(&field, "The signature is sent in this header; choose another name.");
            } else if !seen.insert(header.name.to_ascii_lowercase()) {
                errors.push(&field, "This header is in the list twice.");
            }
        }
        let field = format!("headers.{i}.value");
        match &header.value {
            value if header.secret => secret_value(&field, value, errors),
            open => value(&field, open.text().unwrap_or_default(), errors),
        }
    }
}

/// Judges a header's name; whether it is right.
pub(super) fn name(field: &str, name: &str, errors: &mut Invalid) -> bool {
    let message = if name.is_empty() {
        "Type the name of the header."
    } else if name.len() > MAX_NAME {
        "The name of the header is longer than 128 characters."
    } else if !name.bytes().all(is_token) {
        "The name of a header holds letters, digits and hyphens only, such as X-Api-Key."
    } else if is_reserved(name) {
        "Crier sets this header itself; choose another name."
    } else {
        return true;
    };
    errors.push(field, message);
    false
}

/// RFC 9110 section 5.6.2.
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
}

/// A secret that is sent as a header's value, or as a part of one.
pub(super) fn secret_value(field: &str, secret: &SecretText, errors: &mut Invalid) {
    match secret.text() {
        None => {}
        Some("") => errors.push(field, "Type this secret; it can't be empty."),
        Some(text) => value(field, text, errors),
    }
}

/// RFC 9110 section 5.5, of which only ASCII is read alike everywhere.
fn value(field: &str, text: &str, errors: &mut Invalid) {
    let message = if text.len() > MAX_VALUE {
        "The value is longer than 4,096 characters."
    } else if text.contains(['\r', '\n', '\0']) {
        "The value can't hold line breaks; was one copied at its end?"
    } else if !text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) {
        "The value can hold plain (ASCII) letters, digits and signs only."
    } else if text.trim() != text {
        "Remove the spaces around the value."
    } else {
        return;
    };
    errors.push(field, message);
}
