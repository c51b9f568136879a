//! How often one and the same is told: the first event for each key in a time is delivered, later ones are not.

use crate::{
    conditions::is_field,
    invalid::{Invalid, Rule},
};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Bounds of [`Frequency::window_s`]: a minute to a year.
pub const WINDOW_S: RangeInclusive<u32> = 60..=31_536_000;
/// The most paths of a key.
pub const MAX_PATHS: usize = 5;
/// The limit for a path, in bytes.
const MAX_PATH: usize = 256;

/// At most one event for each key in a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frequency {
    /// What tells whom or what an event is about.
    pub key: Key,
    /// From the acceptance of the event that was let through, in seconds.
    pub window_s: u32,
}

/// Where the key stands in an event: `"payload.profileid"`, or a list of which the first counts that is there.
/// An event in which it is missing or null has no key, and is never held back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    /// In one place.
    At(String),
    /// In the first of these that is there.
    FirstOf(Vec<String>),
}

impl Key {
    /// The key at these paths.
    #[must_use]
    pub fn new(mut paths: Vec<String>) -> Self {
        if paths.len() == 1 { Self::At(paths.remove(0)) } else { Self::FirstOf(paths) }
    }
    /// The paths, in the order in which they are looked at.
    #[must_use]
    pub fn paths(&self) -> &[String] {
        match self {
            Self::At(path) => std::slice::from_ref(path),
            Self::FirstOf(paths) => paths,
        }
    }
}

impl Frequency {
    /// What stands for the event's key in the database: 16 bytes of a hash of its path and its value as it is
    /// written, so that 7 and "7" are one. `None` when the event has no key.
    #[cfg(feature = "server")]
    #[must_use]
    pub fn key_of(&self, fields: &dyn crate::conditions::Fields) -> Option<[u8; 16]> {
        use crate::format::Json;
        use aws_lc_rs::digest::{SHA256, digest};
        let found = self.key.paths().iter().find_map(|path| {
            let value = fields.field(path)?;
            match &*value {
                Json::Null => None,
                Json::String(text) | Json::Number(text) => Some((path, text.clone())),
                other => Some((path, other.to_text())),
            }
        });
        let (path, text) = found?;
        let hash = digest(&SHA256, format!("{path}\0{text}").as_bytes());
        hash.as_ref().first_chunk().copied()
    }

    /// Why a later event was not sent.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("Not sent: {} had one in the last {}.", self.whom(), span(self.window_s))
    }

    /// What it comes to, for people: "One for each profile in 24 hours".
    #[must_use]
    pub fn describe(&self) -> String {
        let whom = match self.whom().as_str() {
            "the profile" => "profile".to_owned(),
            "the visitor" => "visitor".to_owned(),
            _ => self.key.paths().join(" or "),
        };
        format!("One for each {whom} in {}", counted(self.window_s))
    }

    fn whom(&self) -> String {
        match self.key.paths().first().map(String::as_str) {
            Some("profile.profileid" | "payload.profileid") => "the profile".to_owned(),
            Some("payload.visitorid") => "the visitor".to_owned(),
            first => format!("the same {}", first.unwrap_or_default()),
        }
    }
}

/// Why an event was not sent by a webhook that has this frequency now, or none any more.
#[must_use]
pub fn held_back(now: Option<&Frequency>) -> String {
    now.map_or_else(
        || {
            "Not sent: the webhook let one event for each key through in a time, and this was a later one."
                .to_owned()
        },
        Frequency::sentence,
    )
}

/// `24 hours`, `7 days`; `minute` alone for one.
fn span(seconds: u32) -> String {
    let counted = counted(seconds);
    counted.strip_prefix("1 ").map_or(counted.clone(), str::to_owned)
}

/// A time in the largest unit that leaves no rest, a day in hours: `24 hours`, `7 days`, `1 minute`.
#[must_use]
pub fn counted(seconds: u32) -> String {
    let (count, unit) = match seconds {
        s if s > 86_400 && s.is_multiple_of(86_400) => (s / 86_400, "day"),
        s if s.is_multiple_of(3_600) => (s / 3_600, "hour"),
        s if s.is_multiple_of(60) => (s / 60, "minute"),
        s => (s, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

pub(super) fn check(frequency: &Frequency, errors: &mut Invalid) {
    let paths = frequency.key.paths();
    if paths.is_empty() || paths.len() > MAX_PATHS {
        errors.push("frequency.key", format!("Name 1 to {MAX_PATHS} places of the key."));
    }
    if paths.iter().any(|path| !is_key(path)) {
        let message = "Name a value of the payload or the profile, such as payload.profileid.";
        errors.push("frequency.key", message);
    }
    check_window("frequency.window_s", frequency.window_s, errors);
}

/// Refuses a time that is too short or too long.
pub(crate) fn check_window(field: &str, seconds: u32, errors: &mut Invalid) {
    if !WINDOW_S.contains(&seconds) {
        let message = "The time is 60 to 31,536,000 seconds (1 minute to 1 year).";
        errors.breaks(Rule::Window, field, message);
    }
}

fn is_key(path: &str) -> bool {
    path.len() <= MAX_PATH && (path.starts_with("payload.") || path.starts_with("profile.")) && is_field(path)
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::*;
    use crate::{conditions::Fields, format::Json};
    use std::borrow::Cow;

    struct Event(Json);

    impl Fields for Event {
        fn field(&self, name: &str) -> Option<Cow<'_, Json>> {
            self.0.get(name).map(Cow::Borrowed)
        }
    }

    fn frequency(paths: &[&str], window_s: u32) -> Frequency {
        Frequency { key: Key::new(paths.iter().map(|path| (*path).to_owned()).collect()), window_s }
    }

    fn key(paths: &[&str], event: &str) -> Option<[u8; 16]> {
        frequency(paths, 60).key_of(&Event(Json::parse(event).expect("JSON")))
    }

    #[test]
    fn the_same_value_at_the_same_place_is_the_same_key() {
        let at = |event| key(&["payload.id"], event);
        assert_eq!(at(r#"{"payload":{"id":7,"a":1}}"#), at(r#"{"payload":{"id":"7"}}"#));
        assert_ne!(at(r#"{"payload":{"id":7}}"#), at(r#"{"payload":{"id":8}}"#));
        assert!(at(r#"{"payload":{"id":""}}"#).is_some());
        assert_eq!(at(r#"{"payload":{"id":null}}"#), None);
        assert_eq!(at(r#"{"payload":{}}"#), None);
        // Values of different places are of different kinds.
        let other = key(&["payload.other"], r#"{"payload":{"other":7}}"#);
        assert_ne!(at(r#"{"payload":{"id":7}}"#), other);
    }

    #[test]
    fn the_first_place_that_is_there_counts() {
        let both = ["profile.profileid", "payload.visitorid"];
        let known = key(&both, r#"{"profile":{"profileid":"p"},"payload":{"visitorid":"v"}}"#);
        assert_eq!(known, key(&both, r#"{"profile":{"profileid":"p"},"payload":{"visitorid":"w"}}"#));
        let unknown = key(&both, r#"{"profile":null,"payload":{"visitorid":"v"}}"#);
        assert!(unknown.is_some() && unknown != known);
    }

    #[test]
    fn words_say_whom_and_how_long() {
        let says = |paths: &[&str], s| frequency(paths, s).sentence();
        assert_eq!(
            says(&["profile.profileid"], 86_400),
            "Not sent: the profile had one in the last 24 hours."
        );
        assert_eq!(
            says(&["payload.order.id"], 60),
            "Not sent: the same payload.order.id had one in the last minute."
        );
        assert_eq!(
            frequency(&["payload.a", "payload.b"], 90).describe(),
            "One for each payload.a or payload.b in 90 seconds"
        );
        assert_eq!(frequency(&["payload.profileid"], 604_800).describe(), "One for each profile in 7 days");
    }
}
