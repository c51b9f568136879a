//! What commands print for people and scripts. Logs go to stderr, this goes to stdout.

use std::io::{Result, Write as _, stdout};

/// Prints one line and flushes it, so that a reader behind a pipe sees it at once.
///
/// # Errors
/// Nobody reads stdout any more.
pub(crate) fn line(text: &str) -> Result<()> {
    let mut out = stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}
