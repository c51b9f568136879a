//! The log: every delivery, filtered by the address, and what became of each.

mod api;
mod beside;
pub mod filters;
mod life;
pub mod list;
mod retry;
mod show;
mod story;
mod then;

use crate::routes::route;
use leptos_router::{any_nested_route::AnyNestedRoute, path};

/// The addresses of this area.
pub(crate) fn routes() -> Vec<AnyNestedRoute> {
    vec![route(path!("/deliveries"), list::page), route(path!("/deliveries/:id"), show::page)]
}
