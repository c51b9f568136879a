//! Buttons with `data-copy` copy it, and show for a moment that they did.

use super::around;
use leptos::{ev, prelude::*, task::spawn_local};
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

/// How long the button says that it copied.
const SHOWN: Duration = Duration::from_millis(1600);

/// Listens on the whole page, so that rows that come later can be copied too.
pub(super) fn listen() {
    if !window().is_secure_context() {
        // Browsers allow it over https and on this machine only; text can still be selected.
        let _ = document().document_element().map(|root| root.set_attribute("data-no-copy", ""));
        return;
    }
    let _ = window_event_listener(ev::click, |event| {
        if let Some(button) = around(&event, "[data-copy]") {
            spawn_local(copy(button));
        }
    });
}

async fn copy(button: Element) {
    let text = button.get_attribute("data-copy").unwrap_or_default();
    if JsFuture::from(window().navigator().clipboard().write_text(&text)).await.is_err() {
        return;
    }
    let label = button.get_attribute("aria-label").unwrap_or_default();
    show(&button, "#i-check", "Copied");
    let _ = button.set_attribute("data-copied", "");
    set_timeout(
        move || {
            show(&button, "#i-copy", &label);
            let _ = button.remove_attribute("data-copied");
        },
        SHOWN,
    );
}

fn show(button: &Element, icon: &str, label: &str) {
    if let Ok(Some(drawn)) = button.query_selector("use") {
        let _ = drawn.set_attribute("href", icon);
    }
    let _ = button.set_attribute("aria-label", label);
}
