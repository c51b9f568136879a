//! The REST API under `/api`: one file a resource, each with its part of the OpenAPI document beside it.

mod auth;
mod automations;
mod bins;
mod body;
mod campaigns;
mod deliveries;
mod docs;
mod events;
mod keys;
mod marketplace;
mod openapi;
pub(crate) mod problem;
mod profiles;
mod query;
mod replays;
mod topics;
mod tracking;
mod unsaved;
mod visits;
mod webhooks;

pub(crate) use body::read as read_body;
pub(crate) use openapi::text as openapi_text;
pub(crate) use query::TextPath;

use crate::state::App;
use axum::{
    Router,
    handler::Handler,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodFilter, any, get, on},
};
use problem::Problem;
use serde::Serialize;

/// The result of a handler.
type Answer<T = Response> = Result<T, Problem>;

/// A router that remembers its calls, so that the OpenAPI document can be checked against them.
#[derive(Default)]
struct Calls {
    router: Router<App>,
    list: Vec<(Method, &'static str)>,
}

impl Calls {
    /// Adds a call under `/api/v1`.
    fn on<H: Handler<T, App>, T: 'static>(mut self, method: Method, path: &'static str, handler: H) -> Self {
        let filter = MethodFilter::try_from(method.clone()).expect("a standard method");
        self.list.push((method, path));
        self.router = self.router.route(&format!("/api/v1{path}"), on(filter, handler));
        self
    }
    /// Adds the calls of one resource.
    fn with(self, add: impl FnOnce(Self) -> Self) -> Self {
        add(self)
    }
}

fn calls() -> Calls {
    Calls::default()
        .with(events::calls)
        .with(webhooks::calls)
        .with(unsaved::calls)
        .with(deliveries::calls)
        .with(replays::calls)
        .with(campaigns::calls)
        .with(automations::calls)
        .with(topics::calls)
        .with(marketplace::calls)
        .with(keys::calls)
        .with(bins::calls)
        .with(profiles::calls)
        .with(visits::calls)
        .with(tracking::calls)
}

/// Every call under `/api/v1`.
#[cfg(test)]
pub(crate) fn listed() -> Vec<(Method, &'static str)> {
    calls().list
}

/// Everything under `/api`. Whole addresses, not nested routers: those would take every address apart.
pub(crate) fn router() -> Router<App> {
    let mut router = calls()
        .router
        .route("/api/openapi.json", get(openapi::document))
        .route("/api/docs", get(docs::page))
        .route("/api/docs.css", get(docs::style))
        .route("/api/v1/visits", on(MethodFilter::OPTIONS, visits::preflight))
        .method_not_allowed_fallback(wrong_method);
    for unknown in ["/api", "/api/", "/api/{*rest}"] {
        router = router.route(unknown, any(unknown_call));
    }
    router
}

async fn unknown_call() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "There is no such call. See /api/docs.")
}

async fn wrong_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "This address does not take this method. See /api/docs.")
}

/// JSON text with a status. What comes from the engine always serializes; if not, it is a defect.
fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(text) => (status, [(header::CONTENT_TYPE, "application/json")], text).into_response(),
        Err(_) => Problem::from(engine::Error::Internal).into_response(),
    }
}

/// 200 with a JSON value.
fn ok(value: &impl Serialize) -> Response {
    json(StatusCode::OK, value)
}

/// 201 with the created object.
fn created(value: &impl Serialize) -> Response {
    json(StatusCode::CREATED, value)
}

/// 204, with a header that says how many deliveries a deletion discarded.
fn discarded(count: i64) -> Response {
    (StatusCode::NO_CONTENT, [("crier-discarded", count.to_string())]).into_response()
}

/// A list that is always answered whole; it has the shape of a page all the same.
#[derive(Serialize)]
struct Whole<T> {
    data: Vec<T>,
    next_cursor: Option<String>,
}

impl<T> Whole<T> {
    const fn of(data: Vec<T>) -> Self {
        Self { data, next_cursor: None }
    }
}
