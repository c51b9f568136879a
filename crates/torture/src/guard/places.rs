//! The places that send, each asked to send where it must not: save, change, check and test of what is not
//! saved, check and test of what is, delivery, and retry by hand.

use crate::{api::Api, load::TOPIC, time::sleep_ms};
use anyhow::{Context as _, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};

#[derive(Debug)]
pub(super) struct Places {
    api: Api,
    /// Saved webhooks: id and URL.
    kept: Vec<(String, String)>,
    pub(super) broken: Vec<String>,
    /// Requests that were refused, as they must be.
    pub(super) refused: usize,
    /// Redirects that were answers and nothing else.
    pub(super) redirects: usize,
}

fn webhook(url: &str) -> Value {
    json!({ "name": "Guarded", "url": url, "topics": [TOPIC], "retry": { "preset": "none" }, "timeout_ms": 5000 })
}

fn unsaved(url: &str) -> Value {
    json!({ "webhook": webhook(url), "topic": TOPIC })
}

impl Places {
    pub(super) fn new(api: Api) -> Self {
        Self { api, kept: Vec::new(), broken: Vec::new(), refused: 0, redirects: 0 }
    }

    pub(super) fn kept(&self) -> usize {
        self.kept.len()
    }

    /// Saves a webhook where that is possible while all networks are allowed.
    pub(super) async fn keep(&mut self, url: &str) -> Result<()> {
        let (status, made) = self.api.call(Method::POST, "/webhooks", Some(&webhook(url))).await?;
        if status == 201 {
            let id = made["id"].as_str().context("a webhook has an id")?.to_owned();
            self.api.post(&format!("/webhooks/{id}/activate"), &json!({})).await?;
            self.kept.push((id, url.to_owned()));
        }
        Ok(())
    }

    fn refused(&mut self, place: &str, url: &str, was: bool, answer: &Value) {
        if was {
            self.refused += 1;
        } else {
            self.broken.push(format!("{place} does not refuse {url:?}: {answer}"));
        }
    }

    /// Save and change.
    pub(super) async fn refuses_to_save(&mut self, url: &str) -> Result<()> {
        let (status, answer) = self.api.call(Method::POST, "/webhooks", Some(&webhook(url))).await?;
        self.refused("save", url, status == 422 && answer["errors"][0]["field"] == "url", &answer);
        let good = self.api.post("/webhooks", &webhook("http://8.8.8.8/")).await?;
        let path = format!("/webhooks/{}", good["id"].as_str().context("a webhook has an id")?);
        let (status, answer) = self.api.call(Method::PATCH, &path, Some(&json!({ "url": url }))).await?;
        self.refused("change", url, status == 422 && answer["errors"][0]["field"] == "url", &answer);
        self.api.call(Method::DELETE, &path, None).await?;
        Ok(())
    }

    /// Check and test of what is not saved.
    pub(super) async fn refuses_unsaved(&mut self, url: &str) -> Result<()> {
        let (status, answer) = self.api.call(Method::POST, "/webhooks/check", Some(&unsaved(url))).await?;
        self.refused("check unsaved", url, status == 422 || is_refused(&answer["head"]), &answer);
        let (status, answer) = self.api.call(Method::POST, "/webhooks/test", Some(&unsaved(url))).await?;
        self.refused("test unsaved", url, status == 422 || is_refused(&answer["attempts"][0]), &answer);
        Ok(())
    }

    /// Check, test, delivery and retry of what was saved when it was allowed.
    pub(super) async fn refuses_kept(&mut self) -> Result<()> {
        let kept = self.kept.clone();
        for (id, url) in &kept {
            let path = format!("/webhooks/{id}/check");
            let (status, answer) = self.api.call(Method::POST, &path, Some(&json!({}))).await?;
            self.refused("check", url, status == 422 || is_refused(&answer["head"]), &answer);
            let path = format!("/webhooks/{id}/test");
            let (status, answer) =
                self.api.call(Method::POST, &path, Some(&json!({ "topic": TOPIC }))).await?;
            self.refused("test", url, status == 422 || is_refused(&answer["attempts"][0]), &answer);
        }
        let event = json!({ "topic": TOPIC, "payload": {} });
        let answer = self.api.post("/events", &event).await?;
        if answer["deliveries"] != kept.len() {
            bail!("the event does not go to all of the {} webhooks: {answer}", kept.len());
        }
        for (id, url) in &kept {
            let delivery = self.ended(id).await?;
            let last = &delivery["attempts"][0];
            self.refused("delivery", url, is_refused(last), last);
            let path = format!("/deliveries/{}/retry", delivery["id"].as_str().context("an id")?);
            self.api.post(&path, &json!({ "body": "same" })).await?;
        }
        for (id, url) in &kept {
            let delivery = self.ended_after(id, 2).await?;
            let last = &delivery["attempts"][1];
            self.refused("retry", url, is_refused(last), last);
        }
        Ok(())
    }

    async fn ended(&self, webhook: &str) -> Result<Value> {
        self.ended_after(webhook, 1).await
    }

    /// The one real delivery of a webhook, when it has given up after so many attempts.
    async fn ended_after(&self, webhook: &str, attempts: u64) -> Result<Value> {
        for _ in 0..1500 {
            let list = self.api.get(&format!("/deliveries?webhook={webhook}&test=false")).await?;
            let row = &list["data"][0];
            if row["state"] == "exhausted" && row["attempt_count"] == attempts {
                return self.api.get(&format!("/deliveries/{}", row["id"].as_str().context("an id")?)).await;
            }
            sleep_ms(20).await;
        }
        bail!("the delivery of {webhook} does not end")
    }

    /// A redirect is an answer: nothing follows it.
    pub(super) async fn stays(&mut self, url: &str, status: u16) -> Result<()> {
        let answer = self.api.post("/webhooks/test", &unsaved(url)).await?;
        let attempt = &answer["attempts"][0];
        if attempt["outcome"] == "status" && attempt["response"]["status"] == status {
            self.redirects += 1;
        } else {
            self.broken.push(format!("a redirect with {status} came to {}", attempt["outcome"]));
        }
        Ok(())
    }

    /// Sends to a name that changes its address: how often it was sent, and refused.
    pub(super) async fn rebinding(&mut self, url: &str, times: u32) -> Result<(u32, u32)> {
        let (mut sent, mut refused) = (0, 0);
        for _ in 0..times {
            let answer = self.api.post("/webhooks/test", &unsaved(url)).await?;
            let attempt = &answer["attempts"][0];
            if is_refused(attempt) {
                refused += 1;
            } else if attempt["outcome"] == "delivered" {
                sent += 1;
            } else {
                self.broken.push(format!("rebinding came to {}", attempt["outcome"]));
            }
        }
        Ok((sent, refused))
    }

    /// What may be sent is sent, from the same places.
    pub(super) async fn reaches(&mut self, url: &str) -> Result<()> {
        let checked = self.api.post("/webhooks/check", &unsaved(url)).await?;
        let tested = self.api.post("/webhooks/test", &unsaved(url)).await?;
        if checked["ok"] != true || tested["state"] != "delivered" {
            self.broken.push(format!("{url} can't be reached: {checked} {tested}"));
        }
        Ok(())
    }
}

fn is_refused(attempt: &Value) -> bool {
    attempt["outcome"] == "refused_address" && attempt["response"].is_null()
}
