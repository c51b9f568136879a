//! `/webhooks/{id}/replay`: everything that a filter of the log matches, sent again.

use super::{
    Answer, Calls,
    auth::Caller,
    body::{JsonText, Members},
    json, ok,
    query::{IdPath, IdsPath, Query},
};
use axum::{
    extract::State,
    http::{Method, StatusCode},
};
use domain::{delivery::DeliveryFilter, id, invalid::Invalid};
use engine::Engine;
use serde_json::{Value, value::RawValue};

pub(super) fn calls(calls: Calls) -> Calls {
    calls
        .on(Method::POST, "/webhooks/{id}/replay", start)
        .on(Method::GET, "/webhooks/{id}/replays", list)
        .on(Method::GET, "/webhooks/{id}/replays/{replay}", show)
        .on(Method::POST, "/webhooks/{id}/replays/{replay}/stop", stop)
}

type Engines = State<Engine>;
type ReplayIds = IdsPath<id::Webhook, id::Replay>;

async fn start(
    State(engine): Engines,
    Caller(who): Caller,
    IdPath(id): IdPath<id::Webhook>,
    body: JsonText,
) -> Answer {
    let mut members = body.members_or_none()?;
    let filter = members.raw("filter").map(filter).transpose();
    let which = members.get("body", "`same` or `render`").unwrap_or_default();
    let count_only = members.get("count_only", "true or false").unwrap_or(false);
    let mut invalid = members.done().err().unwrap_or_default();
    let filter = filter.unwrap_or_else(|wrong| {
        invalid.extend(wrong);
        None
    });
    invalid.into_result()?;
    let filter = filter.unwrap_or_default();
    if count_only {
        let count = engine.count_replay(&who, id, &filter).await?;
        return Ok(ok(&serde_json::json!({ "count": count })));
    }
    Ok(json(StatusCode::ACCEPTED, &engine.start_replay(&who, id, &filter, which).await?))
}

/// The filters of the log that make sense for one webhook.
const FILTERS: [&str; 8] = ["event", "topic", "state", "outcome", "http_status", "from", "to", "q"];

/// Reads the filter: names and texts as in the address of the log.
fn filter(raw: &RawValue) -> Result<DeliveryFilter, Invalid> {
    let mut members = Members::of(raw, "filter.")?;
    let mut filter = DeliveryFilter::default();
    for name in FILTERS {
        let Some(raw) = members.raw(name) else { continue };
        match text(raw).filter(|text| !text.is_empty()).map(|text| filter.set(name, &text)) {
            Some(Ok(_)) => {}
            Some(Err(wrong)) => wrong.errors.into_iter().for_each(|error| members.wrong(name, error.message)),
            None => members.wrong(name, "This has to be a text."),
        }
    }
    members.done().map(|()| filter)
}

/// A text, a number, or several texts as one with commas between.
fn text(raw: &RawValue) -> Option<String> {
    match serde_json::from_str(raw.get()).ok()? {
        Value::String(text) => Some(text),
        Value::Number(_) => Some(raw.get().to_owned()),
        Value::Array(list) => {
            let texts: Option<Vec<_>> = list.iter().map(Value::as_str).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}

async fn list(
    State(engine): Engines,
    Caller(who): Caller,
    IdPath(id): IdPath<id::Webhook>,
    mut query: Query,
) -> Answer {
    let page = query.page()?;
    query.done()?;
    Ok(ok(&engine.replays(&who, id, page).await?))
}

async fn show(State(engine): Engines, Caller(who): Caller, IdsPath(webhook, id): ReplayIds) -> Answer {
    Ok(ok(&engine.replay(&who, webhook, id).await?))
}

async fn stop(
    State(engine): Engines,
    Caller(who): Caller,
    IdsPath(webhook, id): ReplayIds,
    body: JsonText,
) -> Answer {
    body.members_or_none()?.done()?;
    Ok(ok(&engine.stop_replay(&who, webhook, id).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<DeliveryFilter, Invalid> {
        filter(serde_json::from_str(text).unwrap())
    }

    #[test]
    fn a_filter_has_the_names_and_texts_of_the_log() {
        let said = read(r#"{"state":["exhausted","discarded"],"http_status":404,"topic":"learning.user.*"}"#)
            .unwrap()
            .said();
        let texts: Vec<_> = said.iter().map(|(name, text)| (*name, text.as_str())).collect();
        assert_eq!(
            texts,
            [("topic", "learning.user.*"), ("state", "exhausted,discarded"), ("http_status", "404")]
        );
        assert_eq!(read("{}").unwrap(), DeliveryFilter::default());
        assert_eq!(read(r#"{"topic":null}"#).unwrap(), DeliveryFilter::default());
    }

    #[test]
    fn what_is_wrong_is_said_at_its_place() {
        let invalid = read(r#"{"state":"done","q":{},"webhook":"whk_1","test":true}"#).unwrap_err();
        let fields: Vec<_> = invalid.errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["filter.state", "filter.q", "filter.webhook", "filter.test"]);
        assert_eq!(read("[]").unwrap_err().errors[0].field, "filter");
    }
}
