//! The npm packages of `end2end`.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};

use crate::{run, workspace};

/// The oldest Node that the packages run on.
const OLDEST: u32 = 20;

/// The folder of the browser tests.
pub(crate) fn folder() -> PathBuf {
    workspace::root().join("end2end")
}

/// Installs what `package-lock.json` names, unless that is in place already; Node itself by apt where we may.
pub(crate) fn ensure() -> Result<()> {
    if run::which(&["node"]).is_none() || run::which(&["npm"]).is_none() {
        run::apt_install(&["nodejs", "npm"], "Node.js or npm is missing (the browser tests need them)")?;
    }
    let version = run::output(run::program("node").arg("--version"))?;
    if major(&version).context("node --version says nothing useful")? < OLDEST {
        bail!("Node.js {} is too old: the browser tests need {OLDEST} or later", version.trim());
    }
    let lock = fs::read_to_string(folder().join("package-lock.json"))?;
    let stamp = folder().join("node_modules/.crier-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let mut npm = run::program("npm");
    run::run(npm.current_dir(folder()).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
    fs::write(stamp, lock)?;
    Ok(())
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn reads_the_version() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("?"), None);
    }
}
