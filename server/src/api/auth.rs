//! Who calls: `Authorization: Bearer crk_…`, and nothing else (a cookie means nothing to the API).

use super::problem::Problem;
use crate::state::App;
use axum::{
    extract::FromRequestParts,
    http::{Method, header, request::Parts},
};
use engine::{Permission, Who};
use std::sync::Arc;

/// The holder of the API key that came with the request.
pub(crate) struct Caller(pub(crate) Arc<Who>);

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let text = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = text
            .and_then(|text| text.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let Some((_, key)) = key else {
            return Err(Problem::unauthorized(
                "Send an API key: Authorization: Bearer crk_…",
                r#"Bearer realm="crier""#,
            ));
        };
        let needed = needed(&parts.method, parts.uri.path());
        let who = match needed {
            // An acceptance finds out by itself that a key was deleted a moment ago.
            Permission::Publish if resource(parts.uri.path()) == Some("events") => {
                app.engine.publisher_by_key(key.trim()).await?
            }
            _ => Arc::new(app.engine.who_by_key(key.trim()).await?),
        };
        who.must(needed)?;
        Ok(Self(who))
    }
}

/// What a call takes at least, asked before its body is read: a key of the wrong scope learns nothing
/// of the rules. The engine asks again.
fn needed(method: &Method, path: &str) -> Permission {
    match (method, resource(path)) {
        (&Method::GET | &Method::HEAD, _) => Permission::Read,
        (_, Some("events" | "profiles")) => Permission::Publish,
        (_, Some("keys" | "tracking")) => Permission::Own,
        _ => Permission::Manage,
    }
}

/// The family of a call: `events`.
fn resource(path: &str) -> Option<&str> {
    path.strip_prefix("/api/v1/")?.split('/').next()
}
