//! The last outcomes as a row of dots, oldest first, with their count in words.

use crate::words;
use domain::delivery::State;
use leptos::prelude::*;

/// At most 30 dots.
pub fn dots(recent: &[State]) -> AnyView {
    if recent.is_empty() {
        return view! { <span class="muted">"none yet"</span> }.into_any();
    }
    let label = match tried(recent) {
        0 => format!("{} not sent", recent.len()),
        all => format!("{} of the last {all} delivered", delivered(recent)),
    };
    let dot = |state: &State| {
        let look = words::delivery_state(*state);
        view! { <span class=format!("dot {}", look.tone) title=look.word></span> }
    };
    view! { <span class="dots" role="img" aria-label=label>{recent.iter().map(dot).collect_view()}</span> }
        .into_any()
}

/// The dots, and how many of them were delivered where some were not.
pub fn with_count(recent: &[State]) -> AnyView {
    let (good, all) = (delivered(recent), tried(recent));
    let count = (good < all)
        .then(|| view! { <span class="dots-count" aria-hidden="true">{format!("{good} of {all}")}</span> });
    view! { <span class="dots-line">{dots(recent)} {count}</span> }.into_any()
}

/// What was held back or given up is no failure.
fn tried(recent: &[State]) -> usize {
    recent.iter().filter(|state| **state != State::Discarded).count()
}

fn delivered(recent: &[State]) -> usize {
    recent.iter().filter(|state| **state == State::Delivered).count()
}
