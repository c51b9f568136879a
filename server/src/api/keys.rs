//! `/keys`: API keys. The text of a key is in the answer to its creation and nowhere else.

use super::{
    Answer, Calls,
    auth::Caller,
    body::JsonText,
    created, ok,
    query::{IdPath, Query, page_of},
};
use axum::{
    extract::State,
    http::{Method, StatusCode},
    response::IntoResponse,
};
use domain::{
    account::{ApiKey, Scope},
    id,
};
use engine::Engine;
use serde::Serialize;

pub(super) fn calls(calls: Calls) -> Calls {
    calls.on(Method::GET, "/keys", list).on(Method::POST, "/keys", create).on(
        Method::DELETE,
        "/keys/{id}",
        delete,
    )
}

#[derive(Serialize)]
struct WithText<'a> {
    #[serde(flatten)]
    entry: &'a ApiKey,
    key: &'a str,
}

async fn list(State(engine): State<Engine>, Caller(who): Caller, mut query: Query) -> Answer {
    let page = query.page()?;
    query.done()?;
    Ok(ok(&page_of(engine.keys(&who).await?, page, |key| key.id.key())))
}

async fn create(State(engine): State<Engine>, Caller(who): Caller, body: JsonText) -> Answer {
    let mut members = body.members()?;
    let name = members.needed_text("name");
    if !members.has("scope") {
        members.missing("scope");
    }
    let scope = members.get::<Scope>("scope", "`events`, `manage` or `read`");
    members.done()?;
    // `done` refuses a body without a scope.
    let (entry, text) = engine.create_key(&who, &name, scope.unwrap_or(Scope::Read)).await?;
    Ok(created(&WithText { entry: &entry, key: &text }))
}

async fn delete(State(engine): State<Engine>, Caller(who): Caller, IdPath(id): IdPath<id::Key>) -> Answer {
    engine.delete_key(&who, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
