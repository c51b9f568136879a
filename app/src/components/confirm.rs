//! Asks before something is destroyed. A popover: it works without JavaScript, closes with Escape,
//! and gives the focus back.

use crate::components::{button::hidden_fields, icon::icon};
use leptos::prelude::*;

/// What is asked, and what is done then.
pub struct Confirm {
    /// Unique on the page; letters, digits, `-` and `_`.
    pub id: String,
    /// On the button that asks, and on the one that does it: "Delete".
    pub verb: &'static str,
    /// The class of the button that asks: `danger`, or one that begins with `menu-item` in a menu.
    pub class: &'static str,
    /// An icon of the sprite.
    pub icon: &'static str,
    /// "Delete the webhook “Student sync”?"
    pub title: String,
    /// What is destroyed and how much of it.
    pub text: String,
    /// The server function's address.
    pub action: &'static str,
    /// Names and values that go with it.
    pub hidden: Vec<(&'static str, String)>,
}

impl Confirm {
    /// Draws the button and its question.
    #[must_use]
    pub fn view(self) -> AnyView {
        let Self { id, verb, class, icon: sign, title, text, action, hidden } = self;
        let (title_id, text_id) = (format!("{id}-title"), format!("{id}-text"));
        let (opener, closer) = (id.clone(), id.clone());
        let (named_by, described_by) = (title_id.clone(), text_id.clone());
        let class = if class.starts_with("menu-item") { class.to_owned() } else { format!("button {class}") };
        view! {
            <button type="button" class=class popovertarget=opener>{icon(sign)} {format!("{verb}…")}</button>
            <div popover="auto" class="dialog" id=id role="alertdialog" aria-labelledby=named_by aria-describedby=described_by>
                <h2 id=title_id>{title}</h2>
                <p id=text_id>{text}</p>
                <form method="post" action=action class="dialog-actions">
                    {hidden_fields(&hidden)}
                    <button type="button" class="button" popovertarget=closer popovertargetaction="hide" autofocus>"Cancel"</button>
                    <button class="button danger solid">{verb}</button>
                </form>
            </div>
        }
        .into_any()
    }
}
