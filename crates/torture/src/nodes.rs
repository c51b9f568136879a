//! `nodes`: three processes on one Postgres. One is killed and started again, one is stopped past its leases
//! and goes on as if nothing had been: what it completes then must not count.

use crate::{
    Kind,
    api::Api,
    crier::{Crier, Running},
    history::{COUNTED, Cut, History, judge},
    lab::{Lab, Stage, Summary},
    load::Load,
    log,
    receiver::{HOOKS, Held, Receiver, Seen},
    rounds::PATIENCE,
    time::{now_ms, sleep_ms, until},
};
use anyhow::{Context as _, Result, ensure};
use std::{collections::HashSet, fs};

/// What a node writes to its log when it completes a delivery that is not its own any more.
const FENCED: &str = "the lease ended during the attempt";
/// Events before the first accident.
const EVENTS: usize = 100;
/// So many of them may still be on their way to a webhook then.
const BEHIND: usize = 20;
/// Webhooks come to the nodes that are left within so long, and what waited for that is sent.
const SHARED_MS: i64 = 60_000;
/// A stop waits until answers were held back for so long: nothing is being recorded then, and a node that is
/// stopped inside a transaction would keep its locks.
const HELD_MS: i64 = 200;
/// Requests that came so shortly before a stop are in hand at it: the webhook's limit is 1 s.
const IN_HAND_MS: i64 = 600;
/// A node is stopped for so long at most: a lease of 1 s + 5 s, and time for others to rescue and try again.
const STOPPED_MS: i64 = 25_000;
/// When it goes on it completes at once; on a busy machine later.
const COMPLETED_MS: i64 = 10_000;
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
    let mut stale = 0;
    for round in 0..rounds {
        stale += one(lab, &mut stage, round, &mut summary).await?;
        eprintln!("{}: {} to go", summary.name, rounds - round - 1);
        if !summary.broken.is_empty() {
            break;
        }
    }
    let counted = summary.broken.iter().filter(|line| line.contains(COUNTED)).count();
    summary.more.push(format!("{stale} completions came after their lease, {counted} counted"));
    Ok(summary)
}

/// One round; returns how many completions came late.
async fn one(lab: &Lab, stage: &mut Stage, round: u32, summary: &mut Summary) -> Result<usize> {
    let mut nodes = start(lab, stage, ROLES[round as usize % ROLES.len()], round).await?;
    let (from, seen_before) = (now_ms(), stage.receiver.seen().len());
    let load = Load::start(stage.api.clone(), &format!("n{from}"), lab.dice.below(u64::MAX));
    let flows = || flows(load.acks().len(), &stage.receiver.seen()[seen_before..]);
    ensure!(until(SHARED_MS, flows).await, "the nodes do not send what is accepted");
    sleep_ms(lab.dice.below(500)).await;

    nodes.kill(1)?;
    // From now on all requests are the third's.
    let stopped = nodes.stop(2, &stage.receiver, &stage.api).await?;
    nodes.start_again(1).await?;
    let again = until(STOPPED_MS, || stopped.in_hand.is_subset(&stage.receiver.again(seen_before))).await;
    // Another node has these deliveries now, and keeps them: the answers of its own attempts are held back.
    nodes.running[2].signal("-CONT")?;
    let refused = nodes.refused(2, &stage.api, &stopped.in_hand).await?;
    stage.receiver.hold(Held::None);
    // A request that it was stopped in may end until its time is over.
    nodes.cuts.push(Cut { from: stopped.at, to: now_ms(), free: stopped.at });

    load.settle().await;
    let waiting = log::drained(&stage.api, from, PATIENCE).await?;
    let stale = stopped.in_hand.len();
    let history = History {
        acks: load.acks(),
        log: log::read(&stage.api, from).await?,
        seen: stage.receiver.seen().split_off(seen_before),
        cuts: std::mem::take(&mut nodes.cuts),
        hooks: HOOKS.map(str::to_owned).into(),
        waiting,
        stale: stopped.in_hand,
    };
    summary.broken.extend(load.wrong());
    summary.add(judge(&history));
    let mut must = |is: bool, words: &str| {
        if !is {
            summary.broken.push(format!("round {round}: {words}"));
        }
    };
    must(stale > 0, "the stopped node had nothing in hand: nothing was shown");
    must(again, "what the stopped node had in hand was not tried again by another");
    must(refused, "completions that came after their lease were not refused");
    load.end().await;
    Ok(stale)
}

/// Whether every webhook gets what is accepted. It takes a while: nodes share the webhooks anew when those of the
/// last round are thought gone.
fn flows(events: usize, seen: &[Seen]) -> bool {
    let firsts = |hook| seen.iter().filter(|one| one.hook == hook && one.attempt == 1).count();
    events >= EVENTS && HOOKS.iter().all(|hook| firsts(*hook) + BEHIND >= events)
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

/// A node that stands still.
struct Stopped {
    at: i64,
    /// Deliveries whose first requests it had sent.
    in_hand: HashSet<String>,
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

    /// Stops the node with requests in hand, which are answered then; further attempts of theirs are not.
    async fn stop(&self, at: usize, receiver: &Receiver, api: &Api) -> Result<Stopped> {
        receiver.hold(Held::All);
        let held = now_ms();
        until(SHARED_MS, || !receiver.waiting(held + HELD_MS).is_empty()).await;
        self.running[at].stop().await?;
        let at = now_ms();
        let mut in_hand = receiver.waiting(held.max(at - IN_HAND_MS));
        // Its own clock may have ended one of them already.
        for id in in_hand.clone() {
            if !log::one(api, &id).await?.attempts.is_empty() {
                in_hand.remove(&id);
            }
        }
        receiver.hold(Held::Again(in_hand.clone()));
        Ok(Stopped { at, in_hand })
    }

    /// Waits until the node told of each of these deliveries that it came too late. False when it does not, or when
    /// what it completed counts.
    async fn refused(&self, at: usize, api: &Api, deliveries: &HashSet<String>) -> Result<bool> {
        let end = now_ms() + COMPLETED_MS;
        while now_ms() < end {
            let said = self.criers[at].said();
            let refusals: Vec<_> = said.lines().filter(|line| line.contains(FENCED)).collect();
            let Some(left) = deliveries.iter().find(|id| !refusals.iter().any(|line| line.contains(*id)))
            else {
                return Ok(true);
            };
            if log::one(api, left)
                .await?
                .attempts
                .iter()
                .any(|one| one.number == 1 && one.outcome != "interrupted")
            {
                return Ok(false);
            }
            sleep_ms(20).await;
        }
        Ok(false)
    }
}
