//! A small pull parser of XML 1.0.

/// Where and why a text is not XML.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct XmlError {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// Bytes from the start of the text.
    pub offset: usize,
    /// What is wrong, in one sentence.
    pub message: String,
}

/// Whether it is well-formed.
///
/// # Errors
/// The first place.
pub fn well_formed(text: &str) -> Result<(), XmlError> {
    todo!("{text}")
}
