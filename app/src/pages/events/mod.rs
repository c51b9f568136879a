//! Events: what happened in the marketplace, and what became of it.

mod beside;
mod list;
mod show;
mod why;

use crate::routes::route;
use leptos_router::{any_nested_route::AnyNestedRoute, path};

/// The addresses of this area.
pub(crate) fn routes() -> Vec<AnyNestedRoute> {
    vec![route(path!("/events"), list::page), route(path!("/events/:id"), show::page)]
}
