//! Topics: catalogs and the marketplace's own, each with a sample that can be published.

mod api;
mod edit;
mod list;

use crate::routes::route;
use leptos_router::{any_nested_route::AnyNestedRoute, path};

/// The addresses of this area.
pub(crate) fn routes() -> Vec<AnyNestedRoute> {
    vec![
        route(path!("/topics"), list::page),
        route(path!("/topics/new"), edit::new),
        route(path!("/topics/:key"), list::one),
        route(path!("/topics/:key/edit"), edit::change),
    ]
}
