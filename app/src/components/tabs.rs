//! Tabs that are pages: each has its address.

use leptos::prelude::*;

/// Tabs as label, address and whether it is the one shown.
pub fn tabs(label: &'static str, list: Vec<(&'static str, String, bool)>) -> AnyView {
    let tab = |(title, href, here): (&'static str, String, bool)| {
        view! { <li><a href=href aria-current=here.then_some("page")>{title}</a></li> }
    };
    view! { <nav class="tabs" aria-label=label><ul>{list.into_iter().map(tab).collect_view()}</ul></nav> }
        .into_any()
}
