//! Libraries of C that are loaded under the program: the workspace forbids itself unsafe code, and the
//! C compiler is needed anyway.

use anyhow::{Context as _, Result, ensure};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Notes what SQLite does to its files.
pub(crate) const DISK: (&str, &str) = ("disk", include_str!("../preload/disk.c"));
/// Dials another address than the one that was vetted.
pub(crate) const REDIAL: (&str, &str) = ("redial", include_str!("../preload/redial.c"));

/// Compiles one into `folder`.
pub(crate) fn compile((name, source): (&str, &str), folder: &Path) -> Result<PathBuf> {
    let (from, to) = (folder.join(format!("{name}.c")), folder.join(format!("{name}.so")));
    std::fs::write(&from, source)?;
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-O1", "-Wall", "-o"]).arg(&to).arg(&from).args(["-ldl", "-lpthread"]);
    let output = cc.output().context("the C compiler `cc` is missing")?;
    ensure!(output.status.success(), "{name}.c: {}", String::from_utf8_lossy(&output.stderr));
    Ok(to)
}
