//! What the server takes while nothing happens.

use super::Scene;
use crate::{
    clock, process,
    run::{
        crier::Crier,
        table::{Row, Table},
    },
};
use anyhow::Result;
use std::time::Duration;

/// Until a start is over.
const SETTLED: Duration = Duration::from_secs(10);
/// How long CPU is counted.
const COUNTED: Duration = Duration::from_secs(30);

pub(super) fn idle(scene: &mut Scene<'_>, table: &mut Table) -> Result<()> {
    scene.stop()?;
    let server = Crier::start(scene.stage, &scene.home, "all")?;
    clock::pause(SETTLED);
    let cpu = process::cpu_ms(server.pid());
    clock::pause(COUNTED);
    let percent = (process::cpu_ms(server.pid()) - cpu) / COUNTED.as_secs_f64() / 10.0;
    let mib = process::memory(server.pid()).now;
    server.stop()?;
    let row = |what: &str, measured: String, target: &str, reached: bool| Row {
        what: what.to_owned(),
        database: scene.stage.kind.name(),
        measured,
        relative: String::new(),
        target: target.to_owned(),
        reached: Some(reached),
        beside: format!("{} finished deliveries in the database", scene.stage.size.finished),
    };
    table.add(row("idle: memory", format!("{mib:.0} MiB"), "≤ 60 MiB", mib <= 60.0));
    table.add(row("idle: CPU", format!("{percent:.2} %"), "≤ 0.5 %", percent <= 0.5));
    Ok(())
}
