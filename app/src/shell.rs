//! The document around every page: head, theme, icons, and the script that starts the islands.

use crate::{
    components::icon,
    context::{Assets, Nonce, cookie},
    routes::App,
};
use axum::http::request::Parts;
use leptos::{config::LeptosOptions, prelude::*};
use leptos_meta::MetaTags;

/// The cookie that holds `light` or `dark`; without it a page looks as the system does.
pub const THEME: &str = "crier_theme";
/// The cookie that holds `utc`; without it times are made local.
pub(crate) const TIMES: &str = "crier_times";
/// Times stay as the server writes them.
pub(crate) const UTC: &str = "utc";

/// Draws the document. The options are not needed: [`Assets`] says where the files are.
pub fn shell(_options: LeptosOptions) -> impl IntoView {
    // Outside of islands nothing is hydrated, so no markers are needed for it.
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
    let assets = use_context::<Assets>().unwrap_or_default();
    let parts = use_context::<Parts>();
    let nonce = parts.as_ref().and_then(|p| p.extensions.get::<Nonce>()).map(|n| n.0.to_string());
    let chosen = |name: &str, known: &[&str]| {
        let value = parts.as_ref().and_then(|p| cookie(&p.headers, name));
        value.filter(|value| known.contains(value)).map(str::to_owned)
    };
    let (theme, times) = (chosen(THEME, &["light", "dark"]), chosen(TIMES, &[UTC]));
    let start = format!("({})({:?},{:?})", include_str!("start.js").trim(), assets.js, assets.wasm);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme data-times=times>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" type="image/svg+xml" href=icon::FAVICON />
                <link rel="stylesheet" href=assets.css.to_string() />
                <link rel="modulepreload" href=assets.js.to_string() nonce=nonce.clone() />
                <link rel="preload" href=assets.wasm.to_string() r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
                <MetaTags />
            </head>
            <body>
                <div hidden inner_html=icon::SPRITE></div>
                <App />
                <script type="module" nonce=nonce inner_html=start></script>
            </body>
        </html>
    }
}
