//! A form that was sent shows it on its button, and is not sent twice.

use super::all;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlFormElement};

/// Stands on a form that is on its way.
const SENT: &str = "data-sent";

/// Listens on the whole page.
pub(super) fn listen() {
    let _ = window_event_listener(ev::submit, |event| {
        let form = event.target().and_then(|t| t.dyn_into::<HtmlFormElement>().ok());
        // The attribute, not the property: a field named "method" would stand in its place.
        let is_post =
            |form: &HtmlFormElement| form.get_attribute("method").is_some_and(|method| method == "post");
        let Some(form) = form.filter(|form| !event.default_prevented() && is_post(form)) else {
            return;
        };
        if form.has_attribute(SENT) {
            event.prevent_default();
            return;
        }
        let _ = form.set_attribute(SENT, "");
        if let Some(button) = event.submitter() {
            busy(&button, true);
        }
    });
    // A page that comes back from the browser's memory is as it was left.
    let _ = window_event_listener_untyped("pageshow", |_| {
        for form in all("form[data-sent]") {
            let _ = form.remove_attribute(SENT);
        }
        for button in all("button[aria-busy]") {
            busy(&button, false);
        }
    });
}

fn busy(button: &Element, is: bool) {
    let _ = if is { button.set_attribute("aria-busy", "true") } else { button.remove_attribute("aria-busy") };
}
