//! A backlog that is drained: deliveries that are all due when the server starts, for one webhook.

use super::Scene;
use crate::run::{helpers, machine::Machine, table::Table};
use anyhow::Result;

const TOPIC: &str = "learning.sale.created";

/// The backlog is made by a server that only accepts (`--role console`).
pub(super) fn drain(scene: &mut Scene<'_>, _: &Machine, table: &mut Table) -> Result<()> {
    let url = scene.receiver.url("ok/1");
    let webhook = scene.server()?.webhook(&url, &[TOPIC.to_owned()])?;
    let deliveries = scene.stage.size.drained;
    let pairs = scene.pairs(|scene| run(scene, deliveries))?;
    scene.server()?.remove(&webhook)?;
    let target = scene.by_kind(0.70, 0.45);
    table.add(scene.rate(&format!("backlog of {deliveries} drained"), "deliveries", target, &pairs));
    Ok(())
}

fn run(scene: &mut Scene<'_>, deliveries: u64) -> Result<f64> {
    fill(scene, TOPIC, deliveries)?;
    scene.receiver.reset()?;
    scene.server()?;
    let last = scene.delivered(deliveries)?;
    // From the first arrival: how long a start takes is a line of its own.
    let first = scene.receiver.stats()?.first;
    let rate = deliveries as f64 / ((last - first) as f64 / 1_000_000.0);
    eprintln!("{rate:.0} deliveries/s");
    Ok(rate)
}

/// Makes a backlog: `events` are accepted, nothing is sent.
pub(super) fn fill(scene: &mut Scene<'_>, topic: &str, events: u64) -> Result<()> {
    scene.accept_only()?;
    let (to, key) = scene.address()?;
    let arguments = ["--topic", topic, "--clients", "4", "--batch", "500", "--events", &events.to_string()];
    helpers::load(to, &key, None, &arguments)?;
    scene.stop()
}
