//! Deliveries.

use crate::{
    components::frame::Area,
    page::{Answer, Page, Visit},
    routes::route,
};
use leptos_router::{any_nested_route::AnyNestedRoute, path};

/// The addresses of this area.
pub(crate) fn routes() -> Vec<AnyNestedRoute> {
    vec![route(path!("/deliveries"), list)]
}

/// The list.
async fn list(_visit: Visit) -> Answer {
    Ok(Page::new(Area::Deliveries, "Deliveries"))
}
