//! Request bodies: JSON objects, read member by member, so that a payload keeps its spelling.

use super::problem::Problem;
use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use domain::invalid::Invalid;
use http_body_util::BodyExt as _;
use serde::de::{DeserializeOwned, Deserializer as _, MapAccess, Visitor};
use serde_json::{Map, Value, value::RawValue};
use std::{collections::HashSet, fmt, time::Duration};
use tokio::time::timeout;

/// The limit for a body: a payload of 1 MiB and what stands around it.
pub(crate) const LIMIT: usize = 2 << 20;
/// The limit for a batch of events.
pub(crate) const BATCH_LIMIT: usize = 16 << 20;

/// How many unknown members one answer names.
const MOST_UNKNOWN: usize = 20;

/// The text of a JSON body of at most `LIMIT` bytes; empty when there was none.
pub(crate) struct JsonText<const LIMIT: usize = { self::LIMIT }>(String);

impl<S: Sync, const LIMIT: usize> FromRequest<S> for JsonText<LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let content_type =
            request.headers().get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap_or("?"));
        let wrong_type = content_type.is_some_and(|text| !is_json(text));
        let bytes = read(request.into_body(), LIMIT).await?;
        if wrong_type && !bytes.is_empty() {
            let text = "The body has to be JSON: Content-Type: application/json";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
        }
        Self::of(bytes)
    }
}

/// `application/json` and its relatives, with or without parameters.
fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// How long a body may take to arrive: 16 MiB at 2.2 MBit/s.
const PATIENCE: Duration = Duration::from_secs(60);

/// Reads a body of at most `limit` bytes that arrives within a minute. What is too large is read on and
/// thrown away for a while, since a caller that is still sending would see a broken connection instead
/// of the answer.
pub(crate) async fn read(body: Body, limit: usize) -> Result<Vec<u8>, Problem> {
    read_within(PATIENCE, body, limit).await
}

async fn read_within(patience: Duration, body: Body, limit: usize) -> Result<Vec<u8>, Problem> {
    timeout(patience, read_to_end(body, limit)).await.unwrap_or_else(|_| {
        let text = format!("The body did not arrive within {} s.", patience.as_secs());
        Err(Problem::new(StatusCode::REQUEST_TIMEOUT, text))
    })
}

async fn read_to_end(mut body: Body, limit: usize) -> Result<Vec<u8>, Problem> {
    let (mut kept, mut seen) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "The body ended too early."))?;
        let Ok(data) = frame.into_data() else { continue };
        seen += data.len();
        if seen <= limit {
            kept.extend_from_slice(&data);
        } else {
            kept = Vec::new();
            if seen > 4 * limit {
                break;
            }
        }
    }
    if seen > limit {
        let most =
            if limit < 1 << 20 { format!("{} KiB", limit >> 10) } else { format!("{} MiB", limit >> 20) };
        let text = format!("The body is larger than {most}.");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, text));
    }
    Ok(kept)
}

impl<const LIMIT: usize> JsonText<LIMIT> {
    /// What was read, whatever its content type says.
    ///
    /// # Errors
    /// 400 for what is not UTF-8.
    pub(crate) fn of(bytes: Vec<u8>) -> Result<Self, Problem> {
        String::from_utf8(bytes)
            .map(Self)
            .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "The body is not JSON: it is not UTF-8."))
    }
    /// The whole value, as it is written.
    ///
    /// # Errors
    /// 400 for what is not JSON.
    pub(crate) fn whole(&self) -> Result<&RawValue, Problem> {
        serde_json::from_str(&self.0)
            .map_err(|e| Problem::new(StatusCode::BAD_REQUEST, format!("The body is not JSON: {e}.")))
    }
    /// The members of the object.
    ///
    /// # Errors
    /// 400 for what is not JSON; 422 for what is no object or names a member twice.
    pub(crate) fn members(&self) -> Result<Members<'_>, Problem> {
        if let Some(members) = Members::at_once(&self.0) {
            return Ok(members);
        }
        // Once more in two steps, so that broken JSON is told from JSON of another kind.
        Ok(Members::of(self.whole()?, "")?)
    }
    /// As [`Self::members`]; no body at all is an object without members.
    ///
    /// # Errors
    /// As [`Self::members`].
    pub(crate) fn members_or_none(&self) -> Result<Members<'_>, Problem> {
        if self.0.trim().is_empty() { Ok(Members::default()) } else { self.members() }
    }
}

/// The members of an object as they were written. Readers take what they know, [`Members::done`]
/// refuses the rest, and everything that is wrong comes back together.
#[derive(Debug, Default)]
pub(crate) struct Members<'a> {
    list: Vec<(String, &'a RawValue)>,
    prefix: String,
    invalid: Invalid,
}

impl<'a> Members<'a> {
    /// Reads the object of a text that has nothing wrong.
    fn at_once(text: &'a str) -> Option<Self> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let list = reader.deserialize_map(Listing).ok()?;
        reader.end().ok()?;
        let is_twice = |at: usize, name: &String| list[..at].iter().any(|(other, _)| other == name);
        // Whoever names very many is told what is wrong with them in another way.
        let is_good =
            list.len() <= MOST_UNKNOWN && !list.iter().enumerate().any(|(at, (name, _))| is_twice(at, name));
        is_good.then(|| Self { list, ..Self::default() })
    }

    /// Reads an object; `prefix` (empty or ending in a dot) stands before the fields of errors.
    ///
    /// # Errors
    /// It is no object, or a member is there twice.
    pub(crate) fn of(raw: &'a RawValue, prefix: &str) -> Result<Self, Invalid> {
        let place = prefix.trim_end_matches('.');
        if !raw.get().starts_with('{') {
            return Err(Invalid::one(place, "This has to be a JSON object."));
        }
        let mut reader = serde_json::Deserializer::from_str(raw.get());
        let list = reader
            .deserialize_map(Listing)
            .map_err(|_| Invalid::one(place, "This has to be a JSON object."))?;
        let mut seen = HashSet::new();
        if let Some((name, _)) = list.iter().find(|(name, _)| !seen.insert(name.as_str())) {
            return Err(Invalid::one(format!("{prefix}{name}"), "This member is there twice."));
        }
        Ok(Self { list, prefix: prefix.to_owned(), invalid: Invalid::default() })
    }

    /// Takes a member as it is written; null counts as left out.
    pub(crate) fn raw(&mut self, name: &str) -> Option<&'a RawValue> {
        let at = self.list.iter().position(|(other, _)| other == name)?;
        Some(self.list.remove(at).1).filter(|raw| raw.get() != "null")
    }
    /// Takes a member of a type; `what` says which, for people.
    pub(crate) fn get<T: DeserializeOwned>(&mut self, name: &str, what: &str) -> Option<T> {
        let raw = self.raw(name)?;
        let value = serde_json::from_str(raw.get());
        if value.is_err() {
            self.wrong(name, format!("This has to be {what}."));
        }
        value.ok()
    }
    /// Takes a text.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        self.get(name, "a text")
    }
    /// Takes a text that has to be there; empty when it is not, which is noted.
    pub(crate) fn needed_text(&mut self, name: &str) -> String {
        let there = self.has(name);
        let text = self.text(name);
        if !there {
            self.missing(name);
        }
        text.unwrap_or_default()
    }
    /// Whether a member is there and not null.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.list.iter().any(|(other, raw)| other == name && raw.get() != "null")
    }
    /// Whether a member is there, also when it is null.
    pub(crate) fn mentions(&self, name: &str) -> bool {
        self.list.iter().any(|(other, _)| other == name)
    }
    /// Notes that a member has to be there.
    pub(crate) fn missing(&mut self, name: &str) {
        self.wrong(name, "This is needed.");
    }
    /// Notes something that is wrong with a member.
    pub(crate) fn wrong(&mut self, name: &str, message: impl Into<String>) {
        self.invalid.push(format!("{}{name}", self.prefix), message);
    }
    /// Ends the reading.
    ///
    /// # Errors
    /// Everything that was noted, and the members that nobody took.
    pub(crate) fn done(mut self) -> Result<(), Invalid> {
        for (name, _) in std::mem::take(&mut self.list).into_iter().take(MOST_UNKNOWN) {
            self.wrong(&name, "There is no such member.");
        }
        self.invalid.into_result()
    }
    /// The members as values, for use cases that read them themselves.
    ///
    /// # Errors
    /// A value that is nested too deep to be read.
    pub(crate) fn into_map(self) -> Result<Map<String, Value>, Invalid> {
        let read = |(name, raw): (String, &RawValue)| match serde_json::from_str(raw.get()) {
            Ok(value) => Ok((name, value)),
            Err(_) => Err(Invalid::one(format!("{}{name}", self.prefix), "This can't be read.")),
        };
        self.list.into_iter().map(read).collect()
    }
}

/// Lists the members of an object in their order, duplicates included.
struct Listing;

impl<'de> Visitor<'de> for Listing {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = map.next_entry()? {
            list.push(entry);
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> JsonText {
        JsonText(text.to_owned())
    }

    #[test]
    fn values_keep_their_spelling() {
        let body = text(r#" {"payload" : {"b": 1e400, "a":1.0 } ,"topic":"x"} "#);
        let mut members = body.members().unwrap();
        assert_eq!(members.raw("payload").unwrap().get(), r#"{"b": 1e400, "a":1.0 }"#);
        assert_eq!(members.needed_text("topic"), "x");
        assert_eq!(members.done(), Ok(()));
    }

    #[test]
    fn everything_wrong_comes_together() {
        let body = text(r#"{"topic":7,"more":1,"id":null}"#);
        let mut members = body.members().unwrap();
        members.needed_text("topic");
        members.needed_text("name");
        assert_eq!(members.text("id"), None);
        let invalid = members.done().unwrap_err();
        let fields: Vec<_> = invalid.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["topic", "name", "more"]);
    }

    #[test]
    fn a_key_with_an_escape_is_read() {
        let body = text(r#"{"\u0069d":"x"}"#);
        assert_eq!(body.members().unwrap().text("id").as_deref(), Some("x"));
    }

    #[test]
    fn broken_json_is_400_and_other_json_is_422() {
        let status = |body: &str| text(body).members().unwrap_err().into_response_status();
        assert_eq!([status("{"), status(""), status("{}{}")], [400; 3]);
        assert_eq!([status("[]"), status("1"), status(r#"{"a":1,"a":2}"#)], [422; 3]);
        assert!(text(" ").members_or_none().unwrap().done().is_ok());
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        let body = Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>());
        let problem = read_within(Duration::from_millis(1), body, LIMIT).await.unwrap_err();
        assert_eq!(problem.into_response_status(), 408);
    }

    #[test]
    fn json_by_other_names_is_json() {
        assert!(is_json("application/json; charset=utf-8") && is_json("application/cloudevents+json"));
        assert!(!is_json("text/plain") && !is_json("application/x-www-form-urlencoded"));
    }

    impl Problem {
        fn into_response_status(self) -> u16 {
            axum::response::IntoResponse::into_response(self).status().as_u16()
        }
    }
}
