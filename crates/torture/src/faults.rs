//! Plants a fault and shows that the harness meant for it notices. The program is the one that ships, without
//! switches: what is planted is around it (a disk that lies, a front that acknowledges early, another look-up
//! under the dialling), or words that are overwritten in a copy of the file.

use crate::{
    Kind,
    folder::Folder,
    history::COUNTED,
    lab::{Lab, Summary},
    nodes,
    rounds::{self, Fault},
};
use anyhow::{Context as _, Result, bail, ensure};
use std::{fs, path::Path, process::Command};

/// Rounds that a fault must show in: some end before much was acknowledged.
const ROUNDS: u32 = 8;
/// What keeps a completion from counting after its lease, on Postgres, and the same without: the condition that it
/// is the lease holder's, and behind it the index that has each attempt once.
const FENCES: [(&str, &str); 2] = [
    ("AND q.token = r.token", "AND q.token = q.token"),
    ("CREATE UNIQUE INDEX attempts_delivery", "CREATE INDEX        attempts_delivery"),
];

/// All of them, and at once: most of it is waiting for leases.
pub(crate) async fn run(lab: &Lab) -> Result<()> {
    if lab.postgres.is_empty() {
        bail!("no words after --: two of the faults need a Postgres");
    }
    let lying = Fault { lying_disk: true, ..Fault::default() };
    let early = Fault { early_ack: true, ..Fault::default() };
    let other = Lab::new(&lab.crier, Some(lab.dice.below(u64::MAX)))?.with(on_a_copy(&lab.postgres)?);
    // One after the other: they listen at the same port.
    let on_postgres = async {
        let fence = without_fences(lab).await;
        (fence, rounds::kill_with(&other, Kind::Postgres, ROUNDS, early).await)
    };
    let (disk, on_sqlite, (fence, on_postgres), redial) = tokio::join!(
        rounds::power_with(lab, ROUNDS, lying),
        rounds::kill_with(lab, Kind::Sqlite, ROUNDS, early),
        on_postgres,
        redialled(lab)
    );
    caught("a disk that only claims to sync (synchronous=OFF)", "acknowledged, ", disk)?;
    caught("acknowledgement before commit, SQLite", "acknowledged, and never came", on_sqlite)?;
    caught("acknowledgement before commit, Postgres", "acknowledged, and never came", on_postgres)?;
    caught("completion without fencing", COUNTED, fence)?;
    // Which of the forbidden addresses is dialled first, and so told, is chance.
    caught("dialling without the vetted address", "guard: a connection to ", redial)
}

/// The words that start the same Postgres on a copy of its data, made now: what is without fences leaves tables of
/// its own kind behind.
fn on_a_copy(line: &[String]) -> Result<Vec<String>> {
    let at =
        line.iter().position(|word| word == "-D").context("the words that start Postgres have no -D")? + 1;
    let data = line.get(at).context("-D is followed by the folder of the data")?;
    let copy = format!("{data}-copy");
    ensure!(!Path::new(&copy).exists(), "{copy} is left from before");
    let copied = Command::new("cp").args(["-a", data, &copy]).status()?;
    ensure!(copied.success(), "{data} can't be copied");
    let mut line = line.to_vec();
    line[at] = copy;
    Ok(line)
}

/// The summary must have what the fault leads to.
fn caught(fault: &str, words: &str, found: Result<Summary>) -> Result<()> {
    let broken = found.with_context(|| format!("the harness broke off: {fault}"))?.broken;
    let line = broken.iter().find(|line| line.contains(words));
    let line = line.with_context(|| format!("not noticed: {fault}; only {broken:#?}"))?;
    eprintln!("noticed: {fault}: {} things wrong, such as: {line}", broken.len());
    Ok(())
}

/// Three nodes by a copy of the program whose completions do not ask whose lease it is.
async fn without_fences(lab: &Lab) -> Result<Summary> {
    let folder = Folder::new()?;
    let (program, copy) = (lab.crier.clone(), folder.path().join("crier"));
    let to = copy.clone();
    tokio::task::spawn_blocking(move || overwritten(&program, &to)).await??;
    nodes::run(&Lab::new(&copy, None)?.with(lab.postgres.clone()), 1).await
}

/// Copies the program with other words of the same length, so that everything else stays where it is.
fn overwritten(program: &Path, to: &Path) -> Result<()> {
    let mut bytes = fs::read(program)?;
    for (words, instead) in FENCES {
        let (words, instead) = (words.as_bytes(), instead.as_bytes());
        ensure!(words.len() == instead.len(), "the words of FENCES differ in length");
        let is_here = |at: &usize| bytes[*at] == words[0] && bytes[*at..].starts_with(words);
        let places: Vec<_> = (0..bytes.len()).filter(is_here).collect();
        ensure!(!places.is_empty(), "the program's SQL reads otherwise now: change FENCES");
        for at in places {
            bytes[at..at + words.len()].copy_from_slice(instead);
        }
    }
    fs::write(to, bytes)?;
    Ok(fs::set_permissions(to, fs::metadata(program)?.permissions())?)
}

/// The guard, in a network of its own, around a program that looks up again what it dials.
async fn redialled(lab: &Lab) -> Result<Summary> {
    let mut guard = Command::new(std::env::current_exe()?);
    guard.arg("--crier").arg(&lab.crier).args(["guard", "--redial"]);
    let output = tokio::task::spawn_blocking(move || guard.output()).await??;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(!output.status.success(), "not noticed: {said}");
    let broken = said.lines().filter(|line| line.starts_with("guard: ")).map(str::to_owned).collect();
    Ok(Summary { broken, ..Summary::new("guard") })
}
