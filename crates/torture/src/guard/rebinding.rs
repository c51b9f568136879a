//! A name that leads to a good address and to our own machine by turns: what is vetted is dialled, at every place
//! that sends.

use super::places::{By, Places, ended, is_refused, retry, sent_by};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};

/// Only this harness' webhook has it, so that an event goes to no other.
const TOPIC: &str = "learning.course.created";

/// Sends to `url` so many times from each of six places; how often something was sent, and how often refused.
pub(super) async fn run(places: &mut Places, by: By, url: &str, times: usize) -> Result<(usize, usize)> {
    let api = places.api.clone();
    let made = api.post("/webhooks", &by.webhook(url, TOPIC)).await?;
    let id = made["id"].as_str().context("a webhook has an id")?.to_owned();
    api.post(&format!("/webhooks/{id}/activate"), &json!({})).await?;
    let calls = [
        ("/webhooks/check".to_owned(), by.unsaved(url)),
        ("/webhooks/test".to_owned(), by.unsaved(url)),
        (format!("/webhooks/{id}/check"), json!({})),
        (format!("/webhooks/{id}/test"), json!({ "topic": TOPIC })),
    ];
    let mut attempts = Vec::new();
    for _ in 0..times {
        for (path, body) in &calls {
            attempts.extend(sent_by(&api.post(path, body).await?));
        }
        api.post("/events", &json!({ "topic": TOPIC, "payload": {} })).await?;
    }
    for delivery in ended(&api, &id, times, 1).await? {
        retry(&api, &delivery).await?;
    }
    for delivery in ended(&api, &id, times, 2).await? {
        attempts.extend(delivery["attempts"].as_array().cloned().unwrap_or_default());
    }
    let refused = attempts.iter().filter(|attempt| is_refused(attempt)).count();
    // The listener gives no token: there a request that was sent ends so.
    let is_sent = |attempt: &Value| match by {
        By::Url => attempt["outcome"] == "delivered",
        By::Token => attempt["outcome"] == "token",
    };
    let sent = attempts.iter().filter(|attempt| is_sent(attempt)).count();
    let others = attempts.iter().filter(|attempt| !is_sent(attempt) && !is_refused(attempt));
    places.broken.extend(others.map(|attempt| format!("rebinding came to {}", attempt["outcome"])));
    Ok((sent, refused))
}
