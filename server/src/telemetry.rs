//! The program's log, on stderr.

use anyhow::{Context as _, Result};
use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

/// Starts logging by `filter`, such as `info` or `warn,engine=debug`.
///
/// # Errors
/// The filter can't be read.
pub(crate) fn start(filter: &str) -> Result<()> {
    let read =
        EnvFilter::try_new(filter).with_context(|| format!("log: `{filter}` is not a level or a filter"))?;
    tracing_subscriber::fmt()
        .with_env_filter(read)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    Ok(())
}
