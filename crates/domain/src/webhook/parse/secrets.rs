//! Authentication, headers and signing: what holds secrets.

use super::reader::Reader;
use crate::{
    secret::SecretText,
    webhook::{Auth, Header, Scheme, Signing},
};
use serde_json::Value;

const TYPES: &str = "The type is none, basic, header or bearer.";
const TYPE_AGAIN: &str = "The URL leads to another server now, so this must be typed again.";

/// The secret that was sent in a member. `Err` when it is none; null, an empty text and
/// `{"set":true}` say the same as leaving it out.
fn sent(reader: &mut Reader<'_>, name: &str) -> Result<Option<SecretText>, ()> {
    match reader.take(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(SecretText::given(text.as_str()))),
        None | Some(Value::Null | Value::String(_)) => Ok(None),
        Some(Value::Object(map)) if map.len() == 1 && map.get("set") == Some(&Value::Bool(true)) => Ok(None),
        Some(_) => {
            reader.wrong(name, "This must be a text, or {\"set\":true} to keep it.");
            Err(())
        }
    }
}

/// The secret in a member: the one that was sent, else `kept`, else an empty one, which the rules
/// refuse. `moved`: the URL leads elsewhere, so that a kept one would be given to a stranger.
fn secret(reader: &mut Reader<'_>, name: &str, kept: Option<&SecretText>, moved: bool) -> Option<SecretText> {
    match (sent(reader, name).ok()?, kept) {
        (Some(secret), _) => Some(secret),
        (None, None) => Some(SecretText::given("")),
        (None, Some(kept)) if !moved => Some(kept.clone()),
        (None, Some(_)) => {
            reader.wrong(name, TYPE_AGAIN);
            None
        }
    }
}

pub(super) fn auth(reader: &mut Reader<'_>, moved: bool, place: &mut Auth) {
    if !reader.has("auth") {
        let field = match place {
            Auth::None => return,
            Auth::Basic { .. } => "auth.password",
            Auth::Header { .. } => "auth.value",
            Auth::Bearer { .. } => "auth.token",
        };
        if moved {
            reader.wrong(field, TYPE_AGAIN);
        }
        return;
    }
    let Some(mut inner) = reader.object("auth") else { return };
    let kind = match inner.text("type") {
        Some(kind) => kind,
        None if !inner.has("type") => place.kind(),
        None => return,
    };
    let read = match kind {
        "none" => Some(Auth::None),
        "basic" => basic(&mut inner, moved, place),
        "header" => header(&mut inner, moved, place),
        "bearer" => {
            let kept = if let Auth::Bearer { token } = &*place { Some(token) } else { None };
            secret(&mut inner, "token", kept, moved).map(|token| Auth::Bearer { token })
        }
        kind if kind.starts_with("oauth2_") => {
            inner.wrong("type", format!("“{kind}” is not available yet."));
            return;
        }
        _ => {
            inner.wrong("type", TYPES);
            return;
        }
    };
    inner.finish();
    if let Some(auth) = read {
        *place = auth;
    }
}

fn basic(inner: &mut Reader<'_>, moved: bool, base: &Auth) -> Option<Auth> {
    let (user, kept) = match base {
        Auth::Basic { username, password } => (Some(username), Some(password)),
        _ => (None, None),
    };
    let username = member(inner, "username", user);
    let password = secret(inner, "password", kept, moved);
    Some(Auth::Basic { username: username?, password: password? })
}

fn header(inner: &mut Reader<'_>, moved: bool, base: &Auth) -> Option<Auth> {
    let (old, kept) = match base {
        Auth::Header { name, value } => (Some(name), Some(value)),
        _ => (None, None),
    };
    let name = member(inner, "name", old);
    let value = secret(inner, "value", kept, moved);
    Some(Auth::Header { name: name?.trim().to_owned(), value: value? })
}

/// A text that belongs to a secret; what is missing is empty, which the rules refuse.
fn member(inner: &mut Reader<'_>, name: &str, kept: Option<&String>) -> Option<String> {
    if inner.has(name) {
        inner.text(name).map(str::to_owned)
    } else {
        Some(kept.cloned().unwrap_or_default())
    }
}

/// The list is replaced as a whole; a header keeps the value of the one that had its name.
pub(super) fn headers(reader: &mut Reader<'_>, moved: bool, place: &mut Vec<Header>) {
    let base = std::mem::take(place);
    let Some(value) = reader.take("headers") else {
        for (i, _) in base.iter().enumerate().filter(|(_, header)| moved && header.secret) {
            reader.wrong(&format!("headers.{i}.value"), TYPE_AGAIN);
        }
        *place = base;
        return;
    };
    let Some(list) = value.as_array() else {
        return reader.wrong("headers", "The headers are a list of {\"name\",\"value\",\"secret\"}.");
    };
    for (i, each) in list.iter().enumerate() {
        let path = format!("headers.{i}");
        match each.as_object() {
            Some(map) => {
                let mut inner = Reader::new(map, &path, reader.errors());
                let read = one_header(&mut inner, moved, &base);
                inner.finish();
                place.extend(read);
            }
            None => reader.wrong(&path, "A header is {\"name\",\"value\",\"secret\"}."),
        }
    }
}

fn one_header(inner: &mut Reader<'_>, moved: bool, base: &[Header]) -> Option<Header> {
    let name = member(inner, "name", None)?.trim().to_owned();
    let before = base.iter().find(|header| header.name.eq_ignore_ascii_case(&name));
    let was_secret = before.is_some_and(|header| header.secret);
    let mut is_secret = was_secret;
    inner.yes_or_no("secret", &mut is_secret);
    let empty = inner.value("value").and_then(Value::as_str) == Some("");
    let kept = before.map(|header| &header.value);
    let value = if is_secret {
        secret(inner, "value", kept, moved && was_secret)?
    } else if empty {
        // An empty value is one, unless it is secret.
        inner.ignore(&["value"]);
        SecretText::given("")
    } else if was_secret {
        // A stored secret never becomes readable.
        sent(inner, "value").ok()?.or_else(|| {
            inner.wrong("value", "Type the value again: it was secret until now.");
            None
        })?
    } else {
        sent(inner, "value").ok()?.or_else(|| kept.cloned()).or_else(|| {
            inner.wrong("value", "Type the value of the header.");
            None
        })?
    };
    Some(Header { name, value, secret: is_secret })
}

/// The receiver's key stays the same while the scheme and the server do, and between schemes that
/// take any text; otherwise a new one must be made, or is sent.
pub(super) fn signing(reader: &mut Reader<'_>, moved: bool, place: &mut Signing) {
    if moved {
        (place.secret, place.public_key, place.public_key_xml) = (None, None, None);
    }
    let Some(mut inner) = reader.object("signing") else { return };
    let before = place.scheme;
    let names = Scheme::ALL.map(Scheme::as_str);
    inner.choice("scheme", &names, &mut place.scheme);
    let scheme = place.scheme;
    if scheme != before {
        place.header = None;
        let same_text = scheme.takes_any_text() && (before.takes_any_text() || before == Scheme::Standard);
        if !same_text {
            place.secret = None;
        }
    }
    if let Some(header) = inner.text_or_null("header") {
        place.header = header.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    }
    let given = sent(&mut inner, "secret").ok().flatten();
    if given.is_some() && scheme == Scheme::None {
        inner.wrong("secret", "Without a signature there is no signing secret.");
    }
    if given.is_some() || scheme != before {
        (place.public_key, place.public_key_xml) = (None, None);
    }
    place.secret = given.or(place.secret.take());
    // Made of the secret; sent back as it was read.
    inner.ignore(&["public_key", "public_key_xml"]);
    inner.finish();
}
