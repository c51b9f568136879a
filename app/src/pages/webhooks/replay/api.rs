//! What the forms of replays do.

use super::{SHOWN, address};
use crate::{
    codec::HtmlForm,
    form::{Next, act},
    pages::deliveries::filters,
    pairs::Pairs,
};
use domain::id::{ReplayId, WebhookId};
use engine::{Error, Result, RetryBody};
use leptos::prelude::*;

/// Names in the form that are no filters.
const OTHERS: [&str; 3] = ["id", "body", SHOWN];

fn id(form: &Pairs) -> Result<WebhookId> {
    form.get("id").parse().map_err(|_| Error::NotFound)
}

/// The page of the form, with its filters.
fn page(form: &Pairs) -> String {
    let filters: Pairs = form.iter().filter(|(name, _)| !OTHERS.contains(name)).collect();
    filters.on(&format!("/webhooks/{}/replay", form.get("id")))
}

/// The page of one replay.
fn shown(webhook: WebhookId, replay: ReplayId) -> String {
    address(webhook, &Pairs::from_iter([(SHOWN, replay.to_string())]))
}

/// Sends again what the filters match.
#[server(prefix = "/do", endpoint = "webhooks/replay", input = HtmlForm)]
pub async fn start_replay(form: Pairs) -> Result<(), ServerFnError> {
    act(page(&form), form, |caller, form| async move {
        let id = id(&form)?;
        let filters = OTHERS.iter().fold(form.clone(), |form, name| form.without(name));
        let (filter, wrong) = filters::read(&filters, None);
        wrong.into_result()?;
        let body = if form.get("body") == "render" { RetryBody::Render } else { RetryBody::Same };
        let replay = caller.engine.start_replay(&caller.who, id, &filter, body).await?;
        Ok(Next::to(shown(id, replay.id)))
    })
    .await
}

/// Puts no more of a replay in line.
#[server(prefix = "/do", endpoint = "webhooks/stop-replay", input = HtmlForm)]
pub async fn stop_replay(form: Pairs) -> Result<(), ServerFnError> {
    act(page(&form), form, |caller, form| async move {
        let id = id(&form)?;
        let replay = form.get(SHOWN).parse().map_err(|_| Error::NotFound)?;
        let stopped = caller.engine.stop_replay(&caller.who, id, replay).await?;
        Ok(Next::to(shown(id, stopped.id)))
    })
    .await
}
