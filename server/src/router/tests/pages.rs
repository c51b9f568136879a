//! The pages of the console, by the list of their routes.

use super::world::{World, on_both};
use axum::http::{Method, StatusCode};
use domain::account::Role;

on_both!(every_page_is_for_members_of_its_marketplace);

/// Pages for people who are not signed in.
const OPEN: [&str; 2] = ["/login", "/setup"];

/// The addresses of all pages; ids are names of things.
fn pages() -> Vec<String> {
    let routes = leptos_axum::generate_route_list(app::App);
    let named = routes.iter().map(|route| {
        let path = route.path();
        let thing = match path.split('/').nth(1) {
            Some("automations") => "{automation}",
            Some("webhooks") => "{draft}",
            Some("events") => "{event}",
            Some("deliveries") => "{delivery}",
            Some("campaigns") => "{campaign}",
            Some("bins") => "{bin}",
            Some("topics") => "{topic}",
            other if path.contains("{id}") || path.contains("{key}") => panic!("what is an id of {other:?}?"),
            _ => "",
        };
        path.replace("{id}", thing).replace("{key}", thing)
    });
    named.filter(|path| !path.contains("{*")).collect()
}

async fn every_page_is_for_members_of_its_marketplace(world: World) {
    let (own, theirs) = (world.things(&world.home).await, world.things(&world.other).await);
    let viewer = world.person(&world.home, Role::Viewer).await;
    let owner = world.person(&world.home, Role::Owner).await;
    let pages = pages();
    assert!(pages.len() > 20, "{pages:?}");
    let viewer = [("cookie", viewer.cookie.as_str())];
    let owner = [("cookie", owner.cookie.as_str())];
    for page in pages.iter().filter(|page| !OPEN.contains(&page.as_str())) {
        let stranger = world.send(&Method::GET, &own.fill(page), &[], "").await;
        assert!(stranger.to().starts_with("/login"), "{page} for a stranger: {}", stranger.status);
        assert!(!stranger.text.contains("Sync"), "{page} told a stranger something: {}", stranger.text);
        let answer = world.send(&Method::GET, &own.fill(page), &viewer, "").await;
        let told = matches!(answer.status, StatusCode::OK | StatusCode::FORBIDDEN);
        assert!(told, "{page} for a viewer: {} {}", answer.status, answer.text);
        let answer = world.send(&Method::GET, &own.fill(page), &owner, "").await;
        assert_eq!(answer.status, StatusCode::OK, "{page}: {}", answer.text);
        if page.contains('{') {
            let answer = world.send(&Method::GET, &theirs.fill(page), &owner, "").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{page} of others: {}", answer.text);
        }
        let posted = world.send(&Method::POST, &own.fill(page), &owner, "").await;
        assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED, "POST {page}");
    }
    let news = world.send(&Method::GET, "/live", &[], "").await;
    assert_eq!(news.status, StatusCode::UNAUTHORIZED);
}
