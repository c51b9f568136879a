//! What the forms of campaigns do.

use super::form::{complete, in_form, patch};
use crate::{
    codec::HtmlForm,
    context::Caller,
    form::{Next, Tone, act},
    ids::TEST_RESULT,
    pairs::Pairs,
};
use domain::{campaign::Campaign, id::CampaignId};
use engine::{Error, OnHeld, Result};
use leptos::prelude::*;

fn id(form: &Pairs) -> Result<CampaignId> {
    form.get("id").parse().map_err(|_| Error::NotFound)
}

/// The page that the form stands on.
fn page(form: &Pairs) -> String {
    form.some("id").map_or_else(|| "/campaigns/new".to_owned(), |id| format!("/campaigns/{id}"))
}

/// Creates the campaign, or saves its changes.
async fn save(caller: &Caller, form: &Pairs) -> Result<Campaign> {
    let saved = match form.some("id") {
        Some(_) => caller.engine.update_campaign(&caller.who, id(form)?, &patch(form)).await,
        None => caller.engine.create_campaign(&caller.who, &patch(form)).await,
    };
    saved.map_err(|error| in_form(error, form))
}

/// Creates the campaign, or saves its changes; a draft may lack parts.
#[server(prefix = "/do", endpoint = "campaigns/save", input = HtmlForm)]
pub async fn save_campaign(form: Pairs) -> Result<(), ServerFnError> {
    act(page(&form), form, |caller, form| async move {
        let saved = save(&caller, &form).await?;
        Ok(Next::to(format!("/campaigns/{}", saved.id)).say("Saved."))
    })
    .await
}

/// Saves what stands in the form and lets it start; nothing is saved while a part is missing.
#[server(prefix = "/do", endpoint = "campaigns/activate", input = HtmlForm)]
pub async fn activate_campaign(form: Pairs) -> Result<(), ServerFnError> {
    act(page(&form), form, |caller, form| async move {
        complete(&form)?;
        let saved = save(&caller, &form).await?;
        caller.engine.activate_campaign(&caller.who, saved.id, OnHeld::Release).await?;
        Ok(Next::to(format!("/campaigns/{}", saved.id))
            .say("Active: the next view that its trigger takes starts it."))
    })
    .await
}

/// Sends a test of what stands in the form, saved or not, and shows the answer under it.
#[server(prefix = "/do", endpoint = "campaigns/test", input = HtmlForm)]
pub async fn test_campaign(form: Pairs) -> Result<(), ServerFnError> {
    let page = format!("{}#{TEST_RESULT}", page(&form));
    act(page.clone(), form, |caller, form| async move {
        let id = form.some("id").map(|_| id(&form)).transpose()?;
        let delivery = caller.engine.test_campaign(&caller.who, id, &patch(&form)).await;
        let delivery = delivery.map_err(|error| in_form(error, &form))?;
        Ok(Next::to(page).keep(&form).with("test", delivery))
    })
    .await
}

/// Stops sending; what it would send meanwhile waits.
#[server(prefix = "/do", endpoint = "campaigns/pause", input = HtmlForm)]
pub async fn pause_campaign(form: Pairs) -> Result<(), ServerFnError> {
    act(page(&form), form, |caller, form| async move {
        caller.engine.pause_campaign(&caller.who, id(&form)?).await?;
        let text = "Paused: what it would send waits until you activate it again.";
        Ok(Next::to(page(&form)).tell(Tone::Info, text))
    })
    .await
}

/// Deletes a campaign and its webhook; the log stays.
#[server(prefix = "/do", endpoint = "campaigns/delete", input = HtmlForm)]
pub async fn delete_campaign(form: Pairs) -> Result<(), ServerFnError> {
    act(page(&form), form, |caller, form| async move {
        let waiting = match caller.engine.delete_campaign(&caller.who, id(&form)?).await? {
            0 => String::new(),
            1 => " 1 waiting delivery was discarded.".to_owned(),
            n => format!(" {n} waiting deliveries were discarded."),
        };
        Ok(Next::to("/campaigns").say(format!("Deleted with its webhook; the log stays.{waiting}")))
    })
    .await
}
