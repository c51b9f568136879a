//! Nothing yet, and nothing that matches: two different things.

use crate::components::icon::icon;
use leptos::prelude::*;

/// Nothing yet: one sentence, one action.
pub fn nothing_yet(
    sign: &'static str,
    title: &'static str,
    text: &'static str,
    action: impl IntoView + 'static,
) -> AnyView {
    view! {
        <div class="empty">
            <span class="empty-icon">{icon(sign)}</span>
            <h2>{title}</h2>
            <p>{text}</p>
            {action.into_any()}
        </div>
    }
    .into_any()
}

/// No match: says which filters, and clears them.
pub fn no_match(filters: &str, clear: impl Into<String>) -> AnyView {
    view! {
        <div class="empty">
            <span class="empty-icon">{icon("filter")}</span>
            <h2>"Nothing matches"</h2>
            <p>{format!("No entry matches {filters}.")}</p>
            <a class="button" href=clear.into()>"Clear filters"</a>
        </div>
    }
    .into_any()
}
