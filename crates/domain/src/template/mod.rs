//! Body templates.

use crate::topic::Topic;

/// The most bytes that a template may have: 64 KiB.
pub const MAX_TEMPLATE_BYTES: usize = 64 << 10;

/// Why no body could be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// What is wrong, in one sentence a manager understands.
    pub message: String,
    /// Line in the template, from 1; absent when no place in it is to blame.
    pub line: Option<u32>,
    /// Column in the template, in characters from 1.
    pub column: Option<u32>,
}

impl std::fmt::Display for TemplateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "Line {line}, column {column}: ")?;
        }
        f.write_str(&self.message)
    }
}
impl std::error::Error for TemplateError {}

/// A path that a template reads and that no sample has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownField {
    /// As the template writes it: `payload.user.emial`.
    pub path: String,
    /// Line in the template, from 1.
    pub line: u32,
    /// Column in the template, in characters from 1.
    pub column: u32,
}

/// What the template reads and the sample of no topic has.
#[must_use]
pub fn unknown_fields(template: &str, topics: &[Topic]) -> Vec<UnknownField> {
    todo!("{template}{topics:?}")
}
