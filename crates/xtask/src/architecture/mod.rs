//! The rules of the architecture that a program can check. Each check takes what it looks at as data, and its
//! tests show that it can fail.

mod bans;
mod imports;
mod length;
mod literals;
mod moving;
mod sql;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::workspace;

/// Folders without sources of ours.
const SKIPPED: [&str; 7] =
    [".git", "target", "node_modules", "data", "vendor", "test-results", "playwright-report"];

const SOURCES: [&str; 7] = ["rs", "css", "js", "mjs", "ts", "sql", "html"];

/// A source file: its path in the workspace and its text.
struct Source {
    path: String,
    text: String,
}

/// Every rule that is broken, in words; none is good.
pub(crate) fn check() -> Result<Vec<String>> {
    let sources = sources(&SOURCES)?.iter().map(|path| source(path)).collect::<Result<Vec<_>>>()?;
    let mut broken = Vec::new();
    for source in &sources {
        broken.extend(length::check(source));
        broken.extend(sql::check(source));
        broken.extend(bans::excuse(source));
    }
    broken.extend(moving::check(&sources, |path| read(path).ok()));
    broken.extend(imports::check()?);
    broken.extend(bans::check(&read("clippy.toml")?));
    for manifest in manifests()? {
        broken.extend(bans::lints(&manifest, &read(&manifest)?));
    }
    Ok(broken)
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(workspace::root().join(path)).with_context(|| format!("can't read {path}"))
}

fn source(path: &Path) -> Result<Source> {
    let name = path.strip_prefix(workspace::root()).unwrap_or(path).to_string_lossy().into_owned();
    let text = fs::read_to_string(path).with_context(|| format!("can't read {name}"))?;
    Ok(Source { path: name, text })
}

/// Our files that end like this, in order.
pub(crate) fn sources(ends: &[&str]) -> Result<Vec<PathBuf>> {
    fn collect(folder: &Path, ends: &[&str], found: &mut Vec<PathBuf>) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                if !SKIPPED.contains(&&*name) {
                    collect(&path, ends, found)?;
                }
            } else if ends.iter().any(|end| path.extension().is_some_and(|extension| extension == *end)) {
                found.push(path);
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    collect(workspace::root(), ends, &mut found)?;
    found.sort();
    Ok(found)
}

/// The manifests of the members. `crates/fuzz` is a workspace of its own.
fn manifests() -> Result<Vec<String>> {
    let mut found: Vec<String> =
        ["app", "frontend", "server"].map(|name| format!("{name}/Cargo.toml")).into();
    for entry in fs::read_dir(workspace::root().join("crates"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name != "fuzz" {
            found.push(format!("crates/{name}/Cargo.toml"));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_sources_and_leaves_out_what_is_built() {
        let paths = sources(&["rs"]).unwrap();
        let names = paths.iter().map(|path| source(path).unwrap().path).collect::<Vec<_>>();
        assert!(names.iter().any(|name| name == "crates/xtask/src/architecture/mod.rs"));
        assert!(!names.iter().any(|name| name.contains("node_modules") || name.starts_with("target")));
    }
}
