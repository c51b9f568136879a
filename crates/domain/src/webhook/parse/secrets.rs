//! What holds secrets: headers and signing here, authentication beside.

use super::{auth::member, reader::Reader};
use crate::{
    secret::SecretText,
    webhook::{Header, Scheme, Signing},
};
use serde_json::Value;

pub(super) const TYPE_AGAIN: &str = "The URL leads to another server now, so this must be typed again.";

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
pub(super) fn secret(
    reader: &mut Reader<'_>,
    name: &str,
    kept: Option<&SecretText>,
    moved: bool,
) -> SecretText {
    match (sent(reader, name), kept) {
        (Ok(Some(secret)), _) => secret,
        (Ok(None), Some(kept)) => {
            if moved {
                reader.wrong(name, TYPE_AGAIN);
            }
            kept.clone()
        }
        (Ok(None), None) | (Err(()), _) => SecretText::given(""),
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
                place.push(one_header(&mut inner, moved, &base));
                inner.finish();
            }
            None => {
                reader.wrong(&path, "A header is {\"name\",\"value\",\"secret\"}.");
                place.push(Header { name: String::new(), value: SecretText::given(""), secret: false });
            }
        }
    }
}

fn one_header(inner: &mut Reader<'_>, moved: bool, base: &[Header]) -> Header {
    let name = member(inner, "name", None).unwrap_or_default().trim().to_owned();
    let before = base.iter().find(|header| header.name.eq_ignore_ascii_case(&name));
    let was_secret = before.is_some_and(|header| header.secret);
    let mut is_secret = was_secret;
    inner.yes_or_no("secret", &mut is_secret);
    let kept = before.map(|header| &header.value);
    let value = if is_secret {
        secret(inner, "value", kept, moved && was_secret)
    } else {
        open_value(inner, kept.filter(|_| !was_secret), was_secret)
    };
    Header { name, value, secret: is_secret }
}

/// The value of a header that everybody may read; `kept` is the one that stands there.
fn open_value(inner: &mut Reader<'_>, kept: Option<&SecretText>, was_secret: bool) -> SecretText {
    if inner.value("value").and_then(Value::as_str) == Some("") {
        // An empty value is one, unless it is secret.
        inner.ignore(&["value"]);
        return SecretText::given("");
    }
    match (sent(inner, "value"), kept) {
        (Ok(Some(value)), _) => return value,
        (Ok(None), Some(kept)) => return kept.clone(),
        // A stored secret never becomes readable.
        (Ok(None), None) if was_secret => {
            inner.wrong("value", "Type the value again: it was secret until now.");
        }
        (Ok(None), None) => inner.wrong("value", "Type the value of the header."),
        (Err(()), _) => {}
    }
    SecretText::given("")
}

/// The receiver's key stays the same while the scheme and the server do, and between schemes that
/// take any text; otherwise a new one must be made, or is sent.
pub(super) fn signing(reader: &mut Reader<'_>, moved: bool, place: &mut Signing) {
    if moved {
        place.secret = None;
        forget_made(place);
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
        forget_made(place);
    }
    place.secret = given.or(place.secret.take());
    // Made of the secret; sent back as it was read.
    inner.ignore(&[
        "previous_until",
        "public_key",
        "public_key_xml",
        "previous_public_key",
        "previous_public_key_xml",
    ]);
    inner.finish();
}

/// What belongs to a secret that goes.
fn forget_made(signing: &mut Signing) {
    (signing.public_key, signing.public_key_xml) = (None, None);
    signing.end_overlap();
}
