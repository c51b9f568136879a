//! Events accepted, committed and delivered: 64 clients, one event a request.

use super::{SETTLED, Scene, part};
use crate::{
    clock,
    run::{
        figures::median,
        helpers::{self, Limit},
        table::{Row, Table},
    },
};
use anyhow::Result;

/// What one measurement gave.
struct Measured {
    /// Deliveries a second; events, where there is no webhook.
    rate: f64,
    /// CPU-milliseconds an event.
    cpu_ms: f64,
}

/// Events that no webhook wants: acceptance alone.
pub(super) fn accept(scene: &mut Scene<'_>, table: &mut Table) -> Result<()> {
    let pairs = measure(scene, "learning.user.deleted", 0)?;
    let rate = median(pairs.iter().map(|(_, measured)| measured.rate));
    let cpu = median(pairs.iter().map(|(_, measured)| measured.cpu_ms));
    let (what, database) = ("accepted and committed, no webhook, 64 clients", scene.stage.kind.name());
    table.add(Row::told(
        what,
        database,
        format!("{rate:.0} events/s"),
        format!("{cpu:.3} ms of CPU an event"),
    ));
    Ok(())
}

/// One event to one webhook.
pub(super) fn one(scene: &mut Scene<'_>, table: &mut Table) -> Result<()> {
    let pairs = measure(scene, "learning.user.created", 1)?;
    let rates = part(&pairs, |measured| measured.rate);
    table.add(scene.rate("accepted and delivered, 64 clients", "events", scene.by_kind(0.30, 0.20), &rates));
    let cpu = part(&pairs, |measured| measured.cpu_ms);
    table.add(scene.cpu("CPU per event accepted and delivered", Some(scene.by_kind(3.0, 5.0)), &cpu));
    Ok(())
}

/// One event to ten webhooks.
pub(super) fn fan_out(scene: &mut Scene<'_>, table: &mut Table) -> Result<()> {
    let pairs = measure(scene, "learning.course.created", 10)?;
    let rates = part(&pairs, |measured| measured.rate);
    table.add(scene.rate("1 event → 10 webhooks", "deliveries", scene.by_kind(0.60, 0.40), &rates));
    Ok(())
}

fn measure(scene: &mut Scene<'_>, topic: &str, webhooks: u64) -> Result<Vec<(Limit, Measured)>> {
    scene.server()?;
    let mut made = Vec::new();
    for tag in 0..webhooks {
        let url = scene.receiver.url(&format!("ok/{tag}"));
        made.push(scene.server()?.webhook(&url, &[topic.to_owned()])?);
    }
    // Once before it counts: connections, caches, and what the server learns of its receivers.
    run(scene, topic, webhooks, 1.0)?;
    let seconds = scene.stage.size.seconds;
    let pairs = scene.pairs(|scene| run(scene, topic, webhooks, seconds))?;
    for webhook in &made {
        scene.server()?.remove(webhook)?;
    }
    Ok(pairs)
}

fn run(scene: &mut Scene<'_>, topic: &str, webhooks: u64, seconds: f64) -> Result<Measured> {
    scene.receiver.reset()?;
    let cpu = scene.server()?.cpu_ms();
    let (to, key) = scene.address()?;
    let arguments = ["--topic", topic, "--seconds", &seconds.to_string()];
    let loaded = helpers::load(to, &key, None, &arguments)?;
    let last = scene.delivered(loaded.deliveries)?;
    clock::pause(SETTLED);
    let cpu = scene.server()?.cpu_ms() - cpu;
    let took = (last.max(loaded.end) - loaded.start) as f64 / 1_000_000.0;
    let events = loaded.events as f64;
    let measured = Measured { rate: events * webhooks.max(1) as f64 / took, cpu_ms: cpu / events };
    eprintln!("{:.0} a second, {:.3} ms of CPU an event", measured.rate, measured.cpu_ms);
    Ok(measured)
}
