//! Encodings: one tree of values (`Json`), read from JSON and written as JSON, XML or a form.

pub mod form;
pub mod json;
mod json_parse;
mod json_print;
pub mod number;
mod serde;
#[cfg(test)]
pub(crate) mod testing;
pub mod xml_decode;
pub mod xml_encode;
pub mod xml_read;

pub use json::{Json, JsonError, parse_payload};
pub use xml_read::{XmlError, well_formed};

/// The most bytes that a rendered body may have, in any format: 1 MiB. A default JSON body may be
/// longer by its envelope.
pub const MAX_BODY_BYTES: usize = 1 << 20;
