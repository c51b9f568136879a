//! The browser for the browser tests.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::run;

const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

const MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// The path of a Chromium or Chrome: `CHROMIUM` if set, else the system's, else installed by apt where we may.
pub(crate) fn ensure() -> Result<PathBuf> {
    if let Some(set) = std::env::var_os("CHROMIUM") {
        return Ok(set.into());
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    run::apt_install(
        &["chromium"],
        "no Chromium or Chrome in PATH (the browser tests need one; CHROMIUM can name it)",
    )?;
    find().context("no Chromium in PATH, even after the installation")
}

fn find() -> Option<PathBuf> {
    run::which(&NAMES).or_else(|| Some(PathBuf::from(MAC)).filter(|path| path.exists()))
}
