//! Webhooks: list, form, and the pages of one webhook.

pub(crate) mod alert;
mod api;
mod find;
pub(crate) mod form;
mod head;
mod list;
pub(crate) mod replay;
mod show;
pub(crate) mod signing;
pub(crate) mod test;

use crate::routes::route;
use leptos_router::{any_nested_route::AnyNestedRoute, path};

/// The addresses of this area.
pub(crate) fn routes() -> Vec<AnyNestedRoute> {
    vec![
        route(path!("/webhooks"), list::page),
        route(path!("/webhooks/new"), show::new),
        route(path!("/webhooks/:id"), show::summary),
        route(path!("/webhooks/:id/settings"), show::settings),
        route(path!("/webhooks/:id/test"), test::page),
        route(path!("/webhooks/:id/deliveries"), show::deliveries),
        route(path!("/webhooks/:id/replay"), replay::page),
        route(path!("/webhooks/:id/signing"), signing::page),
    ]
}
