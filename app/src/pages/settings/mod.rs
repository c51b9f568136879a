//! Settings: the marketplace, people, API keys, the website tag, changes, erasing a person's data, one's own account and devices.

pub mod account;
mod audit;
pub mod devices;
pub mod erase;
pub mod keys;
pub mod marketplace;
pub mod people;
pub mod secret_key;
pub mod tag;
pub mod theme;
pub mod times;

use crate::{
    components::{frame::Area, tabs::tabs},
    page::{Page, Visit},
    routes::route,
};
use leptos_router::{any_nested_route::AnyNestedRoute, path};

/// The addresses of this area.
pub(crate) fn routes() -> Vec<AnyNestedRoute> {
    vec![
        route(path!("/settings"), marketplace::page),
        route(path!("/settings/people"), people::page),
        route(path!("/settings/keys"), keys::page),
        route(path!("/settings/tag"), tag::page),
        route(path!("/settings/audit"), audit::page),
        route(path!("/settings/erase"), erase::page),
        route(path!("/settings/account"), account::page),
        route(path!("/settings/devices"), devices::page),
    ]
}

const TABS: [(&str, &str); 8] = [
    ("Marketplace", "/settings"),
    ("People", "/settings/people"),
    ("API keys", "/settings/keys"),
    ("Website tag", "/settings/tag"),
    ("Changes", "/settings/audit"),
    ("Erase data", "/settings/erase"),
    ("Your account", "/settings/account"),
    ("Your devices", "/settings/devices"),
];

/// The head of every page of settings; the title is the tab's.
fn frame(visit: &Visit) -> Page {
    let title = TABS.iter().find(|(_, href)| *href == visit.path).map_or("Settings", |(title, _)| title);
    let list = TABS.iter().map(|(title, href)| (*title, (*href).to_owned(), *href == visit.path)).collect();
    Page::new(Area::Settings, title).tabs(tabs("Settings", list))
}
