//! `/healthz`: the process answers. `/readyz`: it can do its work. `/metrics`: what it did.

use crate::{api::problem::Problem, state::App};
use axum::{
    Router,
    extract::State,
    http::header::{CONTENT_TYPE, HeaderName},
    routing::get,
};

/// All three routes, for every role.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
}

async fn ready(State(app): State<App>) -> Result<&'static str, Problem> {
    app.engine.ready().await?;
    Ok("ready\n")
}

async fn metrics(State(app): State<App>) -> Result<([(HeaderName, &'static str); 1], String), Problem> {
    let text = app.engine.metrics().await?;
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text))
}
