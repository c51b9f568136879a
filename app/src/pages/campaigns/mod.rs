//! Campaigns: the list, and the page of one, which is its form: trigger, webhook, stop.

mod api;
mod form;
mod list;
mod parts;
mod show;

use crate::routes::route;
use leptos_router::{any_nested_route::AnyNestedRoute, path};

/// The addresses of this area.
pub(crate) fn routes() -> Vec<AnyNestedRoute> {
    vec![
        route(path!("/campaigns"), list::page),
        route(path!("/campaigns/new"), show::new),
        route(path!("/campaigns/:id"), show::page),
    ]
}
