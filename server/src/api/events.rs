//! `/events`: publishing, alone or in batches, and reading what was published.

use super::{
    Answer, Calls, Whole,
    auth::Caller,
    body::{BATCH_LIMIT, JsonText, Members},
    json, ok,
    query::{IdPath, Query},
};
use crate::api::problem::Problem;
use axum::{
    extract::State,
    http::{Method, StatusCode},
    response::Response,
};
use domain::{
    delivery::DeliveryRow,
    event::{Event, EventFilter},
    id::{self, EventId},
    invalid::{FieldError, Invalid},
    time::Timestamp,
};
use engine::{Engine, Erased, NewEvent};
use serde::Serialize;
use serde_json::value::RawValue;

pub(super) fn calls(calls: Calls) -> Calls {
    calls
        .on(Method::POST, "/events", publish)
        .on(Method::POST, "/events/batch", publish_batch)
        .on(Method::POST, "/events/erase", erase)
        .on(Method::GET, "/events", list)
        .on(Method::GET, "/events/{id}", show)
        .on(Method::GET, "/events/{id}/explain", explain)
}

async fn publish(State(engine): State<Engine>, Caller(who): Caller, body: JsonText) -> Answer {
    let event = new_event(body.members()?)?;
    let accepted = engine.accept(&who, event).await?;
    Ok(json(if accepted.again { StatusCode::OK } else { StatusCode::ACCEPTED }, &accepted))
}

async fn publish_batch(
    State(engine): State<Engine>,
    Caller(who): Caller,
    body: JsonText<BATCH_LIMIT>,
) -> Answer {
    let mut members = body.members()?;
    let raw: Option<Vec<&RawValue>> = match members.raw("events").map(|raw| serde_json::from_str(raw.get())) {
        Some(Ok(list)) => Some(list),
        Some(Err(_)) => {
            members.wrong("events", "This has to be a list of events.");
            None
        }
        None => {
            members.missing("events");
            None
        }
    };
    members.done()?;
    let raw = raw.unwrap_or_default();
    if raw.len() > engine::MAX_BATCH {
        let most = engine::MAX_BATCH;
        return Err(Invalid::one("events", format!("A batch holds at most {most} events.")).into());
    }
    let mut invalid = Invalid::default();
    let mut events = Vec::with_capacity(raw.len());
    for (at, raw) in raw.into_iter().enumerate() {
        match Members::of(raw, &format!("events.{at}.")).and_then(new_event) {
            Ok(event) => events.push(event),
            Err(wrong) => invalid.extend(wrong),
        }
    }
    invalid.into_result()?;
    let data = engine.accept_batch(&who, events).await?;
    Ok(json(StatusCode::ACCEPTED, &Whole::of(data)))
}

/// Reads an event. The payload stays as it is written: its member order and its spelling of numbers
/// reach the receivers.
fn new_event(mut members: Members<'_>) -> Result<NewEvent, Invalid> {
    let topic = members.needed_text("topic");
    let payload = members.raw("payload").map(|raw| raw.get().to_owned());
    if payload.is_none() {
        members.missing("payload");
    }
    let id = members.text("id");
    let occurred_at = members.get::<Timestamp>("occurred_at", "a time such as 2026-11-30T16:51:00Z");
    members.done()?;
    Ok(NewEvent { topic, payload: payload.unwrap_or_default(), id, occurred_at })
}

/// What was found, and whether it is gone.
#[derive(Serialize)]
struct Erasure {
    #[serde(flatten)]
    found: Erased,
    erased: bool,
}

async fn erase(State(engine): State<Engine>, Caller(who): Caller, body: JsonText) -> Answer {
    let mut members = body.members()?;
    let value = members.needed_text("value");
    let dry_run = members.get("dry_run", "true or false").unwrap_or(false);
    members.done()?;
    let found =
        if dry_run { engine.erasable(&who, &value).await? } else { engine.erase(&who, &value).await? };
    Ok(ok(&Erasure { found, erased: !dry_run }))
}

async fn list(State(engine): State<Engine>, Caller(who): Caller, mut query: Query) -> Answer {
    let page = query.page()?;
    let mut filter = EventFilter::default();
    query.filter(|name, text| filter.set(name, text))?;
    Ok(ok(&engine.events(&who, &filter, page).await?))
}

/// An event with its payload as JSON, not as a text.
#[derive(Serialize)]
struct Shown<'a> {
    id: EventId,
    topic: &'a str,
    payload: &'a RawValue,
    profile: Option<Box<RawValue>>,
    occurred_at: Timestamp,
    received_at: Timestamp,
    idempotency_key: Option<&'a str>,
    test: bool,
    schema_errors: &'a [FieldError],
    deliveries: &'a [DeliveryRow],
}

async fn show(
    State(engine): State<Engine>,
    Caller(who): Caller,
    IdPath(id): IdPath<id::Event>,
) -> Answer<Response> {
    let detail = engine.event(&who, id).await?;
    let Event { id, topic, payload, occurred_at, received_at, idempotency_key, test, context } =
        &detail.event;
    let payload = serde_json::from_str(payload).map_err(|_| Problem::from(engine::Error::Internal))?;
    let profile = context.profile.as_ref().map(|profile| RawValue::from_string(profile.to_text()));
    let profile = profile.transpose().map_err(|_| Problem::from(engine::Error::Internal))?;
    Ok(ok(&Shown {
        id: *id,
        topic,
        payload,
        profile,
        occurred_at: *occurred_at,
        received_at: *received_at,
        idempotency_key: idempotency_key.as_deref(),
        test: *test,
        schema_errors: &context.schema_errors,
        deliveries: &detail.deliveries,
    }))
}

async fn explain(State(engine): State<Engine>, Caller(who): Caller, IdPath(id): IdPath<id::Event>) -> Answer {
    Ok(ok(&Whole::of(engine.explain(&who, id).await?)))
}
