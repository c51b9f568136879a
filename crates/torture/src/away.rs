//! `away`: the database is gone for a while, and comes back to a server that was not started again.

use crate::{
    Kind, disk,
    history::{Cut, History, judge},
    lab::{Lab, Stage, Summary},
    load::Load,
    log,
    receiver::HOOKS,
    rounds::PATIENCE,
    time::{now_ms, sleep_ms},
};
use anyhow::{Context as _, Result, ensure};
use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

/// Holds the write lock of a SQLite file from another process until its input ends.
const LOCK: &str = include_str!("../preload/lock.py");
/// Load before and after.
const AROUND_MS: u64 = 2000;
/// The server asks again every few seconds at most.
const BACK_MS: u64 = 12_000;

/// Takes the database away for so many seconds, once.
pub(crate) async fn run(lab: &Lab, kind: Kind, seconds: u64) -> Result<Summary> {
    let mut stage = lab.stage(kind).await?;
    let mut summary = Summary::new(format!("{kind:?} away for {seconds} s"));
    let mut running = stage.open().await?;
    let from = now_ms();
    let load = Load::start(stage.api.clone(), &format!("a{from}"), lab.dice.below(u64::MAX));
    sleep_ms(AROUND_MS).await;

    let away = now_ms();
    take_away(&mut stage, seconds).await?;
    let back = now_ms();
    let before = load.acks().len();
    let mut waited = 0;
    while load.acks().len() == before && waited < BACK_MS {
        sleep_ms(20).await;
        waited += 20;
    }
    ensure!(load.acks().len() > before, "no event was accepted after the database had come back");
    summary.more.push(format!("the first event after it was accepted {} ms later", now_ms() - back));
    sleep_ms(AROUND_MS).await;

    load.settle().await;
    let waiting = log::drained(&stage.api, from, PATIENCE).await?;
    summary.more.push(format!("{} events were published again after no answer", load.tried_again()));
    if running.ended()?.is_some() {
        summary.broken.push("the server ended".to_owned());
    }
    let history = History {
        acks: load.acks(),
        log: log::read(&stage.api, from).await?,
        seen: stage.receiver.seen(),
        cuts: vec![Cut { from: away, to: back, free: back }],
        hooks: HOOKS.map(str::to_owned).into(),
        waiting,
        ..History::default()
    };
    summary.broken.extend(load.wrong());
    let verdict = judge(&history);
    // A commit whose answer was lost may leave something that is called interrupted and was never sent.
    if verdict.duplicates > 0 {
        summary.broken.push(format!("{} were sent again by a server that lived", verdict.duplicates));
    }
    summary.add(verdict);
    load.end().await;
    Ok(summary)
}

async fn take_away(stage: &mut Stage, seconds: u64) -> Result<()> {
    if let Some(postgres) = &mut stage.postgres {
        postgres.stop()?;
        sleep_ms(seconds * 1000).await;
        return postgres.start_again().await;
    }
    let lock = lock(stage)?;
    sleep_ms(seconds * 1000).await;
    end(lock)
}

/// Starts the process that holds the lock, and waits until it does.
fn lock(stage: &Stage) -> Result<Child> {
    let mut python = Command::new("python3");
    python.args(["-c", LOCK]).arg(disk::database(stage.folder.path()));
    let mut child =
        python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("python3 is missing")?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().context("it is piped")?).read_line(&mut line)?;
    ensure!(line.trim() == "locked", "the file could not be locked");
    Ok(child)
}

fn end(mut lock: Child) -> Result<()> {
    drop(lock.stdin.take());
    ensure!(lock.wait()?.success(), "the lock was lost");
    Ok(())
}
