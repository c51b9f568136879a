//! Encodings: one tree of values (`Json`), read from JSON and written as JSON, XML or a form.

pub mod form;
pub mod json;
mod json_parse;
pub(crate) mod json_print;
pub mod number;
mod serde;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod text;
pub(crate) mod xml_chars;
pub mod xml_decode;
pub mod xml_encode;
#[cfg(test)]
mod xml_foreign_tests;
pub mod xml_read;
#[cfg(test)]
mod xml_tests;

pub use json::{Json, JsonError, parse_payload};
pub(crate) use json_parse::line_and_column;
#[cfg(feature = "server")]
pub(crate) use json_print::{escape, quote};
pub use xml_read::{XmlError, well_formed};

/// The most bytes that a rendered body may have, in any format: 1 MiB. A default JSON body may be
/// longer by its envelope.
pub const MAX_BODY_BYTES: usize = 1 << 20;
