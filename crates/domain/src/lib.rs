//! What a webhook is: the pure rules of Crier.
//!
//! No I/O, no clock, no randomness: everything here is a function of its arguments, builds for
//! WASM, and is shared by the server and the browser. What only the server needs (templates,
//! signatures, checks by schemas) stands behind the feature `server`.

pub mod account;
pub mod automation;
pub mod bin;
#[cfg(feature = "server")]
pub mod body;
pub mod campaign;
pub mod catalog;
pub mod conditions;
pub mod delivery;
#[cfg(feature = "server")]
pub mod echo;
pub mod envelope;
pub mod event;
pub mod filter;
pub mod format;
pub mod health;
pub mod html;
pub mod id;
pub mod invalid;
pub mod matching;
pub mod page;
pub mod policy;
pub mod preset;
pub mod profile;
pub mod replay;
pub mod retry;
pub mod schema;
pub mod search;
pub mod secret;
pub mod share;
#[cfg(feature = "server")]
pub mod signature;
pub mod target;
#[cfg(feature = "server")]
pub mod template;
pub mod time;
pub mod topic;
pub mod tracking;
pub mod visit;
pub mod webhook;
