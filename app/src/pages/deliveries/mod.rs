//! The log: every delivery, filtered by the address, and what became of each.

mod api;
mod filters;
pub mod list;
mod show;

use crate::routes::route;
use leptos_router::{any_nested_route::AnyNestedRoute, path};

/// The addresses of this area.
pub(crate) fn routes() -> Vec<AnyNestedRoute> {
    vec![route(path!("/deliveries"), list::page), route(path!("/deliveries/:id"), show::page)]
}
