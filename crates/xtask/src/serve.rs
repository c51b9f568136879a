//! `cargo xtask serve`: from a fresh clone to the console.

use std::os::unix::process::CommandExt as _;

use anyhow::{Context, Result};

use crate::{run, site, site::Mode};

/// Builds, then becomes `crier serve`: its output (address, set-up link) and signals are its own.
pub(crate) fn serve(args: &[String]) -> Result<()> {
    site::site(Mode::Dev)?;
    let crier = site::server(Mode::Dev)?;
    eprintln!();
    Err(run::program(&crier).arg("serve").args(args).exec())
        .with_context(|| format!("can't start {}", crier.display()))
}
