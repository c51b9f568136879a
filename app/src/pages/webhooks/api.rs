//! What the forms of webhooks do.

use super::{
    form::{in_form, patch},
    signing,
};
use crate::{
    codec::HtmlForm,
    components::split::{self, LIST},
    context::Caller,
    form::{Next, Tone, act},
    ids::TEST_RESULT,
    pairs::Pairs,
};
use domain::{
    id::WebhookId,
    topic::{Topic, pattern_matches},
};
use engine::{Error, OnHeld, Result, Subject};
use leptos::prelude::*;

/// The webhook that a form is about.
fn id(form: &Pairs) -> Result<WebhookId> {
    form.get("id").parse().map_err(|_| Error::NotFound)
}

/// A page of the webhook, with the list that stood beside it.
fn page(form: &Pairs, id: impl std::fmt::Display, tab: &str) -> String {
    split::address(&format!("/webhooks/{id}{tab}"), &Pairs::parse(form.get(LIST)))
}

/// The page that the form stands on.
pub(super) fn form_page(form: &Pairs) -> String {
    form.some("id").map_or("/webhooks/new".into(), |id| page(form, id, "/settings"))
}

/// The tab *Test*, at the answer.
fn test_page(form: &Pairs) -> String {
    format!("{}#{TEST_RESULT}", page(form, form.get("id"), "/test"))
}

/// Where a webhook's buttons lead back to.
fn back(form: &Pairs) -> String {
    form.some("back").map_or_else(|| format!("/webhooks/{}", form.get("id")), str::to_owned)
}

/// Creates the webhook, or saves its changes.
#[server(prefix = "/do", endpoint = "webhooks/save", input = HtmlForm)]
pub async fn save_webhook(form: Pairs) -> Result<(), ServerFnError> {
    act(form_page(&form), form, |caller, form| async move {
        if form.some("id").is_some() {
            let saved = caller.engine.update_webhook(&caller.who, id(&form)?, &patch(&form)).await;
            match saved {
                Err(Error::Conflict(_)) => return overtaken(&caller, &form).await,
                Err(Error::NotFound) => return Ok(deleted(&form)),
                _ => {}
            }
            let saved = saved.map_err(|error| in_form(error, &form))?;
            return Ok(signing::once(Next::to(form_page(&form)).say("Saved."), &saved));
        }
        let created = caller.engine.create_webhook(&caller.who, &patch(&form)).await;
        let created = created.map_err(|error| in_form(error, &form))?;
        // The page says itself that it is a draft, and what is next.
        Ok(signing::once(Next::to(page(&form, created.webhook.id, "")), &created))
    })
    .await
}

/// The form again, with what was typed, on top of what somebody else saved meanwhile.
async fn overtaken(caller: &Caller, form: &Pairs) -> Result<Next> {
    let current = caller.engine.webhook(&caller.who, id(form)?).await?.revision;
    let form = form.without("revision").with("revision", current.to_string());
    let text = "Somebody else saved this webhook meanwhile. Save again to put what stands here in its \
                place, or open the tab Settings to see what was saved.";
    Ok(Next::to(form_page(&form)).keep(&form).tell(Tone::Bad, text))
}

/// A new webhook's form with what was typed into that of one that somebody deleted meanwhile.
fn deleted(form: &Pairs) -> Next {
    let kept = |name: &str| !matches!(name, "id" | "revision") && !name.ends_with(".set");
    let form: Pairs = form.iter().filter(|(name, _)| kept(name)).collect();
    let text = "Somebody deleted this webhook meanwhile. What you typed stands here: save it to make a new one. \
                Secrets that you did not type have to be typed again.";
    Next::to("/webhooks/new").keep(&form).tell(Tone::Bad, text)
}

/// Sends a test of what stands in the form, saved or not, and shows the answer under it.
#[server(prefix = "/do", endpoint = "webhooks/test-form", input = HtmlForm)]
pub async fn test_webhook_form(form: Pairs) -> Result<(), ServerFnError> {
    act(format!("{}#{TEST_RESULT}", form_page(&form)), form, |caller, form| async move {
        let from = form.some("id").map(|_| id(&form)).transpose()?;
        let subject = Subject::Unsaved { webhook: patch(&form), from };
        let payload = form.some("test.payload").map(str::to_owned);
        let topic = test_topic(&caller, &form, form.all("topics")).await?;
        let advice = caller.engine.webhook_advice(&caller.who, &subject).await.unwrap_or_default();
        let delivery = caller.engine.test(&caller.who, subject, &topic, payload).await;
        let delivery = delivery.map_err(|error| in_form(error, &form))?;
        let next = Next::to(format!("{}#{TEST_RESULT}", form_page(&form))).keep(&form);
        Ok(next.with("test", delivery).with("advice", advice))
    })
    .await
}

/// The topic of a test: the one chosen for it, else the first that the webhook wants.
async fn test_topic<'p>(
    caller: &Caller,
    form: &Pairs,
    patterns: impl Iterator<Item = &'p str>,
) -> Result<String> {
    if let Some(chosen) = form.some("test.topic") {
        return Ok(chosen.to_owned());
    }
    let topics = caller.engine.topics(&caller.who).await?;
    Ok(wanted_topic(patterns, &topics).unwrap_or_default())
}

/// The first topic that the first of these keys and patterns takes in.
pub(super) fn wanted_topic<'p>(
    mut patterns: impl Iterator<Item = &'p str>,
    topics: &[Topic],
) -> Option<String> {
    patterns.find_map(|p| topics.iter().find(|topic| pattern_matches(p, &topic.key))).map(|t| t.key.clone())
}

/// Sends a test of the saved webhook; it stands in the log.
#[server(prefix = "/do", endpoint = "webhooks/test", input = HtmlForm)]
pub async fn test_webhook(form: Pairs) -> Result<(), ServerFnError> {
    let page = test_page(&form);
    act(page.clone(), form, |caller, form| async move {
        let payload = form.some("test.payload").map(str::to_owned);
        let webhook = caller.engine.webhook(&caller.who, id(&form)?).await?;
        let wanted = webhook.settings.topics.iter().map(String::as_str);
        let topic = test_topic(&caller, &form, wanted).await?;
        let subject = Subject::Saved(webhook.id);
        let advice = caller.engine.webhook_advice(&caller.who, &subject).await.unwrap_or_default();
        let delivery = caller.engine.test(&caller.who, subject, &topic, payload).await?;
        Ok(Next::to(page).keep(&form).with("test", delivery).with("advice", advice))
    })
    .await
}

/// Checks whether the URL can be reached: HEAD, then POST.
#[server(prefix = "/do", endpoint = "webhooks/check", input = HtmlForm)]
pub async fn check_webhook(form: Pairs) -> Result<(), ServerFnError> {
    let page = test_page(&form);
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
        Ok(Next::to(page(&form, copy.id, "/settings")).say("Copied as a draft."))
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
        let list = Pairs::parse(form.get(LIST)).on("/webhooks");
        Ok(Next::to(list).say(format!("Deleted; its log stays.{waiting}")))
    })
    .await
}

/// Makes a new signing secret and shows it once; the old one goes on signing as long as was chosen.
#[server(prefix = "/do", endpoint = "webhooks/rotate-secret", input = HtmlForm)]
pub async fn rotate_secret(form: Pairs) -> Result<(), ServerFnError> {
    let page = page(&form, form.get("id"), "/signing");
    act(page.clone(), form, |caller, form| async move {
        let overlap_s = form.some("overlap_s").and_then(|seconds| seconds.parse().ok());
        let created = caller.engine.rotate_secret(&caller.who, id(&form)?, overlap_s).await?;
        Ok(signing::once(Next::to(page), &created))
    })
    .await
}

/// Stops signing with the secret before the last rotation.
#[server(prefix = "/do", endpoint = "webhooks/end-overlap", input = HtmlForm)]
pub async fn end_overlap(form: Pairs) -> Result<(), ServerFnError> {
    let page = page(&form, form.get("id"), "/signing");
    act(page.clone(), form, |caller, form| async move {
        caller.engine.end_overlap(&caller.who, id(&form)?).await?;
        Ok(Next::to(page).say("Only the new secret signs from now on."))
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
