//! `/campaigns`: website triggers, each with the webhook that it owns.

use super::{
    Answer, Calls,
    auth::Caller,
    body::JsonText,
    created, discarded, ok,
    query::{IdPath, Query, page_of},
};
use axum::{extract::State, http::Method};
use domain::{campaign::Campaign, id};
use engine::Engine;

pub(super) fn calls(calls: Calls) -> Calls {
    calls
        .on(Method::GET, "/campaigns", list)
        .on(Method::POST, "/campaigns", create)
        .on(Method::GET, "/campaigns/{id}", show)
        .on(Method::PATCH, "/campaigns/{id}", change)
        .on(Method::DELETE, "/campaigns/{id}", delete)
        .on(Method::POST, "/campaigns/{id}/activate", activate)
        .on(Method::POST, "/campaigns/{id}/pause", pause)
}

type CampaignId = IdPath<id::Campaign>;

async fn list(State(engine): State<Engine>, Caller(who): Caller, mut query: Query) -> Answer {
    let page = query.page()?;
    query.done()?;
    let all = engine.campaigns(&who).await?.into_iter().map(|row| row.campaign).collect();
    Ok(ok(&page_of(all, page, |campaign: &Campaign| campaign.id.key())))
}

async fn create(State(engine): State<Engine>, Caller(who): Caller, body: JsonText) -> Answer {
    Ok(created(&engine.create_campaign(&who, &body.members()?.into_map()?).await?))
}

async fn show(State(engine): State<Engine>, Caller(who): Caller, IdPath(id): CampaignId) -> Answer {
    Ok(ok(&engine.campaign(&who, id).await?))
}

async fn change(
    State(engine): State<Engine>,
    Caller(who): Caller,
    IdPath(id): CampaignId,
    body: JsonText,
) -> Answer {
    Ok(ok(&engine.update_campaign(&who, id, &body.members()?.into_map()?).await?))
}

async fn delete(State(engine): State<Engine>, Caller(who): Caller, IdPath(id): CampaignId) -> Answer {
    Ok(discarded(engine.delete_campaign(&who, id).await?))
}

async fn activate(
    State(engine): State<Engine>,
    Caller(who): Caller,
    IdPath(id): CampaignId,
    body: JsonText,
) -> Answer {
    let mut members = body.members_or_none()?;
    let held = members.get("held", "`release`, `keep` or `discard`").unwrap_or_default();
    members.done()?;
    Ok(ok(&engine.activate_campaign(&who, id, held).await?))
}

async fn pause(
    State(engine): State<Engine>,
    Caller(who): Caller,
    IdPath(id): CampaignId,
    body: JsonText,
) -> Answer {
    body.members_or_none()?.done()?;
    Ok(ok(&engine.pause_campaign(&who, id).await?))
}
