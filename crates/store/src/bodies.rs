//! Contents of requests and answers: each distinct one stored once per event, beside what else belongs
//! to the event. Retries and webhooks of one event share theirs; what goes with an event goes at once.

use crate::{
    bulk::{Columns, Script},
    sql::sql_pair,
};
use domain::id::EventId;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// Bytes of SHA-256 that tell the contents of one event apart: nobody finds two that agree in 128 bits.
const HASH: usize = 16;

/// Contents to be stored, in the order of their keys: two batches that share some can't wait for
/// each other in a circle.
#[derive(Debug, Default)]
pub(crate) struct Bodies<'a>(BTreeMap<(EventId, Vec<u8>), &'a str>);

impl<'a> Bodies<'a> {
    /// Adds a content; returns its hash.
    pub(crate) fn add(&mut self, event: EventId, content: &'a str) -> Vec<u8> {
        let hash = Sha256::digest(content)[..HASH].to_vec();
        self.0.insert((event, hash.clone()), content);
        hash
    }

    /// Stores those that are new.
    pub(crate) fn insert(self, script: &mut Script) {
        let columns = Columns::default()
            .ints(self.0.keys().map(|(event, _)| event.key()))
            .bytes(self.0.keys().map(|(_, hash)| Some(hash.clone())))
            .bytes(self.0.values().map(|content| Some(content.as_bytes().to_vec())));
        script.add(sql_pair!("bodies/insert"), columns);
    }
}
