//! The console: what the manager sees, and the thin server functions behind it.
//!
//! Pages are drawn on the server and work without JavaScript: links, forms, POST → redirect → GET.
//! Only the components in [`islands`] are hydrated in the browser, so the browser half of this
//! crate (feature `hydrate`) is those alone.
//!
//! # What the router provides
//!
//! * The pages: `leptos_routes_with_context` with the routes of [`App`], the shell [`shell`], and
//!   as context [`provide`]`(engine, assets)`. Server functions live under `/do/…`, are POST only,
//!   and need the same context.
//! * In the extensions of each request: [`Nonce`] (the nonce of its `script-src`) and
//!   [`ClientAddress`] (who called, behind trusted proxies). Without them, scripts carry no nonce
//!   and devices show no address.
//! * `Referrer-Policy: same-origin`, an origin check on everything but GET and HEAD, and a content
//!   security policy with `style-src 'self'`: no page has inline styles.
//! * `/live`: server-sent events `delivery` and `caught`, for the session that [`session_token`]
//!   reads from the cookie.
#![recursion_limit = "256"]

pub mod components;
pub mod ids;
pub mod islands;
pub mod words;

#[cfg(feature = "ssr")]
pub mod codec;
#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
pub mod error;
#[cfg(feature = "ssr")]
pub mod form;
#[cfg(feature = "ssr")]
pub mod form_before;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod pairs;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "ssr")]
mod shown;

#[cfg(feature = "ssr")]
pub use context::{Assets, ClientAddress, Nonce, provide, session_token};
#[cfg(feature = "ssr")]
pub use routes::App;
#[cfg(feature = "ssr")]
pub use shell::{THEME, shell};
