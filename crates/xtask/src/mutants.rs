//! `cargo xtask mutants`: faults are put into the rules that money and safety hang on, one at a time, and a test must
//! notice each.

use std::fs;

use anyhow::{Result, bail};

use crate::{run, tool, workspace};

/// Address rules, signatures, retries; then who may do what.
const PARTS: [(&str, &[&str], &[&str]); 2] = [
    (
        "domain",
        &["crates/domain/src/target/**", "crates/domain/src/signature/**", "crates/domain/src/retry/**"],
        &["--lib", "--", "target::", "signature::", "retry::"],
    ),
    ("engine", &["crates/engine/src/who.rs"], &["--test", "manage", "permissions"]),
];

/// Runs cargo-mutants. Not part of `test`: each of some hundred faults is a build of its own.
pub(crate) fn mutants() -> Result<()> {
    let program = tool::ensure("cargo-mutants", "27.1.0")?;
    let folder = workspace::target()?.join("mutants");
    let mut unnoticed = Vec::new();
    for (package, files, tests) in PARTS {
        fs::create_dir_all(folder.join(package))?;
        let mut run = run::program(&program);
        // Its own, so that what is compiled with a fault is never taken for the program.
        run.env("CARGO_TARGET_DIR", folder.join("target"));
        run.args(["mutants", "--package", package, "--output"]).arg(folder.join(package));
        files.iter().for_each(|file| {
            run.args(["--file", file]);
        });
        run.args(["--no-shuffle", "--colors", "never", "--"]).args(tests);
        // 3: all were noticed, some by a test that went on without end.
        match run.status()?.code() {
            Some(0 | 3) => {}
            _ => unnoticed.push(package),
        }
    }
    if !unnoticed.is_empty() {
        bail!("in {}: faults that nothing noticed, or it could not be built", unnoticed.join(" and "));
    }
    Ok(())
}
