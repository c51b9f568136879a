//! `/visits`: views that pages report, from any browser, by a public track key.
//!
//! A page sends its body as `text/plain`, which asks nobody for leave first. Answers can be read by pages of
//! the websites that the marketplace allows, and by nobody else; cookies mean nothing here.

use super::{
    Calls,
    body::{JsonText, Members, read},
    json,
    problem::Problem,
    query::Query,
};
use crate::{client, state::App};
use axum::{
    body::Body,
    extract::{ConnectInfo, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    id::EventId,
    invalid::Invalid,
    visit::{self, Identity, MAX_BYTES, Visit},
};
use engine::{Engine, Error, Website};
use std::net::SocketAddr;

pub(super) fn calls(calls: Calls) -> Calls {
    calls.on(Method::POST, "/visits", report)
}

/// What the answer says, and to which website.
type Reported = (Result<EventId, Problem>, Option<String>);

async fn report(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    query: Query,
    body: Body,
) -> Response {
    let address = client::address(peer.ip(), &headers, &app.trusted_proxies).to_string();
    let (reported, allowed) = match view(&app.engine, &address, &headers, query, body).await {
        Ok(reported) => reported,
        Err(problem) => (Err(problem), None),
    };
    let response = match reported {
        Ok(id) => json(StatusCode::ACCEPTED, &serde_json::json!({ "id": id })),
        Err(problem) => problem.into_response(),
    };
    readable(response, allowed.as_deref())
}

/// Everything in the order of its cost; what is wrong after the website is known, its pages may read.
async fn view(
    engine: &Engine,
    address: &str,
    headers: &HeaderMap,
    mut query: Query,
    body: Body,
) -> Result<Reported, Problem> {
    engine.limit_views(address)?;
    let origin = origin(headers)?;
    check_type(headers)?;
    let text = JsonText::<MAX_BYTES>::of(read(body, MAX_BYTES).await?)?;
    let mut members = text.members()?;
    let key = members.text("key");
    let key = query.take("key").or(key).ok_or_else(no_key)?;
    let website = engine.website(&key, origin).await.map_err(refusal)?;
    Ok((reported(engine, &website, members, query).await, Some(origin.to_owned())))
}

async fn reported(
    engine: &Engine,
    website: &Website,
    members: Members<'_>,
    query: Query,
) -> Result<EventId, Problem> {
    query.done()?;
    Ok(engine.report_view(website, visit(members)?).await?)
}

fn visit(mut members: Members<'_>) -> Result<Visit, Invalid> {
    let mut invalid = Invalid::default();
    let url = members.needed_text("url");
    let item = members.raw("item").map(|raw| visit::read_item(raw.get())).transpose();
    let profile = members.raw("profile").map(|raw| {
        let mut members = Members::of(raw, "profile.")?;
        let (id, hmac) = (members.needed_text("id"), members.needed_text("hmac"));
        members.done().map(|()| Identity { id, hmac })
    });
    let [title, referrer, page_type, visitor] =
        ["title", "referrer", "page_type", "visitor"].map(|name| members.text(name));
    let mut keep = |wrong: Invalid| invalid.extend(wrong);
    let item = item.map_err(&mut keep).ok().flatten();
    let profile = profile.transpose().map_err(&mut keep).ok().flatten();
    let _ = members.done().map_err(&mut keep);
    invalid.into_result()?;
    Ok(Visit { url, title, referrer, page_type, item, visitor, profile })
}

/// The answer to a browser that asks whether a page may send JSON.
pub(super) async fn preflight(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    query: Query,
) -> Response {
    let address = client::address(peer.ip(), &headers, &app.trusted_proxies).to_string();
    let allowed = match leave(&app.engine, &address, &headers, query).await {
        Ok(origin) => origin,
        Err(problem) => return readable(problem.into_response(), None),
    };
    let mut response = readable(StatusCode::NO_CONTENT.into_response(), Some(allowed));
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, "3600"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The website that gets leave. It names its key in the address: there is no body yet.
async fn leave<'h>(
    engine: &Engine,
    address: &str,
    headers: &'h HeaderMap,
    mut query: Query,
) -> Result<&'h str, Problem> {
    engine.limit_views(address)?;
    let origin = origin(headers)?;
    let key = query.take("key").ok_or_else(no_key)?;
    engine.website(&key, origin).await.map_err(refusal)?;
    Ok(origin)
}

/// Where the page comes from. Browsers say so with every POST to another site; who says nothing is none.
fn origin(headers: &HeaderMap) -> Result<&str, Problem> {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    origin.ok_or_else(|| {
        let text =
            "Views are reported by pages of a website: this request has no Origin. A program sends events.";
        Problem::new(StatusCode::FORBIDDEN, text)
    })
}

/// `text/plain` goes without leave; JSON goes, too.
fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(named) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let named = named.to_str().unwrap_or("?").split(';').next().unwrap_or_default().trim();
    if ["text/plain", "application/json"].iter().any(|good| named.eq_ignore_ascii_case(good)) {
        return Ok(());
    }
    let text = "The body has to be JSON, as text/plain or as application/json.";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text))
}

const CHALLENGE: &str = r#"Bearer realm="crier""#;

fn no_key() -> Problem {
    Problem::unauthorized("Send the track key: /api/v1/visits?key=crt_…", CHALLENGE)
}

fn refusal(error: Error) -> Problem {
    match error {
        Error::Unauthorized => {
            Problem::unauthorized("This track key is not known. It may have been replaced.", CHALLENGE)
        }
        // It is not the scope of a key that is missing.
        Error::Forbidden(_) => Problem::new(StatusCode::FORBIDDEN, error.to_string()),
        other => other.into(),
    }
}

/// Lets pages of the website, and only them, read the answer.
fn readable(mut response: Response, allowed: Option<&str>) -> Response {
    let mut put = |name: HeaderName, value: HeaderValue| response.headers_mut().insert(name, value);
    put(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = allowed.and_then(|origin| HeaderValue::from_str(origin).ok()) {
        put(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    response
}
