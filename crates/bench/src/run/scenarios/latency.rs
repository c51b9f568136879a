//! How soon an event is at its receiver when there is little to do: 50 events a second.

use super::Scene;
use crate::run::{
    figures::{median, percentile},
    helpers, machine,
    table::{Row, Table},
};
use anyhow::{Context as _, Result};

const TOPIC: &str = "learning.group.created";
const RATE: &str = "50";

/// Milliseconds of one measurement.
struct Measured {
    /// Of the disk, just before.
    fdatasync: f64,
    /// From writing the request to the arrival: p50, p95, p99.
    from_sent: [f64; 3],
    /// From the answer to the arrival; below 0 when the webhook was quicker.
    from_answer: [f64; 3],
}

const PERCENTS: [f64; 3] = [50.0, 95.0, 99.0];

pub(super) fn latency(scene: &mut Scene<'_>, table: &mut Table) -> Result<()> {
    let url = scene.receiver.url("ok/1");
    let webhook = scene.server()?.webhook(&url, &[TOPIC.to_owned()])?;
    measure(scene)?;
    let pairs = scene.pairs(measure)?;
    scene.server()?.remove(&webhook)?;

    let middle = |of: &dyn Fn(&Measured) -> f64| median(pairs.iter().map(|(_, measured)| of(measured)));
    let fdatasync = middle(&|measured| measured.fdatasync);
    let p95 = middle(&|measured| measured.from_sent[1]);
    for (at, name, target) in [(0, "p50", 1.5), (2, "p99", 6.0)] {
        let value = middle(&|measured| measured.from_sent[at]);
        let beyond = middle(&|measured| measured.from_sent[at] - measured.fdatasync);
        table.add(Row {
            what: format!("sent → at the receiver, 50 events/s, {name}"),
            database: scene.stage.kind.name(),
            measured: format!("{value:.2} ms"),
            relative: format!("fdatasync {beyond:+.2} ms"),
            target: format!("≤ fdatasync + {target} ms"),
            reached: Some(beyond <= target),
            beside: format!("fdatasync {fdatasync:.2} ms, p95 {p95:.2} ms"),
        });
    }
    let [p50, p95, p99] = [0, 1, 2].map(|at| middle(&|measured| measured.from_answer[at]));
    table.add(Row::told(
        "accepted → at the receiver, 50 events/s",
        scene.stage.kind.name(),
        format!("p50 {p50:.2} / p95 {p95:.2} / p99 {p99:.2} ms"),
        "from the moment the 202 was read".to_owned(),
    ));
    Ok(())
}

fn measure(scene: &mut Scene<'_>) -> Result<Measured> {
    scene.receiver.reset()?;
    let fdatasync = machine::fdatasync_ms(&scene.stage.folder)?;
    let rows = scene.rows();
    let seconds = scene.stage.size.wait_seconds.to_string();
    let arguments = ["--topic", TOPIC, "--rate", RATE, "--seconds", &seconds, "--clients", "8"];
    let (to, key) = scene.address()?;
    let loaded = helpers::load(to, &key, Some(&rows), &arguments)?;
    scene.delivered(loaded.deliveries)?;
    let arrivals = scene.first_arrivals()?;
    let (mut from_sent, mut from_answer) = (Vec::new(), Vec::new());
    for row in &loaded.rows {
        let at = arrivals.get(&row.id).context("an event did not come")?[0].at as f64;
        from_sent.push((at - row.sent as f64) / 1000.0);
        from_answer.push((at - row.answered as f64) / 1000.0);
    }
    let measured = Measured {
        fdatasync,
        from_sent: PERCENTS.map(|percent| percentile(&mut from_sent, percent)),
        from_answer: PERCENTS.map(|percent| percentile(&mut from_answer, percent)),
    };
    let [p50, p95, p99] = measured.from_sent;
    eprintln!("sent → receiver: p50 {p50:.2} ms, p95 {p95:.2} ms, p99 {p99:.2} ms");
    Ok(measured)
}
