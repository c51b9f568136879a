//! Profiles: what is known of visitors and contacts, under the platform's own ids.

mod api;
mod edit;
mod list;

use crate::{pairs::Pairs, routes::route};
use leptos_router::{any_nested_route::AnyNestedRoute, path};

/// The list.
pub(crate) const LIST: &str = "/profiles";

/// The addresses of this area. An id may be any text, so it stands in the query.
pub(crate) fn routes() -> Vec<AnyNestedRoute> {
    vec![route(path!("/profiles"), list::page), route(path!("/profiles/edit"), edit::page)]
}

/// The page of a profile.
fn page_of(id: &str) -> String {
    Pairs::from_iter([("id", id)]).on("/profiles/edit")
}
