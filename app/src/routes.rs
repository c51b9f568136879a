//! Every address of the console. Pages are complete before they are sent, so that they work
//! without JavaScript. Each area of [`crate::pages`] lists its own with [`route`].

use crate::{
    page::{Answer, Visit, signed_in},
    pages,
};
use leptos::{prelude::*, tachys::view::iterators::StaticVec};
use leptos_meta::provide_meta_context;
use leptos_router::{
    NestedRoute, PossibleRouteMatch, SsrMode,
    any_nested_route::{AnyNestedRoute, IntoAnyNestedRoute as _},
    components::{FlatRoutes, RouteChildren, Router},
    path,
};
use std::future::Future;

/// The console.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let routes = || {
        let routes = [
            pages::overview::routes(),
            pages::webhooks::routes(),
            pages::deliveries::routes(),
            pages::events::routes(),
            pages::topics::routes(),
            pages::automations::routes(),
            pages::campaigns::routes(),
            pages::profiles::routes(),
            pages::bins::routes(),
            pages::settings::routes(),
            pages::guide::routes(),
            vec![
                open(path!("/login"), pages::login::page),
                open(path!("/setup"), pages::setup::page),
                open(path!("/*any"), pages::not_found::page),
            ],
        ];
        StaticVec::from(routes.into_iter().flatten().collect::<Vec<AnyNestedRoute>>())
    };
    view! {
        <Router>
            <FlatRoutes fallback=pages::not_found::page children=RouteChildren::to_children(routes) />
        </Router>
    }
}

/// A page for people who are signed in.
pub(crate) fn route<P, F, Fut>(path: P, page: F) -> AnyNestedRoute
where
    P: PossibleRouteMatch + std::fmt::Debug + Clone + Send + Sync + 'static,
    F: Fn(Visit) -> Fut + Copy + Send + Sync + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    open(path, move || signed_in(page))
}

/// A page for everybody.
fn open<P, F>(path: P, page: F) -> AnyNestedRoute
where
    P: PossibleRouteMatch + std::fmt::Debug + Clone + Send + Sync + 'static,
    F: Fn() -> AnyView + Copy + Send + Sync + 'static,
{
    NestedRoute::new(path, page).ssr_mode(SsrMode::Async).into_any_nested_route()
}
