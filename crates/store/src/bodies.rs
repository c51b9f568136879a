//! Contents of requests and answers: each distinct one stored once per event, beside what else belongs
//! to the event. Retries and webhooks of one event share theirs; what goes with an event goes at once.
//!
//! A body in JSON without a template is mostly the event's payload, as it arrived, with a line around it. The payload stands
//! with the event already, so of such a body only the line is stored, as an envelope.

use crate::{
    bulk::{Columns, Script},
    sql::sql_pair,
};
use domain::id::EventId;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// Bytes of SHA-256 that tell the contents of one event apart: nobody finds two that agree in 128 bits.
const HASH: usize = 16;

/// At how many braces a payload is looked for: a default body has it at the first or second.
const LOOKS: usize = 8;

/// Contents to be stored, in the order of their keys: two batches that share some can't wait for
/// each other in a circle.
#[derive(Debug, Default)]
pub(crate) struct Bodies<'a> {
    whole: BTreeMap<Key, &'a str>,
    envelopes: BTreeMap<Key, (&'a str, &'a str)>,
}

/// The event, and the hash of the content.
type Key = (EventId, Vec<u8>);

impl<'a> Bodies<'a> {
    /// Adds a content; returns its hash.
    pub(crate) fn add(&mut self, event: EventId, content: &'a str) -> Vec<u8> {
        let hash = hash(content);
        self.whole.insert((event, hash.clone()), content);
        hash
    }

    /// Adds the body of a request about an event with this payload; returns its hash.
    pub(crate) fn add_made_of(&mut self, event: EventId, payload: &str, content: &'a str) -> Vec<u8> {
        let Some(envelope) = envelope(content, payload) else { return self.add(event, content) };
        let hash = hash(content);
        self.envelopes.insert((event, hash.clone()), envelope);
        hash
    }

    /// Stores those that are new.
    pub(crate) fn insert(self, script: &mut Script) {
        let columns = keys(self.whole.keys())
            .bytes(self.whole.values().map(|content| Some(content.as_bytes().to_vec())));
        script.add(sql_pair!("bodies/insert"), columns);
        let columns = keys(self.envelopes.keys())
            .texts(self.envelopes.values().map(|(opening, _)| *opening))
            .texts(self.envelopes.values().map(|(_, closing)| *closing));
        script.add(sql_pair!("envelopes/insert"), columns);
    }
}

fn hash(content: &str) -> Vec<u8> {
    Sha256::digest(content)[..HASH].to_vec()
}

fn keys<'k>(keys: impl Iterator<Item = &'k Key> + Clone) -> Columns {
    Columns::default()
        .ints(keys.clone().map(|(event, _)| event.key()))
        .bytes(keys.map(|(_, hash)| Some(hash.clone())))
}

/// What comes before the payload, and after it, when it stands in the content as it is.
fn envelope<'a>(content: &'a str, payload: &str) -> Option<(&'a str, &'a str)> {
    // Texts of a database can't hold U+0000.
    if content.contains('\0') {
        return None;
    }
    let cut = |at: usize| Some((&content[..at], content[at..].strip_prefix(payload)?));
    content.match_indices('{').take(LOOKS).find_map(|(at, _)| cut(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_cut_out_of_what_carries_it() {
        let payload = r#"{"a":{"b":1}}"#;
        let cases = [
            (r#"{"data":{"a":{"b":1}}}"#, Some((r#"{"data":"#, "}"))),
            (payload, Some(("", ""))),
            (r#"{"data":{"a":{"b":2}}}"#, None),
            (r#"[{"a":{"b":{"a":{"b":1}}"#, Some((r#"[{"a":{"b":"#, ""))),
            ("a=1", None),
            ("", None),
            ("\0{\"a\":{\"b\":1}}", None),
        ];
        for (content, expected) in cases {
            assert_eq!(envelope(content, payload), expected, "{content}");
        }
    }
}
