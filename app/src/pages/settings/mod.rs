//! Settings: the marketplace, people, keys, one's own account.

pub mod theme;

use crate::{
    components::frame::Area,
    page::{Answer, Page, Visit},
    routes::route,
};
use leptos_router::{any_nested_route::AnyNestedRoute, path};

/// The addresses of this area.
pub(crate) fn routes() -> Vec<AnyNestedRoute> {
    vec![route(path!("/settings"), marketplace)]
}

async fn marketplace(_visit: Visit) -> Answer {
    Ok(Page::new(Area::Settings, "Settings"))
}
