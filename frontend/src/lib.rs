//! The WASM entry: hydrates the islands, nothing else.

// Links the islands, which the page finds by name.
extern crate app as _;

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once, before the page walks its islands.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
