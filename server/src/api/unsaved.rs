//! `/webhooks/test` and `/webhooks/check`: *Send test* and *Test connection* before anything is saved.

use super::{
    Answer, Calls,
    auth::Caller,
    body::{JsonText, Members},
    ok,
};
use axum::{extract::State, http::Method};
use domain::{id::WebhookId, invalid::Invalid};
use engine::{Engine, Subject};

pub(super) fn calls(calls: Calls) -> Calls {
    calls.on(Method::POST, "/webhooks/test", test).on(Method::POST, "/webhooks/check", check)
}

async fn test(State(engine): State<Engine>, Caller(who): Caller, body: JsonText) -> Answer {
    let mut members = body.members()?;
    let subject = subject(&mut members)?;
    let topic = members.needed_text("topic");
    let payload = members.raw("payload").map(|raw| raw.get().to_owned());
    members.done()?;
    Ok(ok(&engine.test(&who, subject, &topic, payload).await.map_err(placed)?))
}

async fn check(State(engine): State<Engine>, Caller(who): Caller, body: JsonText) -> Answer {
    let mut members = body.members()?;
    let subject = subject(&mut members)?;
    // A check sends no event, but one body may serve both calls.
    members.text("topic");
    members.raw("payload");
    members.done()?;
    Ok(ok(&engine.check(&who, subject).await.map_err(placed)?))
}

/// Reads `webhook` and `from`.
fn subject(members: &mut Members<'_>) -> Result<Subject, Invalid> {
    let webhook = match members.raw("webhook") {
        Some(raw) => Members::of(raw, "webhook.")?.into_map()?,
        None => {
            members.missing("webhook");
            serde_json::Map::new()
        }
    };
    let from = members.get::<WebhookId>("from", "the id of a webhook");
    Ok(Subject::Unsaved { webhook, from })
}

/// Errors of the webhook stand at `webhook.…` here, where the webhook is a part of the body.
fn placed(error: engine::Error) -> engine::Error {
    let engine::Error::Invalid(mut invalid) = error else { return error };
    for wrong in &mut invalid.errors {
        if !matches!(wrong.field.as_str(), "topic" | "payload" | "from") {
            wrong.field = format!("webhook.{}", wrong.field);
        }
    }
    engine::Error::Invalid(invalid)
}
