//! What a caller may publish, and what is kept beside it.

use super::NewEvent;
use crate::{Engine, Result, Who};
use domain::{
    event::{Context, Event, MAX_IDEMPOTENCY_KEY},
    format::{Json, parse_payload},
    invalid::Invalid,
    search,
};
use sha2::{Digest as _, Sha256};

/// An event that may be stored.
#[derive(Debug)]
pub(super) struct Checked {
    /// Of its context only the profile: the rest the routing table knows. Id and moment of acceptance are those of
    /// the commit later.
    pub(super) event: Event,
    pub(super) payload: Json,
    /// Empty without an idempotency key.
    pub(super) fingerprint: String,
    pub(super) terms: Vec<i64>,
}

impl Engine {
    /// Checks everything that does not depend on webhooks. `prefix` goes before the fields.
    pub(super) async fn check_event(&self, who: &Who, new: NewEvent, prefix: &str) -> Result<Checked> {
        let mut invalid = Invalid::default();
        if !self.knows_topic(who, &new.topic).await? {
            let message = format!("There is no topic {:?} in this marketplace.", new.topic);
            invalid.push(format!("{prefix}topic"), message);
        }
        if let Some(id) = &new.id
            && !(1..=MAX_IDEMPOTENCY_KEY).contains(&id.chars().count())
        {
            invalid.push(format!("{prefix}id"), "The id has 1 to 255 characters.");
        }
        let payload = parse_payload(&new.payload).unwrap_or_else(|mut errors| {
            errors.errors.iter_mut().for_each(|error| error.field.insert_str(0, prefix));
            invalid.extend(errors);
            Json::Null
        });
        invalid.into_result()?;
        let fingerprint = new.id.as_ref().map_or_else(String::new, |_| fingerprint(&new));
        let profile = self.profile_in(who.marketplace.id, &payload).await?;
        let terms = search::terms_of(&payload, profile.as_ref());
        let received_at = self.0.clock.now();
        let event = Event {
            id: self.0.generator.id(),
            topic: new.topic,
            payload: new.payload,
            occurred_at: new.occurred_at.unwrap_or(received_at),
            received_at,
            idempotency_key: new.id,
            context: Context { profile, ..Context::default() },
            test: false,
        };
        Ok(Checked { event, payload, fingerprint, terms })
    }

    /// Whether events may have this topic. A topic that the table does not know may be new.
    pub(crate) async fn knows_topic(&self, who: &Who, key: &str) -> Result<bool> {
        let marketplace = who.marketplace.id;
        if self.table(marketplace).await?.topic(key).is_some() {
            return Ok(true);
        }
        Ok(Box::pin(self.current_table(marketplace)).await?.topic(key).is_some())
    }
}

/// Tells a repetition from another use of the same idempotency key.
fn fingerprint(new: &NewEvent) -> String {
    let mut hash = Sha256::new();
    // Topics hold no NUL, so the parts can't be shifted into each other.
    hash.update(new.topic.as_bytes());
    hash.update([0]);
    hash.update(new.occurred_at.map_or_else(String::new, |at| at.to_string()).as_bytes());
    hash.update([0]);
    hash.update(new.payload.as_bytes());
    hex::encode(hash.finalize())
}
