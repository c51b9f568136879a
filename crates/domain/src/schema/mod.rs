//! Schemas of payloads (JSON Schema, 2020-12): what the sample of a topic says by itself, and whether a payload
//! is as a schema wants it.

#[cfg(feature = "server")]
mod bounds;
#[cfg(feature = "server")]
mod check;
mod derive;
#[cfg(feature = "server")]
mod words;

#[cfg(feature = "server")]
pub use check::{MAX_MISMATCHES, MAX_SCHEMA_BYTES, Schema};
pub use derive::of_sample;

/// The dialect, as `$schema` names it.
pub const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
