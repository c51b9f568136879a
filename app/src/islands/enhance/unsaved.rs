//! A form with `data-unsaved` in it shows that part as soon as something in the form changes.

use super::around;
use leptos::{ev, prelude::*};

/// Listens on the whole page.
pub(super) fn listen() {
    let _ = window_event_listener(ev::input, |event| {
        let form = around(&event, "form");
        let told = form.and_then(|form| form.query_selector("[data-unsaved]").ok().flatten());
        if let Some(told) = told {
            let _ = told.remove_attribute("hidden");
        }
    });
}
