//! What a list is filtered by, as chips over it.

use crate::components::icon::icon;
use leptos::prelude::*;

/// Each filter (its name and what it says) with a link that takes it away, and one that takes all
/// away; nothing where nothing is filtered.
pub fn filter_chips(
    said: Vec<(&'static str, String)>,
    without: impl Fn(&str) -> String,
    clear: String,
) -> AnyView {
    if said.is_empty() {
        return ().into_any();
    }
    let chip = |(name, text): (&'static str, String)| {
        let (href, label) = (without(name), format!("Remove {text}"));
        view! { <li class="chip"><span>{text}</span> <a href=href aria-label=label.clone() title=label>{icon("x")}</a></li> }
    };
    view! {
        <ul class="chips" aria-label="Filters">
            {said.into_iter().map(chip).collect_view()}
            <li><a href=clear>"Clear filters"</a></li>
        </ul>
    }
    .into_any()
}
