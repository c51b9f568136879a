//! What is hydrated in the browser. Everything else is plain HTML.
#![allow(
    missing_docs,
    clippy::needless_pass_by_value,
    reason = "the macro keeps the arguments of islands in structs of its own, read from the page"
)]

pub mod enhance;
pub mod live;
#[cfg(feature = "hydrate")]
mod live_regions;
#[cfg(feature = "hydrate")]
mod live_stream;
pub mod preview;
pub mod topics;
