//! What the forms of webhooks do.

use super::form::patch;
use crate::{
    codec::HtmlForm,
    form::{Next, Tone, act},
    ids::TEST_RESULT,
    pairs::Pairs,
};
use domain::id::WebhookId;
use engine::{Error, OnHeld, Result, Saved, Subject};
use leptos::prelude::*;

/// The webhook that a form is about.
fn id(form: &Pairs) -> Result<WebhookId> {
    form.get("id").parse().map_err(|_| Error::NotFound)
}

/// The page that the form stands on.
fn form_page(form: &Pairs) -> String {
    form.some("id").map_or("/webhooks/new".into(), |id| format!("/webhooks/{id}/settings"))
}

/// Where a webhook's buttons lead back to.
fn back(form: &Pairs) -> String {
    form.some("back").map_or_else(|| format!("/webhooks/{}", form.get("id")), str::to_owned)
}

/// The signing secret that is shown once.
fn text(saved: &Saved) -> Option<&str> {
    saved.secret.as_ref().map(|secret| secret.as_str())
}

/// Creates the webhook, or saves its changes.
#[server(prefix = "/do", endpoint = "webhooks/save", input = HtmlForm)]
pub async fn save_webhook(form: Pairs) -> Result<(), ServerFnError> {
    act(form_page(&form), form, |caller, form| async move {
        if form.some("id").is_some() {
            let saved = caller.engine.update_webhook(&caller.who, id(&form)?, &patch(&form)).await?;
            let next = Next::to(format!("/webhooks/{}/settings", saved.webhook.id));
            return Ok(next.say("Saved.").with("secret", text(&saved)));
        }
        let created = caller.engine.create_webhook(&caller.who, &patch(&form)).await?;
        let next = Next::to(format!("/webhooks/{}", created.webhook.id));
        Ok(next.say("Saved as a draft. Activate it when you are ready.").with("secret", text(&created)))
    })
    .await
}

/// Sends a test of what stands in the form, saved or not, and shows the answer under it.
#[server(prefix = "/do", endpoint = "webhooks/test-form", input = HtmlForm)]
pub async fn test_webhook_form(form: Pairs) -> Result<(), ServerFnError> {
    act(format!("{}#{TEST_RESULT}", form_page(&form)), form, |caller, form| async move {
        let from = form.some("id").map(|_| id(&form)).transpose()?;
        let subject = Subject::Unsaved { webhook: patch(&form), from };
        let payload = form.some("test.payload").map(str::to_owned);
        let topic = test_topic(&form);
        let delivery = caller.engine.test(&caller.who, subject, &topic, payload).await?;
        Ok(Next::to(format!("{}#{TEST_RESULT}", form_page(&form))).keep(&form).with("test", delivery))
    })
    .await
}

/// The topic of a test: the one chosen for it, else the first that the webhook wants.
fn test_topic(form: &Pairs) -> String {
    let wanted = |form: &Pairs| form.all("topics").next().unwrap_or_default().to_owned();
    form.some("test.topic").map_or_else(|| wanted(form), str::to_owned)
}

/// Sends a test of the saved webhook; it stands in the log.
#[server(prefix = "/do", endpoint = "webhooks/test", input = HtmlForm)]
pub async fn test_webhook(form: Pairs) -> Result<(), ServerFnError> {
    let page = format!("/webhooks/{}/test#{TEST_RESULT}", form.get("id"));
    act(page.clone(), form, |caller, form| async move {
        let payload = form.some("test.payload").map(str::to_owned);
        let subject = Subject::Saved(id(&form)?);
        let delivery = caller.engine.test(&caller.who, subject, form.get("test.topic"), payload).await?;
        Ok(Next::to(page).keep(&form).with("test", delivery))
    })
    .await
}

/// Checks whether the URL can be reached: HEAD, then POST.
#[server(prefix = "/do", endpoint = "webhooks/check", input = HtmlForm)]
pub async fn check_webhook(form: Pairs) -> Result<(), ServerFnError> {
    let page = format!("/webhooks/{}/test#{TEST_RESULT}", form.get("id"));
    act(page.clone(), form, |caller, form| async move {
        let check = caller.engine.check(&caller.who, Subject::Saved(id(&form)?)).await?;
        Ok(Next::to(page).keep(&form).with("check", check))
    })
    .await
}

/// Lets a webhook receive; what it held is sent, kept or discarded.
#[server(prefix = "/do", endpoint = "webhooks/activate", input = HtmlForm)]
pub async fn activate_webhook(form: Pairs) -> Result<(), ServerFnError> {
    act(back(&form), form, |caller, form| async move {
        let held = match form.get("held") {
            "keep" => OnHeld::Keep,
            "discard" => OnHeld::Discard,
            _ => OnHeld::Release,
        };
        caller.engine.activate(&caller.who, id(&form)?, held).await?;
        Ok(Next::to(back(&form)).say("Active: it receives from now on."))
    })
    .await
}

/// Stops sending; what is accepted meanwhile waits.
#[server(prefix = "/do", endpoint = "webhooks/pause", input = HtmlForm)]
pub async fn pause_webhook(form: Pairs) -> Result<(), ServerFnError> {
    act(back(&form), form, |caller, form| async move {
        caller.engine.pause(&caller.who, id(&form)?).await?;
        Ok(Next::to(back(&form)).tell(Tone::Info, "Paused: events wait until you activate it again."))
    })
    .await
}

/// Makes a draft with the same settings.
#[server(prefix = "/do", endpoint = "webhooks/duplicate", input = HtmlForm)]
pub async fn duplicate_webhook(form: Pairs) -> Result<(), ServerFnError> {
    act(back(&form), form, |caller, form| async move {
        let copy = caller.engine.duplicate(&caller.who, id(&form)?).await?;
        Ok(Next::to(format!("/webhooks/{}/settings", copy.id)).say("Copied as a draft."))
    })
    .await
}

/// Deletes a webhook; the log stays.
#[server(prefix = "/do", endpoint = "webhooks/delete", input = HtmlForm)]
pub async fn delete_webhook(form: Pairs) -> Result<(), ServerFnError> {
    act(back(&form), form, |caller, form| async move {
        let discarded = caller.engine.delete_webhook(&caller.who, id(&form)?).await?;
        let waiting = match discarded {
            0 => String::new(),
            1 => " 1 waiting delivery was discarded.".to_owned(),
            n => format!(" {n} waiting deliveries were discarded."),
        };
        Ok(Next::to("/webhooks").say(format!("Deleted; its log stays.{waiting}")))
    })
    .await
}

/// Makes a new signing secret and shows it once.
#[server(prefix = "/do", endpoint = "webhooks/rotate-secret", input = HtmlForm)]
pub async fn rotate_secret(form: Pairs) -> Result<(), ServerFnError> {
    let page = format!("/webhooks/{}/signing", form.get("id"));
    act(page.clone(), form, |caller, form| async move {
        let created = caller.engine.rotate_secret(&caller.who, id(&form)?).await?;
        Ok(Next::to(page).say("The new secret signs from now on.").with("secret", text(&created)))
    })
    .await
}

/// Sends what an active webhook still holds.
#[server(prefix = "/do", endpoint = "webhooks/release", input = HtmlForm)]
pub async fn release_held(form: Pairs) -> Result<(), ServerFnError> {
    act(back(&form), form, |caller, form| async move {
        let released = caller.engine.release(&caller.who, id(&form)?).await?;
        Ok(Next::to(back(&form)).say(format!("{released} waiting deliveries are on their way.")))
    })
    .await
}

/// Gives up on what a webhook holds.
#[server(prefix = "/do", endpoint = "webhooks/discard", input = HtmlForm)]
pub async fn discard_held(form: Pairs) -> Result<(), ServerFnError> {
    act(back(&form), form, |caller, form| async move {
        let discarded = caller.engine.discard(&caller.who, id(&form)?).await?;
        Ok(Next::to(back(&form)).tell(Tone::Info, format!("{discarded} waiting deliveries were discarded.")))
    })
    .await
}
