//! Menus close by a click elsewhere and by Escape, which gives the focus back.

use super::{all, around};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

const OPEN: &str = "details.menu[open]";

/// Listens on the whole page.
pub(super) fn listen() {
    let _ = window_event_listener(ev::click, |event| {
        let inside = around(&event, OPEN);
        for menu in all(OPEN).filter(|menu| Some(menu) != inside.as_ref()) {
            close(&menu);
        }
    });
    let _ = window_event_listener(ev::keydown, |event| {
        if event.key() != "Escape" {
            return;
        }
        for menu in all(OPEN) {
            close(&menu);
            let summary = menu.query_selector("summary").ok().flatten();
            if let Some(summary) = summary.and_then(|s| s.dyn_into::<HtmlElement>().ok()) {
                let _ = summary.focus();
            }
        }
    });
}

fn close(menu: &Element) {
    let _ = menu.remove_attribute("open");
}
