//! `/bins`: test receivers and what they caught. The receivers themselves answer under `/bin/{id}`.

use super::{
    Answer, Calls,
    auth::Caller,
    body::{JsonText, Members},
    created, ok,
    query::{Query, TextPath, page_of},
};
use axum::{
    extract::State,
    http::{Method, StatusCode},
    response::IntoResponse,
};
use domain::invalid::Invalid;
use engine::Engine;

pub(super) fn calls(calls: Calls) -> Calls {
    calls
        .on(Method::GET, "/bins", list)
        .on(Method::POST, "/bins", create)
        .on(Method::GET, "/bins/{id}", show)
        .on(Method::PATCH, "/bins/{id}", change)
        .on(Method::DELETE, "/bins/{id}", delete)
        .on(Method::GET, "/bins/{id}/requests", requests)
}

async fn list(State(engine): State<Engine>, Caller(who): Caller, mut query: Query) -> Answer {
    let page = query.page()?;
    query.done()?;
    Ok(ok(&page_of(engine.bins(&who).await?, page, |bin| bin.created_at.ms())))
}

async fn create(State(engine): State<Engine>, Caller(who): Caller, body: JsonText) -> Answer {
    let (status, delay_ms) = how(body.members_or_none()?)?;
    Ok(created(&engine.create_bin(&who, status, delay_ms).await?))
}

async fn show(State(engine): State<Engine>, Caller(who): Caller, TextPath(id): TextPath) -> Answer {
    Ok(ok(&engine.bin(&who, &id).await?))
}

async fn change(
    State(engine): State<Engine>,
    Caller(who): Caller,
    TextPath(id): TextPath,
    body: JsonText,
) -> Answer {
    let (status, delay_ms) = how(body.members()?)?;
    Ok(ok(&engine.update_bin(&who, &id, status, delay_ms).await?))
}

async fn delete(State(engine): State<Engine>, Caller(who): Caller, TextPath(id): TextPath) -> Answer {
    engine.delete_bin(&who, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn requests(
    State(engine): State<Engine>,
    Caller(who): Caller,
    TextPath(id): TextPath,
    mut query: Query,
) -> Answer {
    let page = query.page()?;
    query.done()?;
    Ok(ok(&page_of(engine.bin_requests(&who, &id).await?, page, |caught| caught.id.key())))
}

/// How a receiver is to answer; the engine knows the limits.
fn how(mut members: Members<'_>) -> Result<(Option<u32>, Option<u32>), Invalid> {
    let status = members.get("status", "an HTTP status");
    let delay_ms = members.get("delay_ms", "a number of milliseconds");
    members.done()?;
    Ok((status, delay_ms))
}
