//! `/deliveries`: the log, and *Retry*.

use super::{
    Answer, Calls,
    auth::Caller,
    body::JsonText,
    json, ok,
    query::{IdPath, Query},
};
use axum::{
    extract::State,
    http::{Method, StatusCode},
};
use domain::{delivery::DeliveryFilter, id};
use engine::Engine;

pub(super) fn calls(calls: Calls) -> Calls {
    calls.on(Method::GET, "/deliveries", list).on(Method::GET, "/deliveries/{id}", show).on(
        Method::POST,
        "/deliveries/{id}/retry",
        retry,
    )
}

async fn list(State(engine): State<Engine>, Caller(who): Caller, mut query: Query) -> Answer {
    let page = query.page()?;
    let mut filter = DeliveryFilter::default();
    query.filter(|name, text| filter.set(name, text))?;
    Ok(ok(&engine.deliveries(&who, &filter, page).await?))
}

async fn show(State(engine): State<Engine>, Caller(who): Caller, IdPath(id): IdPath<id::Delivery>) -> Answer {
    Ok(ok(&engine.delivery(&who, id).await?))
}

async fn retry(
    State(engine): State<Engine>,
    Caller(who): Caller,
    IdPath(id): IdPath<id::Delivery>,
    body: JsonText,
) -> Answer {
    let mut members = body.members_or_none()?;
    let which = members.get("body", "`same` or `render`").unwrap_or_default();
    members.done()?;
    Ok(json(StatusCode::ACCEPTED, &engine.retry(&who, id, which).await?))
}
