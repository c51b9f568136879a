//! Test receivers: make one, send to it, see what arrives.

mod api;
mod list;
mod show;

use crate::routes::route;
use leptos_router::{any_nested_route::AnyNestedRoute, path};

/// The addresses of this area.
pub(crate) fn routes() -> Vec<AnyNestedRoute> {
    vec![route(path!("/bins"), list::page), route(path!("/bins/:id"), show::page)]
}
