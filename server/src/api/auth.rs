//! Who calls: `Authorization: Bearer crk_…`, and nothing else (a cookie means nothing to the API).

use super::problem::Problem;
use crate::state::App;
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use engine::Who;

/// The holder of the API key that came with the request.
pub(crate) struct Caller(pub(crate) Who);

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
        Ok(Self(app.engine.who_by_key(key.trim()).await?))
    }
}
