//! `nodes`: three processes on one Postgres. One is killed and started again, one is stopped past its leases
//! and goes on as if nothing had been: what it completes then must not count.

use crate::{
    Kind,
    api::Api,
    crier::{Crier, Running},
    history::{Cut, History, judge},
    lab::{Lab, Stage, Summary},
    load::Load,
    log,
    receiver::{HOOKS, Receiver, Seen},
    rounds::PATIENCE,
    time::{now_ms, sleep_ms},
};
use anyhow::{Context as _, Result};
use std::{collections::HashSet, fs};

/// A node is stopped for so long at most: a lease of 1 s + 5 s, and time for others to rescue.
const STOPPED_MS: i64 = 15_000;
/// What is in hand at a stop began so shortly before.
const IN_HAND_MS: i64 = 300;
/// What a node writes to its log when it completes a delivery that is not its own any more.
const FENCED: &str = "the lease ended during the attempt";
/// Load before the first accident: nodes share the webhooks anew when those of the last round are thought gone.
const AROUND_MS: u64 = 10_000;
/// Further rounds while no completion came late.
const MORE: u32 = 4;
/// What each node does; the first takes the events, the second is killed, the third is stopped.
const ROLES: [[&str; 3]; 2] = [["console", "dispatcher", "all"], ["console", "all", "dispatcher"]];

struct Nodes {
    /// The first of them has the events.
    criers: Vec<Crier>,
    running: Vec<Running>,
    cuts: Vec<Cut>,
}

/// All rounds; an even one and an odd one have other roles.
pub(crate) async fn run(lab: &Lab, rounds: u32) -> Result<Summary> {
    let mut stage = lab.stage(Kind::Postgres).await?;
    let mut summary = Summary::new(format!("three nodes, {rounds} rounds"));
    drop(stage.open().await?);
    let (mut round, mut fenced) = (0, 0);
    // A node may be stopped when it has nothing in hand: then nothing was shown.
    while summary.broken.is_empty() && (round < rounds || (fenced == 0 && round < rounds + MORE)) {
        one(lab, &mut stage, round, &mut summary).await?;
        round += 1;
        let logs = fs::read_dir(stage.folder.path())?.flatten().map(|entry| entry.path().join("log"));
        fenced = logs.map(|log| fs::read_to_string(log).unwrap_or_default().matches(FENCED).count()).sum();
        eprintln!("{}: {} to go", summary.name, rounds.saturating_sub(round));
    }
    summary.more.push(format!("{fenced} completions came after their lease and were refused"));
    if fenced == 0 && summary.broken.is_empty() {
        summary.broken.push("no completion came late: nothing was shown".to_owned());
    }
    Ok(summary)
}

async fn one(lab: &Lab, stage: &mut Stage, round: u32, summary: &mut Summary) -> Result<()> {
    let mut nodes = start(lab, stage, ROLES[round as usize % ROLES.len()], round).await?;
    let (from, seen_before) = (now_ms(), stage.receiver.seen().len());
    let load = Load::start(stage.api.clone(), &format!("n{from}"), lab.dice.below(u64::MAX));
    sleep_ms(AROUND_MS + lab.dice.below(500)).await;

    nodes.kill(1)?;
    // The third has everything now, and then nobody has.
    sleep_ms(400 + lab.dice.below(300)).await;
    let stopped = now_ms();
    nodes.running[2].signal("-STOP")?;
    nodes.start_again(1).await?;
    wait_for_rescue(&stage.receiver, stopped).await;
    nodes.running[2].signal("-CONT")?;
    // A request that it was stopped in may end until its time is over.
    nodes.cuts.push(Cut { from: stopped, to: now_ms(), free: stopped });
    sleep_ms(1000).await;

    load.settle().await;
    let waiting = log::drained(&stage.api, from, PATIENCE).await?;
    let history = History {
        acks: load.acks(),
        log: log::read(&stage.api, from).await?,
        seen: stage.receiver.seen().split_off(seen_before),
        cuts: std::mem::take(&mut nodes.cuts),
        hooks: HOOKS.map(str::to_owned).into(),
        waiting,
    };
    summary.broken.extend(load.wrong());
    summary.add(judge(&history));
    load.end().await;
    Ok(())
}

/// Waits until another node tries again what the stopped one has in hand: it goes on at the worst moment.
async fn wait_for_rescue(receiver: &Receiver, stopped: i64) {
    while now_ms() < stopped + STOPPED_MS {
        let seen = receiver.seen();
        let in_hand =
            |one: &&Seen| one.hook.starts_with("slow") && one.attempt == 1 && one.at > stopped - IN_HAND_MS;
        let in_hand: HashSet<&str> = seen.iter().filter(in_hand).map(|one| one.delivery.as_str()).collect();
        if seen.iter().any(|one| one.attempt > 1 && in_hand.contains(one.delivery.as_str())) {
            return;
        }
        sleep_ms(20).await;
    }
}

async fn start(lab: &Lab, stage: &mut Stage, roles: [&'static str; 3], round: u32) -> Result<Nodes> {
    let mut nodes = Nodes { criers: Vec::new(), running: Vec::new(), cuts: Vec::new() };
    for (at, role) in roles.into_iter().enumerate() {
        let folder = stage.folder.path().join(format!("node-{round}-{at}"));
        fs::create_dir_all(&folder)?;
        let listen = format!("127.0.0.1:{}", lab.port()?);
        let crier = Crier { folder, listen, role, ..stage.crier.clone() };
        let api = stage.api.at(&crier.base());
        nodes.running.push(crier.serve(&api).await?);
        nodes.criers.push(crier);
    }
    stage.api = stage.api.at(&nodes.criers.first().context("three nodes")?.base());
    Ok(nodes)
}

impl Nodes {
    fn kill(&mut self, at: usize) -> Result<()> {
        let from = now_ms();
        self.running[at].kill()?;
        let to = now_ms();
        self.cuts.push(Cut { from, to, free: to });
        Ok(())
    }

    async fn start_again(&mut self, at: usize) -> Result<()> {
        let crier = &self.criers[at];
        // Its health answers whoever asks.
        self.running[at] = crier.serve(&Api::new(&crier.base(), "")?).await?;
        Ok(())
    }
}
