//! What the forms of automations do.

use crate::{
    codec::HtmlForm,
    context::Caller,
    form::{FROM, Next, Returned, TOKEN, Tone, act},
    ids::TEST_RESULT,
    pages::webhooks::signing,
    pairs::Pairs,
    words,
};
use domain::{automation::Trigger, id::AutomationId, invalid::Invalid};
use engine::{AutomationPatch, Error, NewAutomation, Result};
use leptos::prelude::*;
use serde_json::{Map, Value};

/// The automation that a form is about.
fn id(form: &Pairs) -> Result<AutomationId> {
    form.get("id").parse().map_err(|_| Error::NotFound)
}

/// Its page, with one of its steps open.
fn page(form: &Pairs, step: &str) -> String {
    let query = if step.is_empty() { Pairs::default() } else { Pairs::from_iter([("step", step)]) };
    query.on(&format!("/automations/{}", form.get("id")))
}

/// The webhook object of an action as it is typed.
fn action(form: &Pairs) -> Result<Map<String, Value>> {
    if form.get("destination") != "webhook" {
        return Err(Invalid::one("destination", "Choose where it goes.").into());
    }
    let typed = [("url", form.some("url").or(Some(""))), ("name", form.some("name"))];
    Ok(typed.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.into()))).collect())
}

/// Starts an automation for a product.
#[server(prefix = "/do", endpoint = "automations/start", input = HtmlForm)]
pub async fn start_automation(form: Pairs) -> Result<(), ServerFnError> {
    act("/automations/new", form, |caller, form| async move {
        let new = NewAutomation {
            product: form.get("product").to_owned(),
            name: form.some("name").map(str::to_owned),
            ..NewAutomation::default()
        };
        let (automation, _) = caller.engine.start_automation(&caller.who, &new).await?;
        Ok(Next::to(format!("/automations/{}", automation.id)).say("Started. Add a trigger, then an action."))
    })
    .await
}

/// Saves when an automation's actions are sent.
#[server(prefix = "/do", endpoint = "automations/trigger", input = HtmlForm)]
pub async fn save_trigger(form: Pairs) -> Result<(), ServerFnError> {
    act(page(&form, "trigger"), form, |caller, form| async move {
        let chosen = Trigger::parse(form.get("trigger"));
        let trigger = chosen.ok_or_else(|| Invalid::one("trigger", "Choose when the actions are sent."))?;
        let patch = AutomationPatch { trigger: Some(trigger), ..AutomationPatch::default() };
        caller.engine.change_automation(&caller.who, id(&form)?, &patch).await?;
        Ok(Next::to(page(&form, "")).say(format!("Trigger saved: {}.", trigger.label())))
    })
    .await
}

/// Saves what people call the product.
#[server(prefix = "/do", endpoint = "automations/name", input = HtmlForm)]
pub async fn name_automation(form: Pairs) -> Result<(), ServerFnError> {
    act(page(&form, ""), form, |caller, form| async move {
        let name = Some(form.some("product_name").map(str::to_owned));
        let patch = AutomationPatch { name, ..AutomationPatch::default() };
        caller.engine.change_automation(&caller.who, id(&form)?, &patch).await.map_err(named)?;
        Ok(Next::to(page(&form, "")).say("Saved."))
    })
    .await
}

/// The page has another field called *Name*, of the action.
fn named(error: Error) -> Error {
    let Error::Invalid(mut invalid) = error else { return error };
    for wrong in invalid.errors.iter_mut().filter(|wrong| wrong.field == "name") {
        "product_name".clone_into(&mut wrong.field);
    }
    Error::Invalid(invalid)
}

/// Tests the connection to what stands in the form of an action, before it is saved.
#[server(prefix = "/do", endpoint = "automations/check", input = HtmlForm)]
pub async fn check_action(form: Pairs) -> Result<(), ServerFnError> {
    act(page(&form, "action"), form, |caller, form| async move {
        let check = caller.engine.check_action(&caller.who, id(&form)?, &action(&form)?).await?;
        let to = format!("{}#{TEST_RESULT}", page(&form, "action"));
        Ok(Next::to(to).keep(&form).with("check", check))
    })
    .await
}

/// Saves an action; it receives at once. One whose connection was not tested with success is saved too, and says so.
#[server(prefix = "/do", endpoint = "automations/action", input = HtmlForm)]
pub async fn save_action(form: Pairs) -> Result<(), ServerFnError> {
    act(page(&form, "action"), form, |caller, form| async move {
        let passed = has_passed(&caller, &form).await;
        let saved = caller.engine.add_action(&caller.who, id(&form)?, &action(&form)?, passed).await?;
        let name = &saved.webhook.settings.name;
        let next = signing::once(Next::to(page(&form, "")), &saved);
        Ok(if passed {
            next.say(format!("Action saved. “{name}” receives from now on."))
        } else {
            next.tell(
                Tone::Warning,
                format!(
                    "Action saved, and “{name}” receives from now on. No test of its connection has passed, so it \
                     stands as not verified until a delivery succeeds."
                ),
            )
        })
    })
    .await
}

/// Whether the page that the form came from showed a passed test of the same URL.
async fn has_passed(caller: &Caller, form: &Pairs) -> bool {
    let Some(token) = form.some(FROM) else { return false };
    let before = Returned::here(caller, &Pairs::from_iter([(TOKEN, token)])).await;
    let same = before.typed.as_ref().is_some_and(|typed| typed.get("url") == form.get("url"));
    let ok = before.extra.get("check").and_then(|check| check.get("ok")).and_then(Value::as_bool);
    same && ok == Some(true)
}

/// Deletes an automation with its actions.
#[server(prefix = "/do", endpoint = "automations/delete", input = HtmlForm)]
pub async fn delete_automation(form: Pairs) -> Result<(), ServerFnError> {
    act(page(&form, ""), form, |caller, form| async move {
        let discarded = caller.engine.delete_automation(&caller.who, id(&form)?).await?;
        let waiting = match discarded {
            0 => String::new(),
            n => {
                format!(" {} discarded.", words::count(n, "waiting delivery was", "waiting deliveries were"))
            }
        };
        Ok(Next::to("/automations").say(format!("Deleted; the log of its actions stays.{waiting}")))
    })
    .await
}
