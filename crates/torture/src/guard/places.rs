//! The places that send, each asked to send where it must not: save, change, check and test of what is not
//! saved, check and test of what is, delivery, and retry by hand; each by the webhook's URL, and by the address
//! that gives it its access token.

use crate::{api::Api, load::TOPIC, time::sleep_ms};
use anyhow::{Context as _, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};

#[derive(Debug)]
pub(super) struct Places {
    api: Api,
    /// A webhook, never activated, that is to be led astray.
    changed: String,
    /// Saved webhooks: id and URL.
    kept: Vec<(String, String)>,
    pub(super) broken: Vec<String>,
    /// Requests that were refused, as they must be.
    pub(super) refused: usize,
    /// Redirects that were answers and nothing else.
    pub(super) redirects: usize,
}

/// Which of a webhook's addresses leads inside.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    Url,
    Token,
}

impl By {
    pub(super) const ALL: [Self; 2] = [Self::Url, Self::Token];

    /// With which the good address sends on to a bad one.
    pub(super) fn redirects(self) -> &'static [u16] {
        match self {
            Self::Url => &[302, 307],
            Self::Token => &[307],
        }
    }

    /// The field that is to blame.
    fn field(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Token => "auth.token_url",
        }
    }

    /// The members of a webhook that lead to `url`.
    fn members(self, url: &str) -> Value {
        match self {
            Self::Url => json!({ "url": url }),
            Self::Token => json!({ "url": GOOD, "auth": {
                "type": "oauth2_client_credentials", "token_url": url, "client_id": "guard", "client_secret": "canary",
            } }),
        }
    }

    fn webhook(self, url: &str) -> Value {
        let mut webhook = self.members(url);
        webhook["name"] = json!("Guarded");
        webhook["topics"] = json!([TOPIC]);
        webhook["retry"] = json!({ "preset": "none" });
        webhook["timeout_ms"] = json!(5000);
        webhook
    }

    fn unsaved(self, url: &str) -> Value {
        json!({ "webhook": self.webhook(url), "topic": TOPIC })
    }
}

/// May be sent to.
const GOOD: &str = "http://8.8.8.8/hook";

impl Places {
    pub(super) async fn new(api: Api) -> Result<Self> {
        let good = api.post("/webhooks", &By::Url.webhook(GOOD)).await?;
        let changed = good["id"].as_str().context("a webhook has an id")?.to_owned();
        Ok(Self { api, changed, kept: Vec::new(), broken: Vec::new(), refused: 0, redirects: 0 })
    }

    pub(super) fn kept(&self) -> usize {
        self.kept.len()
    }

    /// Saves a webhook where that is possible while all networks are allowed.
    pub(super) async fn keep(&mut self, by: By, url: &str) -> Result<()> {
        let (status, made) = self.api.call(Method::POST, "/webhooks", Some(&by.webhook(url))).await?;
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
    pub(super) async fn refuses_to_save(&mut self, by: By, url: &str) -> Result<()> {
        let (status, answer) = self.api.call(Method::POST, "/webhooks", Some(&by.webhook(url))).await?;
        self.refused("save", url, status == 422 && answer["errors"][0]["field"] == by.field(), &answer);
        let path = format!("/webhooks/{}", self.changed);
        let (status, answer) = self.api.call(Method::PATCH, &path, Some(&by.members(url))).await?;
        self.refused("change", url, status == 422 && answer["errors"][0]["field"] == by.field(), &answer);
        Ok(())
    }

    /// Check and test of what is not saved.
    pub(super) async fn refuses_unsaved(&mut self, by: By, url: &str) -> Result<()> {
        let (status, answer) = self.api.call(Method::POST, "/webhooks/check", Some(&by.unsaved(url))).await?;
        self.refused("check unsaved", url, status == 422 || is_refused(&answer["head"]), &answer);
        let (status, answer) = self.api.call(Method::POST, "/webhooks/test", Some(&by.unsaved(url))).await?;
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
    pub(super) async fn stays(&mut self, by: By, url: &str, status: u16) -> Result<()> {
        let answer = self.api.post("/webhooks/test", &by.unsaved(url)).await?;
        let attempt = &answer["attempts"][0];
        let stays = match by {
            By::Url => attempt["outcome"] == "status" && attempt["response"]["status"] == status,
            By::Token => attempt["outcome"] == "token" && attempt["response"].is_null(),
        };
        if stays {
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
            let answer = self.api.post("/webhooks/test", &By::Url.unsaved(url)).await?;
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
        let checked = self.api.post("/webhooks/check", &By::Url.unsaved(url)).await?;
        let tested = self.api.post("/webhooks/test", &By::Url.unsaved(url)).await?;
        if checked["ok"] != true || tested["state"] != "delivered" {
            self.broken.push(format!("{url} can't be reached: {checked} {tested}"));
        }
        Ok(())
    }
}

fn is_refused(attempt: &Value) -> bool {
    attempt["outcome"] == "refused_address" && attempt["response"].is_null()
}
