//! Buttons. Classes: `button` and one of `primary`, `danger`, `quiet`; `small` beside them.

use crate::components::icon::icon;
use leptos::prelude::*;

/// Submits the form it stands in; shows that it does until the next page is there.
pub fn submit(label: &'static str) -> AnyView {
    view! { <button class="button primary">{label}</button> }.into_any()
}

/// Submits the form it stands in to another action than the form's.
pub fn submit_to(label: &'static str, action: &'static str, class: &'static str) -> AnyView {
    view! { <button class=format!("button {class}") formaction=action>{label}</button> }.into_any()
}

/// The one main action of a page, as a link.
pub fn main_link(label: &'static str, sign: &'static str, href: impl Into<String>) -> AnyView {
    view! { <a class="button primary" href=href.into()>{icon(sign)} {label}</a> }.into_any()
}

/// A further action, as a link.
pub fn link(label: &'static str, sign: &'static str, href: impl Into<String>) -> AnyView {
    view! { <a class="button" href=href.into()>{icon(sign)} {label}</a> }.into_any()
}

/// A form of one button: does one thing to one object. `class` as for buttons, or `menu-item` in a
/// menu; `hidden` are its names and values.
pub fn action(
    label: &'static str,
    sign: &'static str,
    class: &'static str,
    action: &'static str,
    hidden: &[(&'static str, String)],
) -> AnyView {
    let class = if class == "menu-item" { class.to_owned() } else { format!("button {class}") };
    view! {
        <form method="post" action=action>
            {hidden_fields(hidden)}
            <button class=class>{icon(sign)} {label}</button>
        </form>
    }
    .into_any()
}

/// Names and values that go along with a form unseen.
pub fn hidden_fields(hidden: &[(&'static str, String)]) -> AnyView {
    let field = |(name, value): &(&'static str, String)| view! { <input type="hidden" name=*name value=value.clone() /> };
    hidden.iter().map(field).collect_view().into_any()
}
