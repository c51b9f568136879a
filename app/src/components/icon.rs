//! Our own icons: 16 px strokes, one sprite that stands once in every page.

use leptos::prelude::*;

/// The sprite, for the document.
pub const SPRITE: &str = include_str!("../../../style/icons.svg");
/// The mark for the browser's tab.
pub const FAVICON: &str = "/pkg/favicon.svg";

/// An icon of the sprite. It says nothing to assistive technology: a word stands beside it.
pub fn icon(name: &'static str) -> AnyView {
    view! {
        <svg class="icon" aria-hidden="true" width="16" height="16">
            <use href=format!("#i-{name}")></use>
        </svg>
    }
    .into_any()
}

/// The mark: a hand bell on its ground.
pub fn mark() -> AnyView {
    view! { <span class="mark">{icon("bell")}</span> }.into_any()
}
