//! The one island of every page: what plain HTML can't do. Without it everything still works.

#[cfg(feature = "hydrate")]
mod address;
#[cfg(feature = "hydrate")]
mod copying;
#[cfg(feature = "hydrate")]
mod menus;
#[cfg(feature = "hydrate")]
mod pending;
#[cfg(feature = "hydrate")]
mod rows;
#[cfg(feature = "hydrate")]
mod times;
#[cfg(feature = "hydrate")]
mod unsaved;

use leptos::prelude::*;

/// Local times, copy buttons, pending forms, menus that close, rows that can be clicked anywhere.
#[island]
pub fn Enhance() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    {
        address::tidy();
        copying::listen();
        menus::listen();
        pending::listen();
        rows::listen();
        times::keep();
        unsaved::listen();
    }
    view! { <span hidden=true></span> }
}

/// The element that an event came from, or one around it, that `selector` takes.
#[cfg(feature = "hydrate")]
pub(in crate::islands) fn around(event: &web_sys::Event, selector: &str) -> Option<web_sys::Element> {
    use wasm_bindgen::JsCast;
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    target.closest(selector).ok().flatten()
}

/// Every element of the page that `selector` takes.
#[cfg(feature = "hydrate")]
pub(in crate::islands) fn all(selector: &str) -> impl Iterator<Item = web_sys::Element> {
    use wasm_bindgen::JsCast;
    let list = document().query_selector_all(selector).ok();
    let length = list.as_ref().map_or(0, web_sys::NodeList::length);
    (0..length).filter_map(move |at| list.as_ref()?.item(at)?.dyn_into().ok())
}
