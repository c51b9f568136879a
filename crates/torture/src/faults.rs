//! Plants a fault and shows that the harness meant for it notices. The program is the one that ships, without
//! switches: what is planted is around it (a disk that lies, a front that acknowledges early, another look-up
//! under the dialling), or a condition that is overwritten in a copy of the file.

use crate::{
    Kind,
    lab::{Lab, Summary},
    nodes, rounds,
    rounds::Fault,
};
use anyhow::{Context as _, Result, bail, ensure};
use std::{fs, process::Command};

/// Enough rounds for a fault to show.
const ROUNDS: u32 = 10;
/// The condition that a completion is the lease holder's, in the statement for Postgres.
const FENCE: &str = "AND q.token = r.token";
/// As long, and always true.
const NO_FENCE: &str = "AND q.token = q.token";

/// All of them.
pub(crate) async fn run(lab: &Lab) -> Result<()> {
    let lying = Fault { lying_disk: true, ..Fault::default() };
    caught(
        "a disk that only claims to sync (synchronous=OFF)",
        "never came",
        &rounds::power_with(lab, ROUNDS, lying).await,
    )?;
    let early = Fault { early_ack: true, ..Fault::default() };
    caught(
        "acknowledgement before commit",
        "never came",
        &rounds::kill_with(lab, Kind::Sqlite, ROUNDS, early).await,
    )?;
    if lab.postgres.is_empty() {
        bail!("no words after --: the fault without fencing needs a Postgres");
    }
    caught("completion without fencing", "attempt", &without_fence(lab).await)?;
    redialled(lab)
}

/// A summary with what the fault must lead to; a harness that could not go on has noticed, too.
fn caught(fault: &str, words: &str, found: &Result<Summary>) -> Result<()> {
    let line = match found {
        Ok(summary) => summary.broken.iter().find(|line| line.contains(words)).cloned(),
        Err(error) => Some(format!("{error:#}").lines().next().unwrap_or_default().to_owned()),
    };
    let line = line.with_context(|| format!("not noticed: {fault}"))?;
    let count = found.as_ref().map_or(1, |summary| summary.broken.len());
    eprintln!("noticed: {fault}: {count} things wrong, such as: {line}");
    Ok(())
}

/// Three nodes by a copy of the program whose completions do not ask whose lease it is.
async fn without_fence(lab: &Lab) -> Result<Summary> {
    let mut bytes = fs::read(&lab.crier)?;
    let mut places = 0;
    let length = FENCE.len();
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(length).position(|window| window == FENCE.as_bytes()) {
        at += found;
        bytes[at..at + length].copy_from_slice(NO_FENCE.as_bytes());
        places += 1;
    }
    ensure!(places > 0, "the statement that completes deliveries reads otherwise now: change FENCE");
    let folder = crate::folder::Folder::new()?;
    let copy = folder.path().join("crier");
    // A copy keeps the right to be executed.
    fs::copy(&lab.crier, &copy)?;
    fs::write(&copy, bytes)?;
    let faulty = Lab::new(&copy, None)?.with(lab.postgres.clone());
    nodes::run(&faulty, 5).await
}

/// The guard, in a network of its own, around a program that looks up again what it dials.
fn redialled(lab: &Lab) -> Result<()> {
    let mut guard = Command::new(std::env::current_exe()?);
    let output = guard.arg("--crier").arg(&lab.crier).args(["guard", "--redial"]).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find(|line| line.contains("a connection to 127.0.0.1:80"));
    let line = line.filter(|_| !output.status.success());
    let line = line.with_context(|| format!("not noticed: dialling without the vetted address\n{said}"))?;
    eprintln!("noticed: dialling without the vetted address: {line}");
    Ok(())
}
