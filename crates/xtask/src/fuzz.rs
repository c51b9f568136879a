//! `cargo xtask fuzz`: what reads the texts of others, fed by libFuzzer with texts that reach ever more of it.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::{run, tool, workspace};

/// `crates/fuzz/targets`, one file each.
const TARGETS: [&str; 5] = ["template", "filter", "xml", "url", "echo"];
/// How long each is fed, in seconds, unless somebody says.
const SECONDS: u32 = 60;

/// Runs the targets named in `words`, or all, for a time each. What was found stays for the next run, in the target
/// folder. Not part of `test`: it takes a compiler of C++, minutes, and ends by the clock.
pub(crate) fn fuzz(words: &[&str]) -> Result<()> {
    let (names, seconds) = match *words {
        [ref names @ .., "--seconds", seconds] => {
            (names, seconds.parse().with_context(|| format!("`{seconds}` is no number of seconds"))?)
        }
        _ => (words, SECONDS),
    };
    if let Some(unknown) = names.iter().find(|name| !TARGETS.contains(name)) {
        bail!("there is no target `{unknown}`: {}", TARGETS.join(", "));
    }
    let program = tool::ensure("cargo-fuzz", "0.13.2")?;
    let folder = workspace::target()?.join("fuzz");
    for name in if names.is_empty() { &TARGETS } else { names } {
        let corpus = folder.join("corpus").join(name);
        fs::create_dir_all(&corpus)?;
        let mut run = run::program(&program);
        // Without sanitizers, which only a nightly compiler has: the rules are safe Rust.
        run.args(["fuzz", "run", "--sanitizer", "none", "--fuzz-dir", "crates/fuzz", "--target-dir"]);
        run.arg(&folder).arg(name).arg(&corpus).arg(format!("crates/fuzz/seeds/{name}"));
        run.arg("--").arg(format!("-max_total_time={seconds}")).args([
            "-timeout=10",
            "-verbosity=0",
            "-print_final_stats=1",
        ]);
        run::run(&mut run)?;
    }
    Ok(())
}
