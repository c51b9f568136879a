//! Takes events in: checked, matched, and answered only after commit. Requests that come at the
//! same time share one commit.

mod admit;
mod check;
mod commit;
mod enter;

pub(crate) use admit::locked;
pub(crate) use commit::{Acceptor, Committer};

use crate::{Engine, Error, Permission, Result, Who, routing::Table};
use check::{Checked, Judged};
use domain::{
    format::{Json, parse_payload},
    id::EventId,
    invalid::Invalid,
    profile, search,
    time::Timestamp,
};
use enter::Request;

/// The most events in one batch.
pub const MAX_BATCH: usize = 1000;
/// A routing table that changes faster than this many times during one request is a defect.
const MOST_TRIES: usize = 10;

/// An event as a caller gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// A topic's key.
    pub topic: String,
    /// JSON text of an object; kept as it is written.
    pub payload: String,
    /// An idempotency key, at most 255 characters.
    pub id: Option<String>,
    /// When it happened; now when not given.
    pub occurred_at: Option<Timestamp>,
}

/// The answer to an accepted event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Accepted {
    /// The event's id.
    pub id: EventId,
    /// How many webhooks it goes to.
    pub deliveries: i64,
    /// Whether the same event was accepted before, and this is its first answer.
    #[serde(skip)]
    pub again: bool,
}

impl Engine {
    /// Accepts one event. Returns after the event and its deliveries are committed.
    ///
    /// # Errors
    /// `Invalid` for a payload or topic that breaks a rule or is not as the topic's schema wants it; `Conflict` when the idempotency key
    /// was used with other content.
    pub async fn accept(&self, who: &Who, event: NewEvent) -> Result<Accepted> {
        self.accept_known(who, event, None).await
    }

    /// Accepts the event of a visitor of whom this is known, unless a profile is stored: how the console imitates
    /// one. Without an id in the payload nobody is known.
    ///
    /// # Errors
    /// As [`Engine::accept`]; `Invalid` at `profile` for what is no JSON object.
    pub async fn accept_with_profile(&self, who: &Who, event: NewEvent, fields: &str) -> Result<Accepted> {
        let at = |mut wrong: Invalid| {
            wrong.errors.iter_mut().for_each(|error| "profile".clone_into(&mut error.field));
            wrong
        };
        let fields = profile::read_fields(fields).map_err(at)?;
        let payload = parse_payload(&event.payload).ok();
        let known = payload.as_ref().and_then(profile::id_in).map(|id| profile::carried(id, fields));
        self.accept_known(who, event, known).await
    }

    /// Accepts the event of a visitor who is `known`, if not from a stored profile then from this one.
    pub(crate) async fn accept_known(
        &self,
        who: &Who,
        event: NewEvent,
        known: Option<Json>,
    ) -> Result<Accepted> {
        who.must(Permission::Publish)?;
        let mut checked = match self.judge(who, event, "").await? {
            Judged::New(checked) => checked,
            Judged::Again(first) => return Ok(first),
        };
        if checked.event.context.profile.is_none() && known.is_some() {
            checked.terms = search::terms_of(&checked.payload, known.as_ref());
            checked.event.context.profile = known;
        }
        let accepted = self.commit(who, vec![checked]).await?;
        accepted.into_iter().next().ok_or(Error::Internal)
    }

    /// Accepts up to [`MAX_BATCH`] events in their order, all or none.
    ///
    /// # Errors
    /// As [`Engine::accept`]; fields start with `events.<index>.`.
    pub async fn accept_batch(&self, who: &Who, events: Vec<NewEvent>) -> Result<Vec<Accepted>> {
        who.must(Permission::Publish)?;
        if !(1..=MAX_BATCH).contains(&events.len()) {
            let message = format!("A batch holds 1 to {MAX_BATCH} events.");
            return Err(Invalid::one("events", message).into());
        }
        let mut invalid = Invalid::default();
        let (mut checked, mut again) = (Vec::with_capacity(events.len()), Vec::new());
        for (at, event) in events.into_iter().enumerate() {
            match self.judge(who, event, &format!("events.{at}.")).await {
                Ok(Judged::New(event)) => checked.push(event),
                Ok(Judged::Again(first)) => again.push((at, first)),
                Err(Error::Invalid(errors)) => invalid.extend(errors),
                Err(other) => return Err(other),
            }
        }
        invalid.into_result()?;
        for (place, event) in checked.iter_mut().enumerate() {
            event.place = place;
        }
        let answers = if checked.is_empty() { Vec::new() } else { self.commit(who, checked).await? };
        Ok(woven(answers, again))
    }

    /// Judges all of them by this table. Those that it keeps out but that were accepted before are taken out, and told
    /// with their places and first answers.
    async fn admit_all(
        &self,
        who: &Who,
        table: &Table,
        events: &mut Vec<Checked>,
    ) -> Result<Vec<(usize, Accepted)>> {
        let (mut again, mut invalid) = (Vec::new(), Invalid::default());
        let mut at = 0;
        while let Some(event) = events.get_mut(at) {
            let Err(errors) = event.admit(table) else {
                at += 1;
                continue;
            };
            let key = event.event.idempotency_key.clone();
            match self.first_answer(who, key.as_deref(), &event.fingerprint).await? {
                Some(first) => again.push((events.remove(at).place, first)),
                None => {
                    invalid.extend(errors);
                    at += 1;
                }
            }
        }
        invalid.into_result()?;
        Ok(again)
    }

    /// Matches and commits; anew when the routing changed meanwhile, and then topics and schemas are judged anew too.
    async fn commit(&self, who: &Who, mut events: Vec<Checked>) -> Result<Vec<Accepted>> {
        let mut table = self.table(who.marketplace.id).await?;
        let mut again = Vec::new();
        for _ in 0..MOST_TRIES {
            // The table may be newer than the one that let them in.
            again.extend(self.admit_all(who, &table, &mut events).await?);
            if events.is_empty() {
                return Ok(woven(Vec::new(), again));
            }
            let request = Request::new(&table, &events);
            let committed = self.0.acceptor.submit(request).await.ok_or(Error::Unavailable)??;
            match committed {
                store::Accepted::Stored(receipts) => {
                    let answer = |r: &store::Receipt| Accepted {
                        id: r.event,
                        deliveries: r.deliveries,
                        again: r.again,
                    };
                    return Ok(woven(receipts.iter().map(answer).collect(), again));
                }
                store::Accepted::KeyConflict { index } => {
                    let key = events.get(index).and_then(|event| event.event.idempotency_key.as_deref());
                    let key = key.unwrap_or_default();
                    return Err(Error::conflict(format!("The id {key:?} was used for another event.")));
                }
                store::Accepted::Stale => {
                    // Boxed, because they are large and seldom needed.
                    Box::pin(self.still_publishes(who)).await?;
                    table = Box::pin(self.newer_table(who.marketplace.id, Some(table.version))).await?;
                }
            }
        }
        Err(Error::internal("accept", "the routing never stands still"))
    }
}

/// Puts first answers in their places among the others.
fn woven(mut answers: Vec<Accepted>, mut again: Vec<(usize, Accepted)>) -> Vec<Accepted> {
    // In ascending order, so each comes to its own place.
    again.sort_by_key(|(place, _)| *place);
    again.into_iter().for_each(|(place, first)| answers.insert(place, first));
    answers
}
