//! Programs of other people that only some commands need: built once, into the target folder.

use std::{env::consts::EXE_SUFFIX, path::PathBuf};

use anyhow::Result;

use crate::{run, workspace};

/// The program of the crate `name`; building it takes minutes.
pub(crate) fn ensure(name: &str, version: &str) -> Result<PathBuf> {
    let root = workspace::target()?.join("tools").join(format!("{name}-{version}"));
    let program = root.join("bin").join(format!("{name}{EXE_SUFFIX}"));
    if !program.is_file() {
        let mut install = run::cargo();
        install.args(["install", "--locked", "--root"]).arg(&root).arg(format!("{name}@{version}"));
        run::run(&mut install)?;
    }
    Ok(program)
}
