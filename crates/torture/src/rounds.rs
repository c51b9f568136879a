//! `kill` and `power`: the server is ended without a word at random points, again and again, under load;
//! after every few rounds what was accepted must be delivered.

use crate::{
    Kind,
    crier::{Crier, Running},
    disk::{self, Disk},
    front::Front,
    history::{Cut, History, judge},
    lab::{Lab, Stage, Summary},
    load::Load,
    log,
    receiver::HOOKS,
    time::{now_ms, sleep_ms, until},
};
use anyhow::Result;
use std::{fs, time::Duration};
use tokio::task::JoinSet;

/// Rounds after which the queue is let drain.
const GROUP: u32 = 20;
/// A server lives up to this long after it answers.
const LIFE_MS: u64 = 800;
/// On Postgres longer: the number of a node that was killed is free again after a minute only, and there are 63.
const LEAST_LIFE_MS: u64 = 400;
/// There a server sends nothing until those that were killed are missed, after 5 s: so many rounds of 100 wait for
/// it, within so long.
const SENDING: u64 = 15;
const SENDS_MS: i64 = 15_000;
/// One of ten is ended within this time after its start, answering or not.
const BIRTH_MS: u64 = 250;
/// A busy machine has a backlog to work off; what is rescued, and when, is judged apart.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// What is done differently to plant a fault.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fault {
    /// The disk only claims to sync.
    pub(crate) lying_disk: bool,
    /// Events are acknowledged before they are passed on.
    pub(crate) early_ack: bool,
}

struct Rounds<'a> {
    lab: &'a Lab,
    stage: &'a Stage,
    disk: Option<Disk>,
    checks: JoinSet<Result<()>>,
    cuts: Vec<Cut>,
    figures: Figures,
    summary: Summary,
}

#[derive(Default)]
struct Figures {
    checked: u32,
    early: u32,
    sending: u32,
    syncs: u64,
    unsynced: u64,
    inside: u32,
    checkpoints: u32,
    again: u64,
    drained_ms: i64,
}

/// `kill -9` at random points.
pub(crate) async fn kill(lab: &Lab, kind: Kind, rounds: u32) -> Result<Summary> {
    kill_with(lab, kind, rounds, Fault::default()).await
}

/// As [`kill`], with a planted fault.
pub(crate) async fn kill_with(lab: &Lab, kind: Kind, rounds: u32, fault: Fault) -> Result<Summary> {
    let stage = lab.stage(kind).await?;
    run(lab, &stage, None, rounds, fault, format!("kill -9, {kind:?}, {rounds} rounds")).await
}

/// Power cuts: the files become what a disk kept of them.
pub(crate) async fn power(lab: &Lab, rounds: u32) -> Result<Summary> {
    power_with(lab, rounds, Fault::default()).await
}

/// As [`power`], with a planted fault.
pub(crate) async fn power_with(lab: &Lab, rounds: u32, fault: Fault) -> Result<Summary> {
    let mut stage = lab.stage(Kind::Sqlite).await?;
    let disk = Disk::under(&mut stage.crier, fault.lying_disk)?;
    run(lab, &stage, Some(disk), rounds, fault, format!("power cuts, {rounds} rounds")).await
}

async fn run(
    lab: &Lab,
    stage: &Stage,
    disk: Option<Disk>,
    rounds: u32,
    fault: Fault,
    name: String,
) -> Result<Summary> {
    // The webhooks are made before anything is done to it.
    drop(Stage::open(stage).await?);
    let mut all = Rounds {
        lab,
        stage,
        disk,
        checks: JoinSet::new(),
        cuts: Vec::new(),
        figures: Figures::default(),
        summary: Summary::new(name),
    };
    let front = if fault.early_ack { Some(Front::start(&stage.api).await?) } else { None };
    let mut running = all.start()?;
    let mut left = rounds;
    while left > 0 {
        let group = left.min(GROUP);
        left -= group;
        running = all.group(running, group, front.as_ref()).await?;
        eprintln!("{}: {} to go", all.summary.name, left);
    }
    all.end().await
}

impl Rounds<'_> {
    fn start(&mut self) -> Result<Running> {
        if let Some(disk) = &mut self.disk {
            disk.settle()?;
        }
        self.stage.crier.start()
    }

    /// Some rounds, and the judgement about them.
    async fn group(&mut self, mut running: Running, rounds: u32, front: Option<&Front>) -> Result<Running> {
        let from = now_ms();
        let seen_before = self.stage.receiver.seen().len();
        let api = front.map_or_else(|| self.stage.api.clone(), |front| self.stage.api.at(&front.base));
        let load = Load::start(api, &format!("g{from}"), self.lab.dice.below(u64::MAX));
        for _ in 0..rounds {
            running = self.round(running).await?;
        }
        running.ready(&self.stage.crier, &self.stage.api).await?;
        load.settle().await;
        let last = self.cuts.last().map_or(from, |cut| cut.to);
        let waiting = log::drained(&self.stage.api, from, PATIENCE).await?;
        self.figures.drained_ms = self.figures.drained_ms.max(now_ms() - last);
        self.figures.again += load.tried_again();
        let history = History {
            acks: load.acks(),
            log: log::read(&self.stage.api, from).await?,
            seen: self.stage.receiver.seen().split_off(seen_before),
            cuts: std::mem::take(&mut self.cuts),
            hooks: HOOKS.map(str::to_owned).into(),
            waiting,
            ..History::default()
        };
        self.summary.broken.extend(load.wrong());
        self.summary.add(judge(&history));
        load.end().await;
        Ok(running)
    }

    /// Lets the server live for a while, ends it, and starts it again.
    async fn round(&mut self, mut running: Running) -> Result<Running> {
        let dice = &self.lab.dice;
        let receiver = &self.stage.receiver;
        let before = receiver.count();
        if dice.chance(10) {
            self.figures.early += 1;
            sleep_ms(dice.below(BIRTH_MS)).await;
        } else {
            running.ready(&self.stage.crier, &self.stage.api).await?;
            let is_postgres = self.stage.postgres.is_some();
            let least = if is_postgres { LEAST_LIFE_MS } else { 0 };
            if is_postgres && dice.chance(SENDING) {
                until(SENDS_MS, || receiver.count() > before).await;
            }
            sleep_ms(least + dice.below(LIFE_MS)).await;
        }
        self.figures.sending += u32::from(receiver.count() > before);
        let from = now_ms();
        running.kill()?;
        let to = now_ms();
        self.cuts.push(Cut { from, to, free: to });
        if let Some(disk) = &self.disk {
            let outcome = disk.cut(dice)?;
            self.figures.syncs += outcome.syncs;
            self.figures.unsynced += outcome.unsynced;
            self.figures.inside += u32::from(outcome.inside_sync);
            self.figures.checkpoints += u32::from(outcome.checkpointed);
        }
        if self.stage.postgres.is_none() {
            self.check().await?;
        }
        self.start()
    }

    /// Looks at a copy of the file as the end left it, while the server goes on with the original.
    async fn check(&mut self) -> Result<()> {
        while self.checks.len() >= 2 {
            self.checked().await?;
        }
        self.figures.checked += 1;
        let copy = disk::copy(self.stage.folder.path(), self.figures.checked)?;
        let crier = Crier { variables: Vec::new(), ..self.stage.crier.clone() };
        self.checks.spawn_blocking(move || {
            let checked = crier.check_file(&copy);
            copy.parent().map_or(Ok(()), fs::remove_dir_all)?;
            checked
        });
        Ok(())
    }

    async fn checked(&mut self) -> Result<()> {
        if let Some(checked) = self.checks.join_next().await
            && let Err(error) = checked?
        {
            self.summary.broken.push(format!("the database file is damaged: {error}"));
        }
        Ok(())
    }

    async fn end(mut self) -> Result<Summary> {
        while !self.checks.is_empty() {
            self.checked().await?;
        }
        let Figures { checked, early, sending, syncs, unsynced, inside, checkpoints, again, drained_ms } =
            self.figures;
        let more = &mut self.summary.more;
        more.push(format!(
            "{early} ends during the start, {sending} while it was sending; {again} events were published again after no answer; drained at most {:.1} s after the last end",
            drained_ms as f64 / 1000.0
        ));
        if checked > 0 {
            more.push(format!("integrity_check of {checked} files"));
        }
        if self.disk.is_some() {
            more.push(format!(
                "{syncs} syncs, {unsynced} unsynced changes dropped or torn, {inside} cuts inside a sync, {checkpoints} rounds with a checkpoint"
            ));
        }
        if self.stage.crier.said().contains("panicked") {
            self.summary.broken.push("the server panicked".to_owned());
        }
        Ok(self.summary)
    }
}
