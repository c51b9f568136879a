//! A notice is told once: its token leaves the address, so that reloading doesn't tell it again.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// Takes the token away where the page says that it was told.
pub(super) fn tidy() {
    if document().query_selector("[data-told]").ok().flatten().is_some() {
        let _ = take_away();
    }
}

fn take_away() -> Result<(), JsValue> {
    let url = web_sys::Url::new(&window().location().href()?)?;
    url.search_params().delete("form");
    window().history()?.replace_state_with_url(&JsValue::NULL, "", Some(&url.href()))
}
