//! Automations: what is sent when somebody receives or loses access to a product. The pages are a view over the
//! webhooks that are its actions.

mod api;
mod list;
mod new;
mod show;
mod steps;

use crate::routes::route;
use leptos_router::{any_nested_route::AnyNestedRoute, path};

/// The addresses of this area.
pub(crate) fn routes() -> Vec<AnyNestedRoute> {
    vec![
        route(path!("/automations"), list::page),
        route(path!("/automations/new"), new::page),
        route(path!("/automations/:id"), show::page),
    ]
}
