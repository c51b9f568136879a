//! XML → JSON.

use super::{Json, XmlError};

/// Decodes.
///
/// # Errors
/// Not ours.
pub fn decode(text: &str) -> Result<Json, XmlError> {
    todo!("{text}")
}
