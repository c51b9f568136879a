//! `/marketplace`: its name and ids, and what it decides about topics and events.

use super::{Answer, Calls, auth::Caller, body::JsonText, ok};
use axum::{extract::State, http::Method};
use engine::Engine;

pub(super) fn calls(calls: Calls) -> Calls {
    calls.on(Method::GET, "/marketplace", show).on(Method::PATCH, "/marketplace", change)
}

async fn show(State(engine): State<Engine>, Caller(who): Caller) -> Answer {
    Ok(ok(&engine.marketplace(&who).await?))
}

async fn change(State(engine): State<Engine>, Caller(who): Caller, body: JsonText) -> Answer {
    Ok(ok(&engine.update_marketplace(&who, &body.members()?.into_map()?).await?))
}
