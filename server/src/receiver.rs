//! `/bin/{id}`: test receivers. Whoever knows the id may send; the answer is what the receiver was told.

use crate::{
    api::{TextPath, problem::Problem, read_body},
    state::App,
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use std::time::Duration;

/// More than any delivery of Crier's own; only the first 64 KiB are kept.
const LIMIT: usize = 8 << 20;

/// The handler, for every method.
pub(crate) async fn catch(
    State(app): State<App>,
    TextPath(id): TextPath,
    request: Request,
) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let body = read_body(body, LIMIT).await?;
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let answer = app.engine.catch(&id, head.method.as_str(), path, pairs(&head.headers), &body).await?;
    let Some(answer) = answer else { return Err(Problem::not_found()) };
    let mut ending = app.ending.clone();
    tokio::select! {
        () = tokio::time::sleep(Duration::from_millis(answer.delay_ms.into())) => {}
        _ = ending.wait_for(|ending| *ending) => {}
    }
    Ok(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK).into_response())
}

fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let pair = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    headers.iter().map(pair).collect()
}
