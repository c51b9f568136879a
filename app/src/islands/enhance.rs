//! The one island of every page: local times, copy buttons, pending forms.

use leptos::prelude::*;

/// Adds to a page what plain HTML can't do.
#[island]
pub fn Enhance() -> impl IntoView {
    view! { <span hidden></span> }
}
