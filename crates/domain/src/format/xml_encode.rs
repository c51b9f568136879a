//! JSON → XML.

use super::Json;

/// Encodes.
///
/// # Errors
/// Too large
pub fn encode(value: &Json) -> Result<String, EncodeError> {
    todo!("{value}")
}

/// For people
///
/// # Errors
/// Too large
pub fn encode_indented(value: &Json) -> Result<String, EncodeError> {
    todo!("{value}")
}

/// Why a value has no XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// More levels than readers of XML take.
    #[error("the XML is nested too deep.")]
    TooDeep,
    /// The encoded text would be longer than `MAX_BODY_BYTES`.
    #[error("the XML is larger than 1 MiB.")]
    TooLarge,
}
