//! The person behind a request of the console, by the session cookie that `app` sets.

use crate::{api::problem::Problem, state::App};
use app::ClientAddress;
use axum::{extract::FromRequestParts, http::request::Parts};
use engine::Who;

/// Somebody who is signed in, with the text of their session and where they call from.
pub(crate) struct Visitor {
    pub(crate) who: Who,
    pub(crate) token: String,
    pub(crate) address: String,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let refusal = || Problem::unauthorized("Sign in first.", "Cookie");
        let token = app::session_token(&app.engine, &parts.headers).ok_or_else(refusal)?;
        let address = parts.extensions.get::<ClientAddress>().map(|it| it.0.clone()).unwrap_or_default();
        let (who, _) = app.engine.who_by_session(&token, &address).await?.ok_or_else(refusal)?;
        Ok(Self { who, token, address })
    }
}
