//! The first page: what to do first, later how things stand.

mod failing;
mod first;
mod standing;

use crate::{
    components::{button, frame::Area},
    page::{Answer, Page, Visit},
    pages::webhooks::alert,
    routes::route,
};
use engine::Permission;
use leptos::prelude::*;
use leptos_router::{any_nested_route::AnyNestedRoute, path};

/// The addresses of this area.
pub(crate) fn routes() -> Vec<AnyNestedRoute> {
    vec![route(path!("/"), page)]
}

async fn page(visit: Visit) -> Answer {
    let overview = visit.engine.overview(&visit.who).await?;
    let page = Page::new(Area::Overview, "Overview");
    let steps = overview.first_steps;
    if !steps.has_webhook {
        return Ok(page.body(first::view(&visit).await?));
    }
    let new =
        visit.may(Permission::Manage).then(|| button::main_link("New webhook", "plus", "/webhooks/new"));
    let alerts = alert::all(&visit).await?;
    Ok(page.actions(new).body(view! { {alerts} {standing::view(&visit, &overview)} }))
}
