//! A backlog that is drained: deliveries that are all due when the server starts, for one webhook.

use super::{SETTLED, Scene, part};
use crate::{
    clock,
    run::{helpers, table::Table},
};
use anyhow::Result;

const TOPIC: &str = "learning.sale.created";

/// The backlog is made by a server that only accepts (`--role console`).
pub(super) fn drain(scene: &mut Scene<'_>, table: &mut Table) -> Result<()> {
    let url = scene.receiver.url("ok/1");
    let webhook = scene.server()?.webhook(&url, &[TOPIC.to_owned()])?;
    let deliveries = scene.stage.size.drained;
    let pairs = scene.pairs(|scene| run(scene, deliveries))?;
    scene.server()?.remove(&webhook)?;
    let target = scene.by_kind(0.70, 0.45);
    let rates = part(&pairs, |drained| drained.rate);
    table.add(scene.rate(&format!("backlog of {deliveries} drained"), "deliveries", target, &rates));
    let cpu = part(&pairs, |drained| drained.cpu_ms);
    table.add(scene.cpu("CPU per delivery of the backlog", None, &cpu));
    Ok(())
}

/// What one measurement gave.
struct Drained {
    /// Deliveries a second.
    rate: f64,
    /// CPU-milliseconds a delivery, with the start of the server.
    cpu_ms: f64,
}

fn run(scene: &mut Scene<'_>, deliveries: u64) -> Result<Drained> {
    fill(scene, TOPIC, deliveries)?;
    scene.receiver.reset()?;
    let postgres = scene.postgres_cpu_ms();
    scene.server()?;
    let last = scene.delivered(deliveries)?;
    clock::pause(SETTLED);
    let cpu = scene.server()?.cpu_ms() - postgres;
    // From the first arrival: how long a start takes is a line of its own.
    let first = scene.receiver.stats()?.first;
    let rate = deliveries as f64 / ((last - first) as f64 / 1_000_000.0);
    let cpu_ms = cpu / deliveries as f64;
    eprintln!("{rate:.0} deliveries/s, {cpu_ms:.3} ms of CPU a delivery");
    Ok(Drained { rate, cpu_ms })
}

/// Makes a backlog: `events` are accepted, nothing is sent.
pub(super) fn fill(scene: &mut Scene<'_>, topic: &str, events: u64) -> Result<()> {
    scene.accept_only()?;
    let (to, key) = scene.address()?;
    let arguments = ["--topic", topic, "--clients", "4", "--batch", "500", "--events", &events.to_string()];
    helpers::load(to, &key, None, &arguments)?;
    scene.stop()
}
