//! A start with a large backlog: how soon the first delivery comes, and how much memory it takes.

use super::{Scene, drain};
use crate::{
    clock, process,
    run::{
        crier::Crier,
        figures::median,
        table::{Row, Table},
    },
};
use anyhow::{Result, ensure};
use std::time::Duration;

const TOPIC: &str = "learning.live_class.created";
/// For how long the backlog is worked off before memory is read.
const AT_WORK: Duration = Duration::from_secs(10);

pub(super) fn waiting(scene: &mut Scene<'_>, table: &mut Table) -> Result<()> {
    let size = scene.stage.size;
    let url = scene.receiver.url("ok/1");
    scene.server()?.webhook(&url, &[TOPIC.to_owned()])?;
    drain::fill(scene, TOPIC, size.waiting)?;
    let starts = (0..size.pairs).map(|_| start(scene)).collect::<Result<Vec<_>>>()?;
    let seconds = median(starts.iter().map(|(seconds, _)| *seconds));
    let mib = median(starts.iter().map(|(_, mib)| *mib));
    let waiting = size.waiting;
    table.add(Row {
        what: format!("first delivery after a start with {waiting} waiting"),
        database: scene.stage.kind.name(),
        measured: format!("{seconds:.2} s"),
        relative: String::new(),
        target: "≤ 2 s".to_owned(),
        reached: Some(seconds <= 2.0),
        beside: "from starting the process".to_owned(),
    });
    table.add(Row {
        what: format!("memory with {waiting} waiting"),
        database: scene.stage.kind.name(),
        measured: format!("{mib:.0} MiB"),
        relative: String::new(),
        target: "≤ 200 MiB".to_owned(),
        reached: Some(mib <= 200.0),
        beside: "the most in 10 s of delivering, one live tail open".to_owned(),
    });
    Ok(())
}

/// Seconds to the first delivery, and the most memory, in MiB.
fn start(scene: &mut Scene<'_>) -> Result<(f64, f64)> {
    scene.stop()?;
    scene.receiver.reset()?;
    let begin = clock::now_us();
    let server = Crier::launch(scene.stage, &scene.home, "all")?;
    let waited = clock::start();
    let first = loop {
        let stats = scene.receiver.stats()?;
        if stats.requests > 0 {
            break stats.first;
        }
        ensure!(waited.elapsed() < Duration::from_secs(120), "nothing was delivered for two minutes");
        clock::pause(Duration::from_millis(5));
    };
    let server = server.watched()?;
    clock::pause(AT_WORK);
    let memory = process::memory(server.pid());
    let seconds = first.saturating_sub(begin) as f64 / 1_000_000.0;
    eprintln!("first delivery after {seconds:.2} s; {:.0} MiB, at most {:.0} MiB", memory.now, memory.most);
    server.stop()?;
    Ok((seconds, memory.most))
}
