//! What the forms of topics do.

use crate::{
    codec::HtmlForm,
    form::{Next, Tone, act},
    pairs::Pairs,
    words,
};
use domain::{format::Json, invalid::Invalid};
use engine::{Error, NewEvent};
use leptos::prelude::*;
use serde_json::{Map, Value};

/// Publishes an event through matching, as the platform would: with the topic's sample, or with
/// what was typed.
#[server(prefix = "/do", endpoint = "topics/publish", input = HtmlForm)]
pub async fn publish_sample(form: Pairs) -> Result<(), ServerFnError> {
    act(format!("/topics/{}", form.get("key")), form, |caller, form| async move {
        let topic = caller.engine.topic(&caller.who, form.get("key")).await?;
        let payload = form.some("payload").map_or(topic.sample, compact);
        let event = NewEvent { topic: topic.key, payload, id: None, occurred_at: None };
        let accepted = match form.some("profile") {
            Some(fields) => caller.engine.accept_with_profile(&caller.who, event, fields).await,
            None => caller.engine.accept(&caller.who, event).await,
        };
        let accepted = accepted.map_err(in_form)?;
        let said = match accepted.deliveries {
            0 => "Published. No active webhook wants it: see why below.".to_owned(),
            n => format!("Published to {}.", words::count(n, "webhook", "webhooks")),
        };
        let tone = if accepted.deliveries == 0 { Tone::Info } else { Tone::Good };
        Ok(Next::to(format!("/events/{}", accepted.id)).tell(tone, said))
    })
    .await
}

/// As platforms write it: the form lays it out for reading only. What is no JSON stays as it was typed.
fn compact(typed: &str) -> String {
    Json::parse(typed).map_or_else(|_| typed.to_owned(), |json| json.to_text())
}

/// What is wrong inside the payload, at the field that holds all of it; what is wrong with the topic, on its page.
fn in_form(error: Error) -> Error {
    let Error::Invalid(Invalid { mut errors }) = error else { return error };
    for error in &mut errors {
        if let Some(place) = error.field.strip_prefix("payload.") {
            error.message = format!("{place}: {}", error.message);
            error.field = "payload".to_owned();
        }
    }
    Error::Invalid(Invalid { errors })
}

/// Creates or changes a topic of the marketplace's own.
#[server(prefix = "/do", endpoint = "topics/save", input = HtmlForm)]
pub async fn save_topic(form: Pairs) -> Result<(), ServerFnError> {
    let old = form.some("old").map(str::to_owned);
    let back = old.as_ref().map_or("/topics/new".to_owned(), |key| format!("/topics/{key}/edit"));
    act(back, form, |caller, form| async move {
        let members = members(&form, old.is_none());
        let topic = match &old {
            Some(key) => caller.engine.update_topic(&caller.who, key, &members).await?,
            None => caller.engine.create_topic(&caller.who, &members).await?,
        };
        Ok(Next::to(format!("/topics/{}", topic.key)).say("Saved."))
    })
    .await
}

/// The contract's members of a topic; sample and schema go as they were typed.
fn members(form: &Pairs, with_key: bool) -> Map<String, Value> {
    let names = ["key", "title", "description", "sample", "schema"].into_iter();
    let names = names.filter(|name| with_key || *name != "key");
    names.map(|name| (name.to_owned(), form.get(name).into())).collect()
}

/// Deletes a topic of the marketplace's own.
#[server(prefix = "/do", endpoint = "topics/delete", input = HtmlForm)]
pub async fn delete_topic(form: Pairs) -> Result<(), ServerFnError> {
    act(format!("/topics/{}", form.get("key")), form, |caller, form| async move {
        caller.engine.delete_topic(&caller.who, form.get("key")).await?;
        Ok(Next::to("/topics").say("Deleted."))
    })
    .await
}
