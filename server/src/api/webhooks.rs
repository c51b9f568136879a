//! `/webhooks`: what managers make, change and switch.

use super::{
    Answer, Calls,
    auth::Caller,
    body::JsonText,
    created, discarded, ok,
    problem::Problem,
    query::{IdPath, Query, page_of},
};
use axum::{extract::State, http::Method, response::Response};
use domain::{id, webhook::Webhook};
use engine::{Engine, Saved, Subject};
use serde_json::{Value, json};

/// The header of a deletion's answer that says how many deliveries were discarded.
pub(super) const DISCARDED: &str = "crier-discarded";

pub(super) fn calls(calls: Calls) -> Calls {
    calls
        .on(Method::GET, "/webhooks", list)
        .on(Method::POST, "/webhooks", create)
        .on(Method::GET, "/webhooks/{id}", show)
        .on(Method::PATCH, "/webhooks/{id}", change)
        .on(Method::DELETE, "/webhooks/{id}", delete)
        .on(Method::POST, "/webhooks/{id}/activate", activate)
        .on(Method::POST, "/webhooks/{id}/pause", pause)
        .on(Method::POST, "/webhooks/{id}/duplicate", duplicate)
        .on(Method::POST, "/webhooks/{id}/rotate-secret", rotate_secret)
        .on(Method::POST, "/webhooks/{id}/end-overlap", end_overlap)
        .on(Method::POST, "/webhooks/{id}/release", release)
        .on(Method::POST, "/webhooks/{id}/discard", discard)
        .on(Method::POST, "/webhooks/{id}/test", test)
        .on(Method::POST, "/webhooks/{id}/check", check)
}

type Webhooks = State<Engine>;
type WebhookId = IdPath<id::Webhook>;

async fn list(State(engine): Webhooks, Caller(who): Caller, mut query: Query) -> Answer {
    let page = query.page()?;
    query.done()?;
    let all = engine.webhooks(&who).await?.into_iter().map(|row| row.webhook).collect();
    Ok(ok(&page_of(all, page, |webhook: &Webhook| webhook.id.key())))
}

async fn create(State(engine): Webhooks, Caller(who): Caller, body: JsonText) -> Answer {
    let made = engine.create_webhook(&who, &body.members()?.into_map()?).await?;
    Ok(created(&with_secret(made)?))
}

async fn show(State(engine): Webhooks, Caller(who): Caller, IdPath(id): WebhookId) -> Answer {
    Ok(ok(&engine.webhook(&who, id).await?))
}

async fn change(
    State(engine): Webhooks,
    Caller(who): Caller,
    IdPath(id): WebhookId,
    body: JsonText,
) -> Answer {
    let saved = engine.update_webhook(&who, id, &body.members()?.into_map()?).await?;
    Ok(ok(&with_secret(saved)?))
}

async fn delete(State(engine): Webhooks, Caller(who): Caller, IdPath(id): WebhookId) -> Answer {
    Ok(discarded(engine.delete_webhook(&who, id).await?))
}

async fn activate(
    State(engine): Webhooks,
    Caller(who): Caller,
    IdPath(id): WebhookId,
    body: JsonText,
) -> Answer {
    let mut members = body.members_or_none()?;
    let held = members.get("held", "`release`, `keep` or `discard`").unwrap_or_default();
    members.done()?;
    Ok(ok(&engine.activate(&who, id, held).await?))
}

async fn pause(
    State(engine): Webhooks,
    Caller(who): Caller,
    IdPath(id): WebhookId,
    body: JsonText,
) -> Answer {
    body.members_or_none()?.done()?;
    Ok(ok(&engine.pause(&who, id).await?))
}

async fn duplicate(
    State(engine): Webhooks,
    Caller(who): Caller,
    IdPath(id): WebhookId,
    body: JsonText,
) -> Answer {
    body.members_or_none()?.done()?;
    Ok(created(&engine.duplicate(&who, id).await?))
}

async fn rotate_secret(
    State(engine): Webhooks,
    Caller(who): Caller,
    IdPath(id): WebhookId,
    body: JsonText,
) -> Answer {
    let mut members = body.members_or_none()?;
    let overlap_s = members.get("overlap_s", "a whole number of seconds");
    members.done()?;
    Ok(ok(&with_secret(engine.rotate_secret(&who, id, overlap_s).await?)?))
}

async fn end_overlap(
    State(engine): Webhooks,
    Caller(who): Caller,
    IdPath(id): WebhookId,
    body: JsonText,
) -> Answer {
    body.members_or_none()?.done()?;
    Ok(ok(&engine.end_overlap(&who, id).await?))
}

async fn release(
    State(engine): Webhooks,
    Caller(who): Caller,
    IdPath(id): WebhookId,
    body: JsonText,
) -> Answer {
    body.members_or_none()?.done()?;
    let released = engine.release(&who, id).await?;
    with_count(&engine.webhook(&who, id).await?, "released", released)
}

async fn discard(
    State(engine): Webhooks,
    Caller(who): Caller,
    IdPath(id): WebhookId,
    body: JsonText,
) -> Answer {
    body.members_or_none()?.done()?;
    let discarded = engine.discard(&who, id).await?;
    with_count(&engine.webhook(&who, id).await?, "discarded", discarded)
}

async fn test(State(engine): Webhooks, Caller(who): Caller, IdPath(id): WebhookId, body: JsonText) -> Answer {
    let mut members = body.members()?;
    let topic = members.needed_text("topic");
    let payload = members.raw("payload").map(|raw| raw.get().to_owned());
    members.done()?;
    Ok(ok(&engine.test(&who, Subject::Saved(id), &topic, payload).await?))
}

async fn check(
    State(engine): Webhooks,
    Caller(who): Caller,
    IdPath(id): WebhookId,
    body: JsonText,
) -> Answer {
    body.members_or_none()?.done()?;
    Ok(ok(&engine.check(&who, Subject::Saved(id)).await?))
}

/// The webhook with its signing secret, which is shown this once, when it is new.
pub(super) fn with_secret(Saved { webhook, secret }: Saved) -> Result<Value, Problem> {
    let mut value = value_of(&webhook)?;
    if let Some(secret) = secret {
        value["signing"]["secret"] = json!(secret.as_str());
    }
    Ok(value)
}

/// The webhook and how many deliveries an action moved.
fn with_count(webhook: &Webhook, name: &str, count: i64) -> Result<Response, Problem> {
    let mut value = value_of(webhook)?;
    value[name] = json!(count);
    Ok(ok(&value))
}

/// The webhook object.
pub(super) fn value_of(webhook: &Webhook) -> Result<Value, Problem> {
    serde_json::to_value(webhook).map_err(|_| engine::Error::Internal.into())
}
