//! What the program itself says about the deliveries: its log, over REST.

use crate::{
    api::Api,
    time::{self, parse_ms},
};
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::{collections::HashSet, time::Duration};
use tokio::task::JoinSet;

/// A delivery.
#[derive(Clone, Debug, Default)]
pub(crate) struct Logged {
    pub(crate) id: String,
    pub(crate) event: String,
    pub(crate) state: String,
    pub(crate) attempts: Vec<Attempt>,
}

/// An attempt.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attempt {
    pub(crate) number: u64,
    pub(crate) at: i64,
    pub(crate) outcome: String,
    /// 0 without an answer.
    pub(crate) status: u16,
}

/// Calls at the same time.
const AT_ONCE: usize = 4;

/// All deliveries of events accepted at or after `from`, with attempts.
pub(crate) async fn read(api: &Api, from: i64) -> Result<Vec<Logged>> {
    let rows = api.rows("/deliveries", &format!("from={}", time::text(from))).await?;
    let mut reading = JoinSet::new();
    let mut log = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(whole) = in_full(&row) {
            log.push(whole);
            continue;
        }
        let id = text(&row, "id")?;
        let api = api.clone();
        if reading.len() >= AT_ONCE {
            log.push(reading.join_next().await.context("one is under way")???);
        }
        reading.spawn(async move { one(&api, &id).await });
    }
    while let Some(read) = reading.join_next().await {
        log.push(read??);
    }
    Ok(log)
}

/// One delivery, with attempts.
pub(crate) async fn one(api: &Api, id: &str) -> Result<Logged> {
    delivery(&api.get(&format!("/deliveries/{id}")).await?)
}

/// A row that says everything: one attempt that was answered.
fn in_full(row: &Value) -> Option<Logged> {
    let attempt = Attempt {
        number: row["attempt_count"].as_u64().filter(|count| *count == 1)?,
        at: parse_ms(row["last_attempt_at"].as_str()?)?,
        outcome: row["outcome"].as_str()?.to_owned(),
        status: u16::try_from(row["http_status"].as_u64()?).ok()?,
    };
    Some(Logged {
        id: text(row, "id").ok()?,
        event: text(row, "event_id").ok()?,
        state: text(row, "state").ok()?,
        attempts: vec![attempt],
    })
}

fn delivery(whole: &Value) -> Result<Logged> {
    let attempts = whole["attempts"].as_array().context("a delivery has attempts")?;
    let attempt = |one: &Value| {
        Ok(Attempt {
            number: one["number"].as_u64().context("an attempt has a number")?,
            at: parse_ms(&text(one, "at")?).context("an attempt has a moment")?,
            outcome: text(one, "outcome")?,
            status: one["response"]["status"]
                .as_u64()
                .and_then(|status| u16::try_from(status).ok())
                .unwrap_or(0),
        })
    };
    Ok(Logged {
        id: text(whole, "id")?,
        event: text(whole, "event_id")?,
        state: text(whole, "state")?,
        attempts: attempts.iter().map(attempt).collect::<Result<_>>()?,
    })
}

fn text(value: &Value, name: &str) -> Result<String> {
    Ok(value[name].as_str().with_context(|| format!("no {name} in {value}"))?.to_owned())
}

/// Waits until nothing of the log waits any more; returns what still does when patience ends.
pub(crate) async fn drained(api: &Api, from: i64, patience: Duration) -> Result<HashSet<String>> {
    let filter = format!("state=pending&state=sending&state=retrying&from={}", time::text(from));
    let end = time::now_ms() + i64::try_from(patience.as_millis())?;
    loop {
        let list = api.get(&format!("/deliveries?limit=200&{filter}")).await?;
        let rows = list["data"].as_array().context("a list has data")?;
        if rows.is_empty() || time::now_ms() > end {
            return rows.iter().map(|row| text(row, "id")).collect();
        }
        time::sleep_ms(50).await;
    }
}
