//! The first page: what to do first, later how things stand.

use crate::{
    components::frame::Area,
    page::{Answer, Page, Visit},
    routes::route,
};
use leptos_router::{any_nested_route::AnyNestedRoute, path};

/// The addresses of this area.
pub(crate) fn routes() -> Vec<AnyNestedRoute> {
    vec![route(path!("/"), show)]
}

/// The first page.
async fn show(_visit: Visit) -> Answer {
    Ok(Page::new(Area::Overview, "Overview"))
}
