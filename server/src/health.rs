//! `/healthz`: the process answers. `/readyz`: it can do its work.

use crate::{api::problem::Problem, state::App};
use axum::{Router, extract::State, routing::get};

/// Both routes, for every role.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/healthz", get(async || "ok\n")).route("/readyz", get(ready))
}

async fn ready(State(app): State<App>) -> Result<&'static str, Problem> {
    app.engine.ready().await?;
    Ok("ready\n")
}
