//! `/marketplace`: its name and ids, what it decides about topics and events, and its secret key.

use super::{Answer, Calls, auth::Caller, body::JsonText, ok};
use axum::{
    extract::State,
    http::{Method, StatusCode},
    response::IntoResponse as _,
};
use engine::Engine;
use serde_json::json;

/// The key that goes out inside bodies; write-only.
const SECRET_KEY: &str = "/marketplace/secret-key";

pub(super) fn calls(calls: Calls) -> Calls {
    calls
        .on(Method::GET, "/marketplace", show)
        .on(Method::PATCH, "/marketplace", change)
        .on(Method::GET, SECRET_KEY, key_is_set)
        .on(Method::PUT, SECRET_KEY, set_key)
        .on(Method::DELETE, SECRET_KEY, remove_key)
}

async fn show(State(engine): State<Engine>, Caller(who): Caller) -> Answer {
    Ok(ok(&engine.marketplace(&who).await?))
}

async fn change(State(engine): State<Engine>, Caller(who): Caller, body: JsonText) -> Answer {
    Ok(ok(&engine.update_marketplace(&who, &body.members()?.into_map()?).await?))
}

async fn key_is_set(State(engine): State<Engine>, Caller(who): Caller) -> Answer {
    Ok(ok(&json!({ "set": engine.secret_key_is_set(&who).await? })))
}

async fn set_key(State(engine): State<Engine>, Caller(who): Caller, body: JsonText) -> Answer {
    let mut members = body.members()?;
    let key = members.needed_text("secret_key");
    members.done()?;
    engine.set_secret_key(&who, Some(&key)).await?;
    Ok(ok(&json!({ "set": true })))
}

async fn remove_key(State(engine): State<Engine>, Caller(who): Caller) -> Answer {
    engine.set_secret_key(&who, None).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
