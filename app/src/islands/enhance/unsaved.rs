//! A form with `data-unsaved` in it shows that part as soon as something in the form changes that is
//! sent with it: what has a name.

use super::around;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Listens on the whole page.
pub(super) fn listen() {
    let _ = window_event_listener(ev::input, |event| {
        let form = around(&event, "[name]").and_then(|field| field.closest("form").ok().flatten());
        let told = form.and_then(|form| form.query_selector("[data-unsaved]").ok().flatten());
        if let Some(told) = told {
            let _ = told.remove_attribute("hidden");
            // Goes with a test, so that the page after it says so again.
            let note = told.query_selector("input").ok().flatten();
            if let Some(note) = note.and_then(|note| note.dyn_into::<HtmlInputElement>().ok()) {
                note.set_value("1");
            }
        }
    });
}
