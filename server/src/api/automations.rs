//! `/automations`: what becomes of access to one product.

use super::{
    Answer, Calls,
    auth::Caller,
    body::{JsonText, Members},
    created, ok,
    problem::Problem,
    query::{IdPath, Query, page_of},
    webhooks::{DISCARDED, value_of, with_secret},
};
use axum::{
    extract::State,
    http::{Method, StatusCode},
    response::{AppendHeaders, IntoResponse},
};
use domain::{
    automation::{Automation, AutomationRow, Trigger},
    id,
    invalid::Invalid,
};
use engine::{AutomationPatch, Engine, NewAutomation};
use serde_json::{Value, json, value::RawValue};

pub(super) fn calls(calls: Calls) -> Calls {
    calls
        .on(Method::GET, "/automations", list)
        .on(Method::POST, "/automations", start)
        .on(Method::GET, "/automations/{id}", show)
        .on(Method::PATCH, "/automations/{id}", change)
        .on(Method::DELETE, "/automations/{id}", delete)
        .on(Method::POST, "/automations/{id}/actions", add_action)
}

type AutomationId = IdPath<id::Automation>;

async fn list(State(engine): State<Engine>, Caller(who): Caller, mut query: Query) -> Answer {
    let page = query.page()?;
    query.done()?;
    let page = page_of(engine.automations(&who).await?, page, |row| row.automation.id.key());
    let data: Vec<Value> = page.data.iter().map(object).collect::<Result<_, _>>()?;
    Ok(ok(&json!({ "data": data, "next_cursor": page.next_cursor })))
}

async fn start(State(engine): State<Engine>, Caller(who): Caller, body: JsonText) -> Answer {
    let mut members = body.members()?;
    if !members.has("product") {
        members.missing("product");
    }
    let product = product(&mut members).unwrap_or_default();
    let name = members.text("name");
    let trigger = trigger(&mut members);
    let given: Vec<Box<RawValue>> = members.get("actions", "a list of webhook objects").unwrap_or_default();
    let mut wrong = Invalid::default();
    let mut actions = Vec::new();
    for (at, raw) in given.iter().enumerate() {
        match Members::of(raw, &format!("actions.{at}.")).and_then(Members::into_map) {
            Ok(action) => actions.push(action),
            Err(errors) => wrong.extend(errors),
        }
    }
    if let Err(mut errors) = members.done() {
        errors.extend(wrong);
        wrong = errors;
    }
    wrong.into_result()?;
    let new = NewAutomation { product, name, trigger, actions };
    let (automation, saved) = engine.start_automation(&who, &new).await?;
    let actions: Vec<Value> = saved.into_iter().map(with_secret).collect::<Result<_, _>>()?;
    Ok(created(&whole(&automation, &actions)))
}

async fn show(State(engine): State<Engine>, Caller(who): Caller, IdPath(id): AutomationId) -> Answer {
    Ok(ok(&object(&engine.automation(&who, id).await?)?))
}

async fn change(
    State(engine): State<Engine>,
    Caller(who): Caller,
    IdPath(id): AutomationId,
    body: JsonText,
) -> Answer {
    let mut members = body.members()?;
    let name = members.mentions("name").then(|| members.text("name"));
    let trigger = trigger(&mut members);
    if members.raw("product").is_some() {
        members.wrong("product", "An automation stays with its product. Start another one.");
    }
    members.done()?;
    engine.change_automation(&who, id, &AutomationPatch { name, trigger }).await?;
    Ok(ok(&object(&engine.automation(&who, id).await?)?))
}

async fn delete(State(engine): State<Engine>, Caller(who): Caller, IdPath(id): AutomationId) -> Answer {
    let discarded = engine.delete_automation(&who, id).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(DISCARDED, discarded.to_string())])).into_response())
}

async fn add_action(
    State(engine): State<Engine>,
    Caller(who): Caller,
    IdPath(id): AutomationId,
    body: JsonText,
) -> Answer {
    let saved = engine.add_action(&who, id, &body.members()?.into_map()?, false).await?;
    Ok(created(&with_secret(saved)?))
}

/// The product as a text; a number is as good.
fn product(members: &mut Members<'_>) -> Option<String> {
    match members.get("product", "a text or a number")? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => {
            members.wrong("product", "This has to be a text or a number.");
            None
        }
    }
}

fn trigger(members: &mut Members<'_>) -> Option<Trigger> {
    members.get("trigger", "`granted` or `revoked`")
}

/// The contract's object.
fn object(row: &AutomationRow) -> Result<Value, Problem> {
    let actions: Vec<Value> =
        row.actions.iter().map(|row| value_of(&row.webhook)).collect::<Result<_, _>>()?;
    Ok(whole(&row.automation, &actions))
}

fn whole(automation: &Automation, actions: &[Value]) -> Value {
    let Automation { id, product, name, trigger, created_at } = automation;
    json!({
        "id": id, "product": product, "name": name, "trigger": trigger, "actions": actions,
        "created_at": created_at,
    })
}
