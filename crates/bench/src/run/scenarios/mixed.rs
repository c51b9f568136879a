//! Many webhooks with receivers as they are: 500, median answer 200 ms, p99 2 s, 2 % failing; 1,000
//! events a second with a median fan-out of 2. Measured is how long deliveries wait for their first try.

use super::Scene;
use crate::run::{
    figures::{median, percentile},
    helpers,
    table::{Row, Table},
};
use anyhow::{Context as _, Result};

const WEBHOOKS: usize = 500;
const TOPICS: usize = 250;
const RATE: f64 = 1000.0;
/// A load that fell behind by more did not ask for what is measured: a share of the rate.
const KEPT: f64 = 0.98;
/// Median and 99th percentile of the answers in milliseconds, failures in 1,000.
const BEHAVIOUR: &str = "mixed/200/2000/20";

/// To how many webhooks the topic of this number goes: of 20 topics, 6 to one, 7 to two, 4 to three, 2 to
/// four, 1 to ten. The median is 2, the mean 2.5.
fn fan_out(topic: usize) -> usize {
    match topic % 20 {
        0..6 => 1,
        6..13 => 2,
        13..17 => 3,
        17..19 => 4,
        _ => 10,
    }
}

/// The topics of each webhook: dealt round, so that all webhooks are about equally busy.
fn topics() -> Vec<Vec<String>> {
    let mut webhooks = vec![Vec::new(); WEBHOOKS];
    let mut next = (0..WEBHOOKS).cycle();
    for topic in 0..TOPICS {
        for webhook in next.by_ref().take(fan_out(topic)) {
            webhooks[webhook].push(format!("bench.mixed.t{topic}"));
        }
    }
    webhooks
}

pub(super) fn mixed(scene: &mut Scene<'_>, table: &mut Table) -> Result<()> {
    for topic in 0..TOPICS {
        scene.server()?.topic(&format!("bench.mixed.t{topic}"))?;
    }
    let mut made = Vec::new();
    for (tag, topics) in topics().into_iter().enumerate() {
        let url = scene.receiver.url(&format!("{BEHAVIOUR}/{tag}"));
        made.push(scene.server()?.webhook(&url, &topics)?);
    }
    measure(scene)?;
    let pairs = scene.pairs(measure)?;
    for webhook in &made {
        scene.server()?.remove(webhook)?;
    }
    let middle = |at: usize| median(pairs.iter().map(|(_, waits)| waits[at]));
    let [p50, p99, rate] = [0, 1, 2].map(middle);
    table.add(Row {
        what: format!(
            "{WEBHOOKS} webhooks (200 ms, p99 2 s, 2 % failing), {RATE} events/s: wait in the queue, p99"
        ),
        database: scene.stage.kind.name(),
        measured: format!("{p99:.0} ms"),
        relative: String::new(),
        target: "≤ 1000 ms".to_owned(),
        reached: Some(p99 <= 1000.0 && rate >= RATE * KEPT),
        beside: format!("sent → first arrival, p50 {p50:.0} ms; {rate:.0} events/s accepted"),
    });
    Ok(())
}

/// Median and p99 of the waits in milliseconds, and the events accepted a second. A wait is taken from the
/// moment the event was sent: longer than from the moment it was due.
fn measure(scene: &mut Scene<'_>) -> Result<[f64; 3]> {
    scene.receiver.reset()?;
    let rows = scene.rows();
    let rate = RATE.to_string();
    let (seconds, topics) = (scene.stage.size.wait_seconds.to_string(), TOPICS.to_string());
    let arguments =
        ["--topic", "bench.mixed.t#", "--spread", &topics, "--rate", &rate, "--seconds", &seconds];
    let (to, key) = scene.address()?;
    let loaded = helpers::load(to, &key, Some(&rows), &arguments)?;
    let arrivals = scene.first_tries(loaded.deliveries)?;
    let mut waits = Vec::new();
    for row in &loaded.rows {
        // An event may match a webhook once at most, so each arrival is another delivery.
        for arrival in arrivals.get(&row.id).context("an event did not come")? {
            waits.push(arrival.at.saturating_sub(row.sent) as f64 / 1000.0);
        }
    }
    let rate = loaded.events as f64 * 1_000_000.0 / (loaded.end - loaded.start) as f64;
    let waits = [percentile(&mut waits, 50.0), percentile(&mut waits, 99.0), rate];
    eprintln!("wait: p50 {:.1} ms, p99 {:.1} ms; {:.0} events/s", waits[0], waits[1], waits[2]);
    Ok(waits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_event_goes_to_two_webhooks() {
        let mut all: Vec<usize> = (0..TOPICS).map(fan_out).collect();
        all.sort_unstable();
        assert_eq!(all[TOPICS / 2], 2);
        let topics = topics();
        assert!(topics.iter().all(|topics| (1..=2).contains(&topics.len())));
        assert_eq!(topics.iter().map(Vec::len).sum::<usize>(), all.iter().sum::<usize>());
    }
}
