//! Every address, and what stands before it.

use crate::{api, client, headers, health, live, origin, receiver, reload, site, state::App, tag};
use app::{Nonce, shell};
use axum::{
    Router,
    extract::Request,
    http::{Method, StatusCode, request::Parts},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::{any, get},
};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, generate_route_list_with_exclusions, render_app_async_with_context};
use tower::util::MapResponse;

/// The limit for a form of the console: a payload of 1 MiB, percent-encoded at worst, and what is around it.
const FORM_LIMIT: usize = 4 << 20;

/// The route of the pages that takes whatever no other takes.
const EVERYTHING: &str = "/{*any}";

/// The whole router. A process that only delivers answers health checks and nothing else.
///
/// What stands before a page costs more than answering a program does, so each has its own.
pub(crate) fn router(app: App) -> Router {
    let plain = MapResponse::<(), _>::layer(headers::without_scripts);
    let health = health::router();
    let router = if app.engine.config().role.serves() {
        let programs = health
            .merge(api::router())
            .route("/bin/{id}", any(receiver::catch))
            .route("/track.js", get(tag::script));
        programs.layer(plain).merge(console(&app))
    } else {
        health.fallback(async || StatusCode::NOT_FOUND).layer(plain)
    };
    reload::layer(router.with_state(app))
}

/// Pages, their forms (`/do/…`), their files and their news.
fn console(app: &App) -> Router<App> {
    let (engine, assets, options) = (app.engine.clone(), app.site.assets.clone(), app.leptos.clone());
    let context = move || {
        app::provide(engine.clone(), assets.clone());
        // Leptos puts its own nonce on the scripts it writes; there is one for each answer.
        let parts = use_context::<Parts>();
        if let Some(nonce) = parts.as_ref().and_then(|parts| parts.extensions.get::<Nonce>()) {
            provide_context(leptos::nonce::Nonce::from_value(nonce.0.clone()));
        }
    };
    let page = move || shell(options.clone());
    // What no page answers is left to the fallback: as a route it would stand before those of the API.
    let routes = generate_route_list_with_exclusions(app::App, Some(vec![EVERYTHING.to_owned()]));
    let unknown_page = render_app_async_with_context(context.clone(), page.clone());
    Router::new()
        .leptos_routes_with_context(app, routes, context, page)
        .route("/live", get(live::stream))
        .route("/pkg/{*path}", get(site::file))
        .fallback(move |request: Request| async move {
            let mut response = unknown_page(request).await;
            if response.status() == StatusCode::OK {
                *response.status_mut() = StatusCode::NOT_FOUND;
            }
            response
        })
        .layer(from_fn(limit))
        .layer(from_fn(without_empty))
        .layer(from_fn_with_state(app.clone(), origin::check))
        .layer(from_fn(headers::with_scripts))
        .layer(from_fn_with_state(app.clone(), client::name))
}

/// Reads a form before anybody else does, and refuses what is over the limit.
async fn limit(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    match api::read_body(body, FORM_LIMIT).await {
        Ok(body) => next.run(Request::from_parts(head, body.into())).await,
        Err(problem) => problem.into_response(),
    }
}

/// Leads from the address that a form of filters makes to the one without its empty fields: that is the link which
/// people copy.
async fn without_empty(request: Request, next: Next) -> Response {
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    let is_empty = |pair: &&str| pair.split_once('=').is_some_and(|(_, value)| value.is_empty());
    // What begins with two slashes would lead to another site.
    if request.method() != Method::GET
        || path.starts_with("//")
        || !query.split('&').any(|pair| is_empty(&pair))
    {
        return next.run(request).await;
    }
    let filled: Vec<&str> = query.split('&').filter(|pair| !is_empty(pair)).collect();
    let query = if filled.is_empty() { String::new() } else { format!("?{}", filled.join("&")) };
    Redirect::to(&format!("{path}{query}")).into_response()
}

#[cfg(test)]
mod tests;
