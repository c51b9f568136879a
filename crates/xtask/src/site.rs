//! The site: everything the browser loads, in `target/site/pkg`, from where the server embeds it; and the build
//! of site and server together.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{run, style, wasm, workspace};

/// The name of the site's files: `crier.js`, `crier_bg.wasm`, `crier.css`.
pub(crate) const NAME: &str = "crier";

/// Files that are worth compressing once, at build time, as hard as it goes.
const COMPRESSED: [&str; 4] = ["css", "js", "svg", "wasm"];

/// Fast to build, or small and fast to run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// For work and tests.
    Dev,
    /// For use.
    Release,
}

impl Mode {
    /// The profile of `frontend`, in the workspace's `Cargo.toml`.
    pub(crate) fn wasm_profile(self) -> &'static str {
        match self {
            Self::Dev => "wasm-dev",
            Self::Release => "wasm-release",
        }
    }

    fn server_folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}

/// Site and server. In release mode the self-contained program is at `target/release/crier` in the end.
pub(crate) fn build(mode: Mode) -> Result<()> {
    site(mode)?;
    let built = server(mode)?;
    let wanted = workspace::root().join("target/release/crier");
    if mode == Mode::Release && fs::canonicalize(&built)? != fs::canonicalize(&wanted).unwrap_or_default() {
        fs::create_dir_all(wanted.with_file_name(""))?;
        // Not over a file that may be running: under a new name first.
        let fresh = wanted.with_extension("new");
        fs::copy(&built, &fresh)?;
        fs::rename(&fresh, &wanted)?;
    }
    Ok(())
}

/// Builds the server and returns its path. The site must be there already.
pub(crate) fn server(mode: Mode) -> Result<PathBuf> {
    let mut cargo = run::cargo();
    cargo.arg("build").args(workspace::PROGRAM).args(["--bin", "crier"]);
    if mode == Mode::Release {
        // The compiler does not notice new files in an embedded folder; it does notice this variable.
        cargo.arg("--release").env("CRIER_SITE", fingerprint(&workspace::site())?);
    }
    run::run(&mut cargo)?;
    Ok(workspace::target()?.join(mode.server_folder()).join("crier"))
}

/// Builds WASM, style and icons into the site's folder.
pub(crate) fn site(mode: Mode) -> Result<()> {
    let wasm = wasm::build(mode)?;
    assemble(mode, &wasm)
}

/// Only the style sheet and icons again; the WASM as it was built last.
pub(crate) fn style_only(mode: Mode) -> Result<()> {
    assemble(mode, &workspace::target()?.join("front/pkg").join(mode.wasm_profile()))
}

/// Puts the parts together in a folder of the mode and makes the site's folder equal to that. Two steps, so that
/// a change of modes costs neither the optimiser nor the compression again.
fn assemble(mode: Mode, wasm: &Path) -> Result<()> {
    let styles = workspace::root().join("style");
    let mut files = BTreeMap::new();
    for file in list(wasm)? {
        files.insert(file.clone(), fs::read(wasm.join(&file))?);
    }
    for file in list(&styles)?.into_iter().filter(|file| file.extension().is_some_and(|end| end != "css")) {
        files.insert(file.clone(), fs::read(styles.join(&file))?);
    }
    files.insert(format!("{NAME}.css").into(), style::bundle(&styles)?.into_bytes());

    let stage = workspace::target()?.join("front/site").join(mode.wasm_profile());
    for (name, bytes) in &files {
        let path = stage.join("pkg").join(name);
        let changed = write_if_changed(&path, bytes)?;
        let compressed = append(&path, ".br");
        let wanted =
            mode == Mode::Release && name.extension().is_some_and(|end| COMPRESSED.iter().any(|c| end == *c));
        if wanted && (changed || !compressed.exists()) {
            fs::write(compressed, brotli(bytes)?)?;
        }
    }
    for file in list(&stage.join("pkg"))? {
        let origin = if file.extension().is_some_and(|end| end == "br") {
            file.with_extension("")
        } else {
            file.clone()
        };
        if !files.contains_key(&origin) {
            fs::remove_file(stage.join("pkg").join(file))?;
        }
    }
    mirror(&stage, &workspace::site()).context("can't write target/site")
}

/// Makes `to` hold the same files as `from`, with their times, touching only those that differ.
fn mirror(from: &Path, to: &Path) -> Result<()> {
    let wanted = list(from)?;
    for file in list(to)?.iter().filter(|file| !wanted.contains(file)) {
        fs::remove_file(to.join(file))?;
    }
    for file in &wanted {
        let (source, copy) = (from.join(file), to.join(file));
        let data = fs::metadata(&source)?;
        let same = fs::metadata(&copy)
            .is_ok_and(|old| old.len() == data.len() && old.modified().ok() == data.modified().ok());
        if !same {
            fs::create_dir_all(copy.parent().context("a file is in a folder")?)?;
            fs::copy(&source, &copy)?;
            fs::File::options().write(true).open(&copy)?.set_modified(data.modified()?)?;
        }
    }
    Ok(())
}

/// The files below a folder, relative to it, in order; none where the folder is missing.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    fn walk(folder: &Path, base: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                walk(&path, base, found)?;
            } else if let Ok(relative) = path.strip_prefix(base) {
                found.push(relative.to_owned());
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    if folder.exists() {
        walk(folder, folder, &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<bool> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(false);
    }
    fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
    fs::write(path, bytes)?;
    Ok(true)
}

fn append(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &parameters)?;
    Ok(out)
}

/// Changes whenever a file of the folder comes, goes or changes.
fn fingerprint(folder: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in list(folder)? {
        fs::read(folder.join(&file))?.hash(&mut hasher);
        file.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirror_is_equal_and_touches_only_what_differs() {
        let base = std::env::temp_dir().join(format!("crier-mirror-{}", std::process::id()));
        let (from, to) = (base.join("from"), base.join("to"));
        write_if_changed(&from.join("pkg/a.js"), b"one").unwrap();
        write_if_changed(&from.join("b.css"), b"two").unwrap();
        write_if_changed(&to.join("old.txt"), b"old").unwrap();
        mirror(&from, &to).unwrap();
        assert_eq!(list(&to).unwrap(), list(&from).unwrap());
        assert_eq!(fingerprint(&to).unwrap(), fingerprint(&from).unwrap());
        let before = fs::metadata(to.join("b.css")).unwrap().modified().unwrap();
        let old = fingerprint(&to).unwrap();
        assert!(write_if_changed(&from.join("pkg/a.js"), b"1").unwrap());
        assert!(!write_if_changed(&from.join("b.css"), b"two").unwrap());
        mirror(&from, &to).unwrap();
        assert_eq!(fs::read(to.join("pkg/a.js")).unwrap(), b"1");
        assert_eq!(fs::metadata(to.join("b.css")).unwrap().modified().unwrap(), before);
        assert_ne!(fingerprint(&to).unwrap(), old);
        fs::remove_dir_all(base).unwrap();
    }
}
