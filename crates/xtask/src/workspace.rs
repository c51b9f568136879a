//! Where things are.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use anyhow::{Context, Result};

use crate::{architecture, run, site::Mode};

/// The crates of the program, as cargo's arguments. Always the same set, so that cargo resolves features the same
/// way and compiles nothing twice. Without `frontend`, which is for WASM, and this crate, which is compiled already,
/// on its own.
pub(crate) const PROGRAM: [&str; 5] = ["--workspace", "--exclude", "frontend", "--exclude", "xtask"];

/// The folder of the workspace. Cargo says it anew at each run: what was compiled in may be the path of another
/// clone that shares the target folder.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let here = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = here.join("../..");
        root.canonicalize().unwrap_or(root)
    })
}

/// Makes the target folder ours. Cargo tells clones apart by nothing but the times of their files: with a target
/// folder shared by two, what was built from one can pass for the other. So whoever comes after another clone
/// makes its own sources new. Returns whether that was so: then this very program may be the other clone's, too.
pub(crate) fn claim() -> Result<bool> {
    let owner = target()?.join("crier-clone");
    let name = root().to_string_lossy();
    let last = fs::read_to_string(&owner).unwrap_or_default();
    if last == name {
        return Ok(false);
    }
    run::output(run::program("touch").args(architecture::sources(&["rs"])?))?;
    fs::write(&owner, &*name)?;
    Ok(!last.is_empty())
}

/// Where cargo puts what it builds, by whatever way that is set (variable, configuration, default).
pub(crate) fn target() -> Result<&'static Path> {
    static TARGET: OnceLock<PathBuf> = OnceLock::new();
    if let Some(found) = TARGET.get() {
        return Ok(found);
    }
    let metadata = run::output(run::cargo().args(["metadata", "--format-version=1", "--no-deps"]))?;
    let path = field(&metadata, "target_directory").context("cargo metadata names no target_directory")?;
    Ok(TARGET.get_or_init(|| path.into()))
}

/// Where the server takes the site from, one folder for each mode: always inside the workspace, because the paths are
/// in the server's source, wherever cargo's own target folder is.
pub(crate) fn site(mode: Mode) -> PathBuf {
    root().join("target/site").join(mode.site_folder())
}

/// A string member of a JSON text that cargo wrote; enough for paths, not a parser.
fn field(json: &str, name: &str) -> Option<String> {
    let (_, rest) = json.split_once(&format!("\"{name}\":\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(value.replace("\\\\", "\\"))
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn finds_a_member() {
        assert_eq!(field(r#"{"a":1,"target_directory":"/x/y","b":""}"#, "target_directory").unwrap(), "/x/y");
        assert_eq!(field(r#"{"a":1}"#, "target_directory"), None);
    }
}
