//! States as icon, word and colour; never colour alone.

use crate::{components::icon::icon, words};
use domain::{delivery, webhook};
use leptos::prelude::*;

/// A pill of a tone: `good warn bad held test plain`.
pub fn pill(tone: &'static str, sign: &'static str, word: impl Into<String>) -> AnyView {
    view! { <span class=format!("pill {tone}")>{icon(sign)} <span>{word.into()}</span></span> }.into_any()
}

/// Where a delivery stands.
pub fn delivery(state: delivery::State) -> AnyView {
    let look = words::delivery_state(state);
    pill(look.tone, look.icon, look.word)
}

/// Whether a webhook receives.
pub fn webhook(state: webhook::State) -> AnyView {
    let look = words::webhook_state(state);
    pill(look.tone, look.icon, look.word)
}

/// A state as its icon alone, for narrow rows; the word is there for those who don't see it, and on
/// hover.
pub fn sign(look: words::Look) -> AnyView {
    view! {
        <span class=format!("sign {}", look.tone) title=look.word>
            {icon(look.icon)}
            <span class="unseen">{look.word}</span>
        </span>
    }
    .into_any()
}

/// Marks what belongs to a test send.
pub fn test() -> AnyView {
    pill("test", "test", "Test")
}

/// A status code in the colour of its class.
pub fn status_code(status: u16) -> AnyView {
    let tone = match status {
        200..=299 => "good",
        300..=499 => "warn",
        _ => "bad",
    };
    view! { <span class=format!("code-pill {tone}")>{status}</span> }.into_any()
}
