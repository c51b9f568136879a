//! Whether one webhook that hangs is felt by 99 others: their p99 without it and beside it.

use super::Scene;
use crate::{
    clock,
    load::Published,
    run::{
        figures::{median, percentile},
        helpers,
        table::{Row, Table},
    },
};
use anyhow::Result;
use serde_json::json;
use std::time::Duration;

const WEBHOOKS: usize = 100;
const RATE: &str = "300";
/// The tag of the webhook that is left out of both measurements.
const LAST: u32 = WEBHOOKS as u32 - 1;

/// Events with `calm` in their topic go to 100 webhooks that answer; with `stuck`, the last one is another
/// webhook, which hangs. All else is the same.
pub(super) fn hanging(scene: &mut Scene<'_>, table: &mut Table) -> Result<()> {
    let topic = |kind: &str, number: usize| format!("bench.{kind}.t{number}");
    for number in 0..WEBHOOKS {
        scene.server()?.topic(&topic("calm", number))?;
        scene.server()?.topic(&topic("stuck", number))?;
    }
    let mut made = Vec::new();
    for number in 0..WEBHOOKS {
        let url = scene.receiver.url(&format!("ok/{number}"));
        let mut topics = vec![topic("calm", number)];
        if number + 1 < WEBHOOKS {
            topics.push(topic("stuck", number));
        }
        made.push(scene.server()?.webhook(&url, &topics)?);
    }
    let stuck = topic("stuck", WEBHOOKS - 1);
    let url = scene.receiver.url(&format!("hang/{LAST}"));
    let hanging = scene.server()?.webhook(&url, std::slice::from_ref(&stuck))?;
    made.push(hanging.clone());

    measure(scene, "calm")?;
    let pairs = scene.pairs(|scene| {
        // Without it both before and after, so that what changes with time counts for both alike.
        let mut calm = measure(scene, "calm")?;
        // It hangs with all that may run at the same time, and more waits, before anything is measured.
        scene.server()?.act(&hanging, "activate", &json!({ "held": "discard" }))?;
        let (to, key) = scene.address()?;
        helpers::load(
            to,
            &key,
            None,
            &["--topic", &stuck, "--batch", "200", "--events", "200", "--clients", "1"],
        )?;
        clock::pause(Duration::from_secs(1));
        let mut beside = measure(scene, "stuck")?;
        beside.extend(measure(scene, "stuck")?);
        scene.server()?.act(&hanging, "pause", &json!({}))?;
        scene.receiver.release()?;
        clock::pause(Duration::from_secs(1));
        scene.server()?.act(&hanging, "discard", &json!({}))?;
        calm.extend(measure(scene, "calm")?);
        let (calm, beside) = (percentile(&mut calm, 99.0), percentile(&mut beside, 99.0));
        eprintln!("p99 of 99 webhooks: {calm:.2} ms, beside one that hangs {beside:.2} ms");
        Ok((calm, beside))
    })?;
    for webhook in &made {
        scene.server()?.remove(webhook)?;
    }
    let rise = median(pairs.iter().map(|(_, (calm, beside))| (beside / calm - 1.0) * 100.0));
    let calm = median(pairs.iter().map(|(_, (calm, _))| *calm));
    let beside = median(pairs.iter().map(|(_, (_, beside))| *beside));
    table.add(Row {
        what: format!("one webhook of {WEBHOOKS} hangs: p99 of the others, {RATE} events/s"),
        database: scene.stage.kind.name(),
        measured: format!("{beside:.2} ms"),
        relative: format!("{rise:+.0} %"),
        target: "≤ +10 %".to_owned(),
        reached: Some(rise <= 10.0),
        beside: format!("{calm:.2} ms without it"),
    });
    Ok(())
}

/// What each event for the 99 webhooks took, from sending to arrival, in milliseconds.
fn measure(scene: &mut Scene<'_>, kind: &str) -> Result<Vec<f64>> {
    scene.receiver.reset()?;
    let rows = scene.rows();
    let topic = format!("bench.{kind}.t#");
    let (seconds, spread) = (scene.stage.size.wait_seconds.to_string(), WEBHOOKS.to_string());
    let arguments =
        ["--topic", &topic, "--spread", &spread, "--rate", RATE, "--seconds", &seconds, "--clients", "16"];
    let (to, key) = scene.address()?;
    let loaded = helpers::load(to, &key, Some(&rows), &arguments)?;
    // What goes to the hanging one need not come: as long as its slots are taken, it can't.
    let others = || loaded.rows.iter().filter(|row| row.topic != LAST);
    let arrivals = scene.until(|arrivals| others().all(|row| arrivals.contains_key(&row.id)))?;
    let wait = |row: &Published| {
        let at = arrivals.get(&row.id).and_then(|all| all.first()).map_or(row.sent, |arrival| arrival.at);
        at.saturating_sub(row.sent) as f64 / 1000.0
    };
    Ok(others().map(wait).collect())
}
