//! A name that leads to a good address or to our own machine by chance: what is vetted is dialled, at every place
//! that sends.

use super::places::{By, Places, ended, is_refused, retry, says, sent_by};
use crate::{api::Api, time::sleep_ms};
use anyhow::{Context as _, Result, bail, ensure};
use reqwest::Method;
use serde_json::{Value, json};

/// No other webhook has it.
const TOPIC: &str = "learning.course.created";

/// Sends to `url` so many times from each of six places, each of which must have sent and refused; how often that was.
pub(super) async fn run(places: &mut Places, by: By, url: &str, times: usize) -> Result<(usize, usize)> {
    let api = places.api.clone();
    let made = api.post("/webhooks", &by.webhook(url, TOPIC)).await?;
    let id = made["id"].as_str().context("a webhook has an id")?.to_owned();
    api.post(&format!("/webhooks/{id}/activate"), &json!({})).await?;
    let calls = [
        ("check unsaved", "/webhooks/check".to_owned(), by.unsaved(url)),
        ("test unsaved", "/webhooks/test".to_owned(), by.unsaved(url)),
        ("check", format!("/webhooks/{id}/check"), json!({})),
        ("test", format!("/webhooks/{id}/test"), json!({ "topic": TOPIC })),
    ];
    let mut attempts: Vec<(&str, Value)> = Vec::new();
    for _ in 0..times {
        for (place, path, body) in &calls {
            let sent = sent_by(&api.post(path, body).await?);
            ensure!(!sent.is_empty(), "{place} tells of no attempt");
            attempts.extend(sent.into_iter().map(|attempt| (*place, attempt)));
        }
        let accepted = api.post("/events", &json!({ "topic": TOPIC, "payload": {} })).await?;
        ensure!(accepted["deliveries"] == 1, "the event goes to others too: {accepted}");
    }
    // One after the other: deliveries at the same time share a token, and so a look-up.
    for delivery in ended(&api, &id, times, 1).await? {
        retry(&api, &delivery).await?;
        attempts.push(("delivery", delivery["attempts"][0].clone()));
        attempts.push(("retry", second(&api, &delivery).await?));
    }
    // A paused one would get the next events too, held.
    api.call(Method::DELETE, &format!("/webhooks/{id}"), None).await?;
    // The listener gives no token: there a request that was sent ends so.
    let is_sent = |attempt: &Value| match by {
        By::Url => attempt["outcome"] == "delivered",
        By::Token => says(attempt, "The token address answered 204"),
    };
    let (mut sent, mut refused) = (0, 0);
    for place in ["check unsaved", "test unsaved", "check", "test", "delivery", "retry"] {
        let of_place = || attempts.iter().filter(|(other, _)| *other == place).map(|(_, attempt)| attempt);
        let here = (
            of_place().filter(|attempt| is_sent(attempt)).count(),
            of_place().filter(|attempt| is_refused(attempt)).count(),
        );
        if here.0 == 0 || here.1 == 0 || here.0 + here.1 != of_place().count() {
            places.broken.push(format!(
                "rebinding: {place} sent {} and refused {} of {}",
                here.0,
                here.1,
                of_place().count()
            ));
        }
        (sent, refused) = (sent + here.0, refused + here.1);
    }
    Ok((sent, refused))
}

/// The second attempt of a delivery, when it is there.
async fn second(api: &Api, delivery: &Value) -> Result<Value> {
    let path = format!("/deliveries/{}", delivery["id"].as_str().context("an id")?);
    for _ in 0..1500 {
        let now = api.get(&path).await?;
        if now["attempts"][1].is_object() {
            return Ok(now["attempts"][1].clone());
        }
        sleep_ms(20).await;
    }
    bail!("the retry of {path} does not end")
}
