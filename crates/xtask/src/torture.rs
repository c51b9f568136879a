//! `cargo xtask torture`: builds the program and the harnesses of `crates/torture`, and runs one, or a short turn of
//! each.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};

use crate::{
    postgres::Postgres,
    run,
    site::{self, Mode},
    workspace,
};

/// What `cargo xtask test` runs: the words for the harness, and whether it has a Postgres. Two at a time, because
/// most of it is waiting for leases; what counts time closely is alone on its processors that way.
const SHORT: [&[&[&str]]; 4] = [
    &[&["kill", "--rounds", "20"], &["kill", "--rounds", "20", "--database", "postgres"]],
    &[&["power", "--rounds", "20"], &["nodes", "--rounds", "1"]],
    &[&["away", "--seconds", "8"], &["away", "--seconds", "8", "--database", "postgres"]],
    &[&["guard"], &["faults"]],
];

/// The programs; the site and what they stand on are built where needed.
struct Programs {
    torture: PathBuf,
    crier: PathBuf,
}

/// `cargo xtask torture HARNESS [OPTIONS]`
pub(crate) fn torture(words: &[&str]) -> Result<()> {
    if words.is_empty() {
        bail!("which harness: kill, power, away, nodes, guard, faults?");
    }
    let programs = build()?;
    tools()?;
    let (mut command, _postgres) = programs.command(words)?;
    run::run(&mut command)
}

/// A short turn of each harness.
pub(crate) fn short() -> Result<()> {
    let programs = build()?;
    tools()?;
    for pair in SHORT {
        let mut running = Vec::new();
        for words in pair {
            let (mut command, postgres) = programs.command(words)?;
            eprintln!("$ torture {}", words.join(" "));
            running.push((words, command.spawn().context("can't start the harness")?, postgres));
        }
        for (words, mut child, postgres) in running {
            let status = child.wait()?;
            drop(postgres);
            if !status.success() {
                bail!("`torture {}` failed ({status})", words.join(" "));
            }
        }
    }
    Ok(())
}

/// With the tests, as the browser tests do: the same features, so that nothing is compiled twice.
fn build() -> Result<Programs> {
    site::site(Mode::Dev)?;
    run::run(run::cargo().arg("build").args(workspace::PROGRAM).args(["--bins", "--tests"]))?;
    let folder = workspace::target()?.join("debug");
    Ok(Programs { torture: folder.join("torture"), crier: folder.join("crier") })
}

/// What the guard makes its network with.
fn tools() -> Result<()> {
    if run::which(&["ip"]).is_none() {
        run::apt_install(&["iproute2"], "`ip` (iproute2) is missing")?;
    }
    Ok(())
}

impl Programs {
    /// The harness, with a Postgres of its own where it needs one.
    fn command(&self, words: &[&str]) -> Result<(Command, Option<Postgres>)> {
        let mut command = run::bound(&self.torture);
        command.arg("--crier").arg(&self.crier).args(words);
        if !needs_postgres(words) {
            return Ok((command, None));
        }
        let (postgres, line) = Postgres::prepared()?;
        command.env("CRIER_TEST_POSTGRES_URL", &postgres.url).arg("--").args(line);
        Ok((command, Some(postgres)))
    }
}

fn needs_postgres(words: &[&str]) -> bool {
    words.contains(&"postgres") || words.first().is_some_and(|harness| ["nodes", "faults"].contains(harness))
}

#[cfg(test)]
mod tests {
    use super::{SHORT, needs_postgres};

    #[test]
    fn one_postgres_at_a_time() {
        for pair in SHORT {
            assert!(pair.iter().filter(|words| needs_postgres(words)).count() <= 1, "{pair:?}");
        }
        assert!(needs_postgres(&["faults"]) && !needs_postgres(&["kill", "--rounds", "3"]));
    }
}
