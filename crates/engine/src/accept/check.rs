//! What a caller may publish, and what is kept beside it.

use super::{Accepted, NewEvent};
use crate::{Engine, Error, Result, Who, routing::Table};
use domain::{
    event::{Context, Event, MAX_IDEMPOTENCY_KEY},
    format::{Json, parse_payload},
    invalid::{FieldError, Invalid},
    search,
};
use sha2::{Digest as _, Sha256};

/// An event that may be stored.
#[derive(Debug)]
pub(super) struct Checked {
    /// Its context holds what was noted and the profile; the ids are the routing table's. Id and moment of acceptance
    /// are those of the commit later.
    pub(super) event: Event,
    pub(super) payload: Json,
    /// Empty without an idempotency key.
    pub(super) fingerprint: String,
    pub(super) terms: Vec<i64>,
    /// Its place among those that are committed together, from 0.
    pub(super) place: usize,
    /// Where it stands in the request: before the fields of errors.
    prefix: String,
    /// The version of the table that let it in.
    admitted_by: i64,
}

/// What a check comes to.
#[expect(clippy::large_enum_variant, reason = "nearly every one is the large one, and moves on at once")]
pub(super) enum Judged {
    /// May be stored, unless it stands there already.
    New(Checked),
    /// May not be accepted any more, but was: this is its first answer.
    Again(Accepted),
}

impl Checked {
    /// Judges it by this table, unless that was done.
    ///
    /// # Errors
    /// What keeps it out by now.
    pub(super) fn admit(&mut self, table: &Table) -> Result<(), Invalid> {
        if self.admitted_by != table.version {
            let noted = table.admit(&self.event.topic, Some(&self.payload));
            self.event.context.schema_errors = noted.map_err(|errors| prefixed(errors, &self.prefix))?;
            self.admitted_by = table.version;
        }
        Ok(())
    }
}

fn prefixed(mut errors: Invalid, prefix: &str) -> Invalid {
    errors.errors.iter_mut().for_each(|error| error.field.insert_str(0, prefix));
    errors
}

impl Engine {
    /// Checks everything that does not depend on webhooks. `prefix` goes before the fields.
    ///
    /// # Errors
    /// `Invalid`, unless it is the repetition of an event that was accepted under other rules: who did not
    /// get the answer then gets it now.
    pub(super) async fn judge(&self, who: &Who, new: NewEvent, prefix: &str) -> Result<Judged> {
        let key = new.id.clone();
        let fingerprint = key.as_ref().map_or_else(String::new, |_| fingerprint(&new));
        match (self.check_event(who, new, &fingerprint, prefix).await, key) {
            (Ok(checked), _) => Ok(Judged::New(checked)),
            (Err(Error::Invalid(errors)), key) => {
                let first = self.first_answer(who, key.as_deref(), &fingerprint).await?;
                Ok(Judged::Again(first.ok_or(errors)?))
            }
            (Err(error), _) => Err(error),
        }
    }

    /// What was answered when an event with this idempotency key and content was accepted, if one was.
    pub(super) async fn first_answer(
        &self,
        who: &Who,
        key: Option<&str>,
        fingerprint: &str,
    ) -> Result<Option<Accepted>> {
        let Some(key) = key else { return Ok(None) };
        let first = self.0.store.accepted_before(who.marketplace.id, key, fingerprint).await?;
        Ok(first.map(|(id, deliveries)| Accepted { id, deliveries, again: true }))
    }

    async fn check_event(
        &self,
        who: &Who,
        new: NewEvent,
        fingerprint: &str,
        prefix: &str,
    ) -> Result<Checked> {
        let mut invalid = Invalid::default();
        let payload = parse_payload(&new.payload);
        let (admitted_by, noted) = self.admit(who, &new.topic, payload.as_ref().ok()).await?;
        let noted = match noted {
            Ok(noted) => noted,
            Err(errors) => {
                invalid.extend(prefixed(errors, prefix));
                Vec::new()
            }
        };
        if let Some(id) = &new.id
            && !(1..=MAX_IDEMPOTENCY_KEY).contains(&id.chars().count())
        {
            invalid.push(format!("{prefix}id"), "The id has 1 to 255 characters.");
        }
        let payload = payload.unwrap_or_else(|errors| {
            invalid.extend(prefixed(errors, prefix));
            Json::Null
        });
        invalid.into_result()?;
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
            context: Context { schema_errors: noted, profile, ..Context::default() },
            test: false,
        };
        let (fingerprint, prefix) = (fingerprint.to_owned(), prefix.to_owned());
        Ok(Checked { event, payload, fingerprint, terms, place: 0, prefix, admitted_by })
    }

    /// Whether events may have this topic. A topic that the table does not know may be new.
    pub(crate) async fn knows_topic(&self, who: &Who, key: &str) -> Result<bool> {
        let marketplace = who.marketplace.id;
        if self.table(marketplace).await?.topic(key).is_some() {
            return Ok(true);
        }
        Ok(Box::pin(self.current_table(marketplace)).await?.topic(key).is_some())
    }

    /// Judges by the table at hand, whose version is told; what it keeps out may be let in by now, so that is judged by
    /// the newest one.
    async fn admit(
        &self,
        who: &Who,
        topic: &str,
        payload: Option<&Json>,
    ) -> Result<(i64, Result<Vec<FieldError>, Invalid>)> {
        let marketplace = who.marketplace.id;
        let mut table = self.table(marketplace).await?;
        let mut noted = table.admit(topic, payload);
        if noted.is_err() {
            table = Box::pin(self.current_table(marketplace)).await?;
            noted = table.admit(topic, payload);
        }
        Ok((table.version, noted))
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
