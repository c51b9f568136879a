//! The last outcomes as a row of dots, oldest first, with their count in words.

use crate::words;
use domain::delivery::State;
use leptos::prelude::*;

/// At most 30 dots.
pub fn dots(recent: &[State]) -> AnyView {
    if recent.is_empty() {
        return view! { <span class="muted">"none yet"</span> }.into_any();
    }
    let delivered = recent.iter().filter(|s| **s == State::Delivered).count();
    let label = format!("{delivered} of the last {} delivered", recent.len());
    let dot = |state: &State| {
        let look = words::delivery_state(*state);
        view! { <span class=format!("dot {}", look.tone) title=look.word></span> }
    };
    view! { <span class="dots" role="img" aria-label=label>{recent.iter().map(dot).collect_view()}</span> }
        .into_any()
}
