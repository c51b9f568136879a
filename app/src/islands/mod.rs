//! What is hydrated in the browser. Everything else is plain HTML.

pub mod enhance;
pub mod live;
