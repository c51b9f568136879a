//! *Replay*: how much matches, with which body; then how far it is, and how the last ones went.

mod api;
mod form;
mod progress;

use super::head::Standing;
use crate::{
    components::card::card,
    page::{Answer, Visit},
    pages::deliveries::filters,
    pairs::Pairs,
};
use domain::{
    delivery::{DeliveryFilter, State},
    id::WebhookId,
    page::PageRequest,
    replay::{self, Replay},
};
use engine::Error;
use leptos::prelude::*;

/// Replays that the page lists.
const LISTED: u32 = 10;
/// The name in the address of the replay that is shown, also when it has ended.
const SHOWN: &str = "replay";

/// The element with the line over the log.
pub const LINE: &str = "replay-line";

/// The page of a webhook's replays; its filters are in the address.
fn address(id: WebhookId, filter: &Pairs) -> String {
    filter.on(&format!("/webhooks/{id}/replay"))
}

/// The way from the log to a replay of what it shows.
pub fn link(id: WebhookId, filter: &DeliveryFilter) -> String {
    address(id, &said(filter))
}

/// What the filter asks of one webhook's log, for an address or a form.
fn said(filter: &DeliveryFilter) -> Pairs {
    filter.said().into_iter().filter(|(name, _)| !matches!(*name, "webhook" | "test")).collect()
}

/// The log of the webhook with this filter.
fn log(id: WebhookId, filter: &DeliveryFilter) -> String {
    said(filter).on(&format!("/webhooks/{id}/deliveries"))
}

/// "Failed, topic learning.user.created"; empty without a filter.
fn in_words(filter: &DeliveryFilter) -> String {
    let states =
        filter.states.iter().map(|state: &State| crate::words::delivery_state(*state).word.to_owned());
    states.chain(filters::says(filter, &[]).into_iter().map(|(_, text)| text)).collect::<Vec<_>>().join(", ")
}

/// A line over the log while a replay runs, and the way to it; it renews itself with the log.
///
/// # Errors
/// The engine's.
pub async fn running(visit: &Visit, id: WebhookId) -> Result<AnyView, Error> {
    let newest = visit.engine.replays(&visit.who, id, PageRequest { limit: 1, before: None }).await?.data;
    Ok(progress::line(newest.iter().find(|replay| replay.state == replay::State::Running)))
}

/// `/webhooks/:id/replay`
pub async fn page(visit: Visit) -> Answer {
    let standing = Standing::of(&visit).await?;
    let webhook = standing.webhook();
    let (filter, wrong) = filters::read(&visit.query.without(SHOWN), Some(webhook.id));
    let request = PageRequest { limit: LISTED, before: None };
    let mut list = visit.engine.replays(&visit.who, webhook.id, request).await?.data;
    let asked = visit.query.some(SHOWN);
    let is_shown = |replay: &Replay| {
        asked.is_some_and(|id| id == replay.id.to_string()) || replay.state == replay::State::Running
    };
    let shown = list.iter().position(is_shown).map(|at| list.remove(at));
    let main = match &shown {
        Some(replay) => progress::panel(&visit, webhook, replay),
        None => form::panel(&visit, webhook, &filter, &wrong).await?,
    };
    let earlier =
        (!list.is_empty()).then(|| card("earlier", "Earlier replays", progress::history(&visit, &list)));
    Ok(standing.page(&visit, "/deliveries").body(view! { {main} {earlier} }))
}
