//! The site: everything the browser loads, in `target/site/<mode>/pkg`, from where the server takes it; and the build
//! of site and server together.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
    thread,
};

use anyhow::{Context, Result, bail};

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

    /// The folder of the site, below `target/site`; the names are in the server's source, too.
    pub(crate) fn site_folder(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
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
        cargo.arg("--release").env("CRIER_SITE", fingerprint(&workspace::site(mode))?);
    }
    run::run(&mut cargo)?;
    Ok(workspace::target()?.join(mode.server_folder()).join("crier"))
}

/// Builds WASM, style and icons into the site's folder.
pub(crate) fn site(mode: Mode) -> Result<()> {
    let wasm = wasm::build(mode)?;
    assemble(mode, &wasm)
}

/// The site, while something else is built. Their target folders are apart, so neither waits for the other; and the
/// end of each keeps only one processor busy.
pub(crate) fn beside(mode: Mode, other: impl FnOnce() -> Result<()>) -> Result<()> {
    thread::scope(|scope| {
        let site = scope.spawn(move || site(mode));
        let other = other();
        site.join().unwrap_or_else(|_| bail!("the build of the site panicked")).and(other)
    })
}

/// Only the style sheet and icons again; the WASM as it was built last.
pub(crate) fn style_only(mode: Mode) -> Result<()> {
    assemble(mode, &workspace::target()?.join("front/pkg").join(mode.wasm_profile()))
}

/// Puts the parts together in the site's folder, touching only what differs.
fn assemble(mode: Mode, wasm: &Path) -> Result<()> {
    let styles = workspace::root().join("style");
    let mut files = BTreeMap::new();
    for file in list(wasm)? {
        files.insert(file.clone(), fs::read(wasm.join(&file))?);
    }
    for file in list(&styles)?.into_iter().filter(|file| !ends_in(file, &["css"])) {
        files.insert(file.clone(), fs::read(styles.join(&file))?);
    }
    files.insert(format!("{NAME}.css").into(), style::bundle(&styles)?.into_bytes());
    write(&workspace::site(mode).join("pkg"), &files, mode == Mode::Release)
        .context("can't write target/site")
}

/// Makes a folder hold these files and no others; with `compressed`, also a `.br` beside each that gains by it.
fn write(folder: &Path, files: &BTreeMap<PathBuf, Vec<u8>>, compressed: bool) -> Result<()> {
    let mut wanted = BTreeSet::new();
    for (name, bytes) in files {
        let path = folder.join(name);
        let small = append(&path, ".br");
        if !fs::read(&path).is_ok_and(|old| old == *bytes) {
            fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
            // First, so that an interruption leaves none that belongs to another file.
            if small.exists() {
                fs::remove_file(&small)?;
            }
            // Whole at once: a server that runs from here may be reading it.
            let fresh = append(&path, ".new");
            fs::write(&fresh, bytes)?;
            fs::rename(fresh, &path)?;
        }
        if compressed && ends_in(name, &COMPRESSED) {
            if !small.exists() {
                fs::write(&small, brotli(bytes)?)?;
            }
            wanted.insert(small);
        }
        wanted.insert(path);
    }
    for path in list(folder)?.iter().map(|file| folder.join(file)).filter(|path| !wanted.contains(path)) {
        fs::remove_file(path)?;
    }
    Ok(())
}

fn ends_in(path: &Path, ends: &[&str]) -> bool {
    path.extension().is_some_and(|extension| ends.iter().any(|end| extension == *end))
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
    fn a_folder_holds_what_it_should_and_only_what_differs_is_touched() {
        let folder = std::env::temp_dir().join(format!("crier-site-{}", std::process::id()));
        let files =
            |js: &str| BTreeMap::from([("a.js".into(), js.into()), ("b/c.txt".into(), b"two".to_vec())]);
        write(&folder, &files("one"), true).unwrap();
        assert_eq!(list(&folder).unwrap(), ["a.js", "a.js.br", "b/c.txt"].map(PathBuf::from));

        let time = |name: &str| fs::metadata(folder.join(name)).unwrap().modified().unwrap();
        let (old, text, compressed) =
            (fingerprint(&folder).unwrap(), time("b/c.txt"), fs::read(folder.join("a.js.br")));
        write(&folder, &files("1"), true).unwrap();
        assert_eq!(time("b/c.txt"), text);
        assert_ne!(fs::read(folder.join("a.js.br")).unwrap(), compressed.unwrap());
        assert_ne!(fingerprint(&folder).unwrap(), old);

        write(&folder, &files("1"), false).unwrap();
        assert_eq!(list(&folder).unwrap(), ["a.js", "b/c.txt"].map(PathBuf::from));
        fs::remove_dir_all(folder).unwrap();
    }
}
