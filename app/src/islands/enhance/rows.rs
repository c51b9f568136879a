//! A click on what lies over a row's link, such as a time, follows the link too.

use super::around;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// What a click is meant for itself.
const ITSELF: &str = "a, button, summary, input, label, select, [popover], .menu";

/// Listens on the whole page.
pub(super) fn listen() {
    let _ = window_event_listener(ev::click, |event| {
        let selecting = window().get_selection().ok().flatten().is_some_and(|s| !s.is_collapsed());
        if event.default_prevented() || selecting || around(&event, ITSELF).is_some() {
            return;
        }
        let link = around(&event, "tr").and_then(|row| row.query_selector("a.row-link").ok().flatten());
        if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
            link.click();
        }
    });
}
