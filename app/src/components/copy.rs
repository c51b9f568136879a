//! Text that is copied by a click. The script does it; without it the text can be selected.

use crate::{components::icon::icon, words};
use domain::id::{Id, Kind};
use leptos::prelude::*;

/// A button that copies `text`; `what` names it: "event id".
pub fn button(text: impl Into<String>, what: &str) -> AnyView {
    let label = format!("Copy {what}");
    view! {
        <button type="button" class="copy" data-copy=text.into() aria-label=label.clone() title=label>
            {icon("copy")}
        </button>
    }
    .into_any()
}

/// An id, shortened in the middle, with its copy button.
pub fn id<K: Kind>(id: Id<K>, what: &str) -> AnyView {
    let id = id.to_string();
    view! { <span class="id"><code title=id.clone()>{words::short_id(&id)}</code> {button(id, what)}</span> }
        .into_any()
}

/// A whole text in monospace with its copy button.
pub fn text(text: impl Into<String>, what: &str) -> AnyView {
    let text = text.into();
    view! { <span class="id whole"><code>{text.clone()}</code> {button(text, what)}</span> }.into_any()
}

/// A secret that is shown this once, in a line of its own with a button that says *Copy*.
pub fn secret(text: impl Into<String>, what: &str) -> AnyView {
    let text = text.into();
    let label = format!("Copy {what}");
    view! {
        <div class="secret">
            <code>{text.clone()}</code>
            <button type="button" class="button copy-text" data-copy=text aria-label=label>{icon("copy")}</button>
        </div>
    }
    .into_any()
}
