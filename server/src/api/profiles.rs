//! `/profiles`: known visitors and contacts, by the platform's own ids.

use super::{
    Answer, Calls,
    auth::Caller,
    body::JsonText,
    created, ok,
    problem::Problem,
    query::{Query, TextPath},
};
use axum::{
    extract::State,
    http::{Method, StatusCode},
    response::IntoResponse,
};
use domain::{
    page::Page,
    profile::{MAX_FIELDS_BYTES, Profile},
    time::Timestamp,
};
use engine::Engine;
use serde::Serialize;
use serde_json::value::RawValue;

pub(super) fn calls(calls: Calls) -> Calls {
    calls
        .on(Method::GET, "/profiles", list)
        .on(Method::GET, "/profiles/{id}", show)
        .on(Method::PUT, "/profiles/{id}", put)
        .on(Method::DELETE, "/profiles/{id}", delete)
}

/// A profile with its fields as JSON, as they were written.
#[derive(Serialize)]
struct Shown<'a> {
    id: &'a str,
    fields: &'a RawValue,
    created_at: Timestamp,
    updated_at: Timestamp,
}

fn shown(profile: &Profile) -> Result<Shown<'_>, Problem> {
    let Profile { id, fields, created_at, updated_at } = profile;
    let fields = serde_json::from_str(fields).map_err(|_| Problem::from(engine::Error::Internal))?;
    Ok(Shown { id, fields, created_at: *created_at, updated_at: *updated_at })
}

async fn list(State(engine): State<Engine>, Caller(who): Caller, mut query: Query) -> Answer {
    let page = query.page()?;
    query.done()?;
    let Page { data, next_cursor } = engine.profiles(&who, page).await?;
    let data = data.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    Ok(ok(&Page { data, next_cursor }))
}

async fn show(State(engine): State<Engine>, Caller(who): Caller, TextPath(id): TextPath) -> Answer {
    Ok(ok(&shown(&engine.profile(&who, &id).await?)?))
}

async fn put(
    State(engine): State<Engine>,
    Caller(who): Caller,
    TextPath(id): TextPath,
    body: JsonText<MAX_FIELDS_BYTES>,
) -> Answer {
    let (profile, is_new) = engine.put_profile(&who, &id, body.whole()?.get()).await?;
    let shown = shown(&profile)?;
    Ok(if is_new { created(&shown) } else { ok(&shown) })
}

async fn delete(State(engine): State<Engine>, Caller(who): Caller, TextPath(id): TextPath) -> Answer {
    engine.delete_profile(&who, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
