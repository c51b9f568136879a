//! `/topics`: the catalogs' and the marketplace's own.

use super::{
    Answer, Calls,
    auth::Caller,
    body::{JsonText, Members},
    created, ok,
    problem::Problem,
    query::{Query, TextPath, page_of},
};
use axum::{
    extract::State,
    http::{Method, StatusCode},
    response::IntoResponse,
};
use domain::{invalid::Invalid, page::Page, topic::Topic};
use engine::Engine;
use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};

pub(super) fn calls(calls: Calls) -> Calls {
    calls
        .on(Method::GET, "/topics", list)
        .on(Method::POST, "/topics", create)
        .on(Method::GET, "/topics/{key}", show)
        .on(Method::PATCH, "/topics/{key}", change)
        .on(Method::DELETE, "/topics/{key}", delete)
}

/// A topic with its sample and schema as JSON, not as texts.
#[derive(Serialize)]
struct Shown<'a> {
    key: &'a str,
    catalog: &'a str,
    title: &'a str,
    description: &'a str,
    resource: Option<&'a str>,
    action: Option<&'a str>,
    sample: &'a RawValue,
    schema: Option<&'a RawValue>,
    enterprise: bool,
    locked: bool,
    built_in: bool,
}

fn shown(topic: &Topic) -> Result<Shown<'_>, Problem> {
    fn raw(text: &str) -> Result<&RawValue, Problem> {
        serde_json::from_str(text).map_err(|_| Problem::from(engine::Error::Internal))
    }
    Ok(Shown {
        key: &topic.key,
        catalog: &topic.catalog,
        title: &topic.title,
        description: &topic.description,
        resource: topic.resource.as_deref(),
        action: topic.action.as_deref(),
        sample: raw(&topic.sample)?,
        schema: topic.schema.as_deref().map(raw).transpose()?,
        enterprise: topic.enterprise,
        locked: topic.locked,
        built_in: topic.built_in,
    })
}

async fn list(State(engine): State<Engine>, Caller(who): Caller, mut query: Query) -> Answer {
    let page = query.page()?;
    query.done()?;
    // Topics keep the order of their catalogs: a cursor counts how many are left.
    let topics = engine.topics(&who).await?;
    let left = (1..=topics.len() as i64).rev();
    let data = page_of(left.zip(&topics).collect(), page, |(left, _)| *left);
    let shown = data.data.iter().map(|(_, topic)| shown(topic)).collect::<Result<Vec<_>, _>>()?;
    Ok(ok(&Page { data: shown, next_cursor: data.next_cursor }))
}

async fn create(State(engine): State<Engine>, Caller(who): Caller, body: JsonText) -> Answer {
    let topic = engine.create_topic(&who, &members(body.members()?)?).await?;
    Ok(created(&shown(&topic)?))
}

async fn show(State(engine): State<Engine>, Caller(who): Caller, TextPath(key): TextPath) -> Answer {
    Ok(ok(&shown(&engine.topic(&who, &key).await?)?))
}

async fn change(
    State(engine): State<Engine>,
    Caller(who): Caller,
    TextPath(key): TextPath,
    body: JsonText,
) -> Answer {
    let topic = engine.update_topic(&who, &key, &members(body.members()?)?).await?;
    Ok(ok(&shown(&topic)?))
}

async fn delete(State(engine): State<Engine>, Caller(who): Caller, TextPath(key): TextPath) -> Answer {
    engine.delete_topic(&who, &key).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The members, with sample and schema as the texts that they were written as, so that their numbers keep their
/// spelling.
fn members(mut body: Members<'_>) -> Result<Map<String, Value>, Invalid> {
    let mut texts = Map::new();
    for name in ["sample", "schema"] {
        // A null stays what it is: it takes a schema away.
        if let Some(raw) = body.has(name).then(|| body.raw(name)).flatten() {
            let text = match raw.get().starts_with('"') {
                true => serde_json::from_str(raw.get()).unwrap_or_default(),
                false => Value::from(raw.get()),
            };
            texts.insert(name.to_owned(), text);
        }
    }
    let mut members = body.into_map()?;
    members.extend(texts);
    Ok(members)
}
