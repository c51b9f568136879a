//! What is hydrated in the browser. Everything else is plain HTML.
#![allow(missing_docs, reason = "the macro writes structs of its own for the arguments of islands")]

pub mod enhance;
pub mod live;
