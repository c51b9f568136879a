//! `/tracking`: the website tag. Its identify secret is in the answers that made it, and nowhere else.

use super::{
    Answer, Calls,
    auth::Caller,
    body::{JsonText, Members},
    created, ok,
};
use axum::{extract::State, http::Method};
use domain::{invalid::Invalid, time::Timestamp, tracking::Tracking};
use engine::{Engine, TagPart};
use serde::Serialize;
use serde_json::{Value, json};

pub(super) fn calls(calls: Calls) -> Calls {
    calls.on(Method::GET, "/tracking", show).on(Method::PUT, "/tracking", save).on(
        Method::POST,
        "/tracking/rotate",
        rotate,
    )
}

#[derive(Serialize)]
struct Shown {
    on: bool,
    key: Option<String>,
    origins: Vec<String>,
    /// A text right after it was made, else whether there is one.
    identify_secret: Value,
    last_view_at: Option<Timestamp>,
}

fn shown(tag: Option<Tracking>, secret: Option<&str>) -> Shown {
    let identify_secret = secret.map_or_else(|| json!({ "set": tag.is_some() }), Value::from);
    match tag {
        Some(Tracking { on, key, origins, last_view_at }) => {
            Shown { on, key: Some(key), origins, identify_secret, last_view_at }
        }
        None => Shown { on: false, key: None, origins: Vec::new(), identify_secret, last_view_at: None },
    }
}

async fn show(State(engine): State<Engine>, Caller(who): Caller) -> Answer {
    Ok(ok(&shown(engine.tracking(&who).await?, None)))
}

async fn save(State(engine): State<Engine>, Caller(who): Caller, body: JsonText) -> Answer {
    let old = engine.tracking(&who).await?;
    let (on, origins) = settings(body.members()?, old.as_ref())?;
    let (tag, secret) = engine.save_tracking(&who, on, &origins).await?;
    let shown = shown(Some(tag), secret.as_ref().map(|secret| secret.as_str()));
    Ok(if secret.is_some() { created(&shown) } else { ok(&shown) })
}

/// What can be set; the rest may be sent back as it was read.
fn settings(mut members: Members<'_>, old: Option<&Tracking>) -> Result<(bool, Vec<String>), Invalid> {
    let on = members.get("on", "true or false").unwrap_or(true);
    if !members.has("origins") {
        members.missing("origins");
    }
    let origins = members.get("origins", "a list of texts").unwrap_or_default();
    let key = members.text("key");
    if key.is_some() && key.as_ref() != old.map(|old| &old.key) {
        members.wrong("key", "The key can’t be set. Make a new one with /tracking/rotate.");
    }
    let secret: Option<Value> = members.get("identify_secret", "an object");
    if secret.is_some_and(|secret| secret != json!({ "set": old.is_some() })) {
        members.wrong("identify_secret", "The secret can’t be set. Make a new one with /tracking/rotate.");
    }
    members.get::<Timestamp>("last_view_at", "a time");
    members.done()?;
    Ok((on, origins))
}

async fn rotate(State(engine): State<Engine>, Caller(who): Caller, body: JsonText) -> Answer {
    let mut members = body.members()?;
    if !members.has("what") {
        members.missing("what");
    }
    let part = members.get::<TagPart>("what", "`key` or `identify_secret`");
    members.done()?;
    // `done` refuses a body without it.
    let (tag, secret) = engine.rotate_tracking(&who, part.unwrap_or(TagPart::Key)).await?;
    Ok(ok(&shown(Some(tag), secret.as_ref().map(|secret| secret.as_str()))))
}
