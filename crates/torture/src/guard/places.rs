//! The places that send, each asked to send where it must not: save, change, check and test of what is not
//! saved, check and test of what is, delivery, and retry by hand; each by the webhook's URL, and by the address
//! that gives it its access token.

use crate::{api::Api, load::TOPIC, time::sleep_ms};
use anyhow::{Context as _, Result, bail, ensure};
use reqwest::Method;
use serde_json::{Value, json};

#[derive(Debug)]
pub(super) struct Places {
    pub(super) api: Api,
    /// A webhook, never activated, that is to be led astray.
    changed: String,
    /// Saved webhooks.
    kept: Vec<Kept>,
    pub(super) broken: Vec<String>,
    /// Requests that were refused, as they must be.
    pub(super) refused: usize,
    /// Redirects that were answers and nothing else.
    pub(super) redirects: usize,
}

#[derive(Clone, Debug)]
struct Kept {
    id: String,
    by: By,
    url: String,
    must: Must,
}

/// What has to become of a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Must {
    /// Nothing is sent.
    Refuse,
    /// A redirect with this status is an answer, and nothing follows it.
    Stay(u16),
}

impl Must {
    fn is_met(self, by: By, attempt: &Value) -> bool {
        match (self, by) {
            (Self::Refuse, _) => is_refused(attempt),
            (Self::Stay(status), By::Url) => {
                attempt["outcome"] == "status" && attempt["response"]["status"] == status
            }
            (Self::Stay(status), By::Token) => says(attempt, &format!("The token address answered {status}")),
        }
    }
}

/// Which of a webhook's addresses leads inside.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    Url,
    Token,
}

impl By {
    pub(super) const ALL: [Self; 2] = [Self::Url, Self::Token];

    /// Whether an error is about this address and no other field.
    fn is_to_blame(self, error: &Value) -> bool {
        let field = match self {
            Self::Url => "url",
            Self::Token => "auth.token_url",
        };
        // What is not saved stands in the member `webhook` of the call.
        let blamed = error["errors"][0]["field"].as_str().unwrap_or_default();
        blamed.trim_start_matches("webhook.") == field && error["errors"][1].is_null()
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

    pub(super) fn webhook(self, url: &str, topic: &str) -> Value {
        let mut webhook = self.members(url);
        webhook["name"] = json!("Guarded");
        webhook["topics"] = json!([topic]);
        webhook["retry"] = json!({ "preset": "none" });
        // All of them are sent to at once, and what comes of it counts, not when.
        webhook["timeout_ms"] = json!(30_000);
        webhook
    }

    pub(super) fn unsaved(self, url: &str) -> Value {
        json!({ "webhook": self.webhook(url, TOPIC), "topic": TOPIC })
    }
}

/// May be sent to.
const GOOD: &str = "http://8.8.8.8/hook";

impl Places {
    pub(super) async fn new(api: Api) -> Result<Self> {
        let good = api.post("/webhooks", &By::Url.webhook(GOOD, TOPIC)).await?;
        let changed = good["id"].as_str().context("a webhook has an id")?.to_owned();
        Ok(Self { api, changed, kept: Vec::new(), broken: Vec::new(), refused: 0, redirects: 0 })
    }

    pub(super) fn kept(&self) -> usize {
        self.kept.len()
    }

    /// Saves a webhook, to be sent to later. An address that is none at all can't be saved, whatever is allowed.
    pub(super) async fn keep(&mut self, by: By, url: &str, must: Must) -> Result<()> {
        let (status, made) = self.api.call(Method::POST, "/webhooks", Some(&by.webhook(url, TOPIC))).await?;
        if status == 422 && matches!(must, Must::Refuse) && by.is_to_blame(&made) {
            return Ok(());
        }
        ensure!(status == 201, "{url:?} can't be saved: {made}");
        let id = made["id"].as_str().context("a webhook has an id")?.to_owned();
        self.api.post(&format!("/webhooks/{id}/activate"), &json!({})).await?;
        self.kept.push(Kept { id, by, url: url.to_owned(), must });
        Ok(())
    }

    fn judge(&mut self, place: &str, url: &str, must: Must, is_met: bool, answer: &Value) {
        match must {
            _ if !is_met => self.broken.push(format!("{place} does not {must:?} {url:?}: {answer}")),
            Must::Refuse => self.refused += 1,
            Must::Stay(_) => self.redirects += 1,
        }
    }

    /// Save and change.
    pub(super) async fn refuses_to_save(&mut self, by: By, url: &str) -> Result<()> {
        let path = format!("/webhooks/{}", self.changed);
        for (place, method, path, members) in [
            ("save", Method::POST, "/webhooks", by.webhook(url, TOPIC)),
            ("change", Method::PATCH, &*path, by.members(url)),
        ] {
            let (status, answer) = self.api.call(method, path, Some(&members)).await?;
            let is_met = status == 422 && by.is_to_blame(&answer);
            self.judge(place, url, Must::Refuse, is_met, &answer);
        }
        Ok(())
    }

    /// Check and test of what is not saved.
    pub(super) async fn unsaved(&mut self, by: By, url: &str, must: Must) -> Result<()> {
        for (place, path) in [("check unsaved", "/webhooks/check"), ("test unsaved", "/webhooks/test")] {
            self.sends(place, path, &by.unsaved(url), (by, url, must)).await?;
        }
        Ok(())
    }

    /// Whether what is sent because of this call ends as it must.
    async fn sends(
        &mut self,
        place: &str,
        path: &str,
        body: &Value,
        (by, url, must): (By, &str, Must),
    ) -> Result<()> {
        let (status, answer) = self.api.call(Method::POST, path, Some(body)).await?;
        let attempts = sent_by(&answer);
        let is_refused = status == 422 && matches!(must, Must::Refuse) && by.is_to_blame(&answer);
        let is_met = is_refused || !attempts.is_empty() && attempts.iter().all(|one| must.is_met(by, one));
        self.judge(place, url, must, is_met, &answer);
        Ok(())
    }

    /// Check, test, delivery and retry of what was saved.
    pub(super) async fn all_kept(&mut self) -> Result<()> {
        let kept = self.kept.clone();
        for Kept { id, by, url, must } in &kept {
            for (place, body) in [("check", json!({})), ("test", json!({ "topic": TOPIC }))] {
                self.sends(place, &format!("/webhooks/{id}/{place}"), &body, (*by, url, *must)).await?;
            }
        }
        let event = json!({ "topic": TOPIC, "payload": {} });
        let answer = self.api.post("/events", &event).await?;
        if answer["deliveries"] != kept.len() {
            bail!("the event does not go to all of the {} webhooks: {answer}", kept.len());
        }
        for (at, place) in ["delivery", "retry"].into_iter().enumerate() {
            for Kept { id, by, url, must } in &kept {
                for delivery in ended(&self.api, id, 1, at + 1).await? {
                    let last = &delivery["attempts"][at];
                    self.judge(place, url, *must, must.is_met(*by, last), last);
                    if at == 0 {
                        retry(&self.api, &delivery).await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// What may be sent is sent, by check and test of what is not saved.
    pub(super) async fn reaches(&mut self, url: &str) -> Result<()> {
        let checked = self.api.post("/webhooks/check", &By::Url.unsaved(url)).await?;
        let tested = self.api.post("/webhooks/test", &By::Url.unsaved(url)).await?;
        if checked["ok"] != true || tested["state"] != "delivered" {
            self.broken.push(format!("{url} can't be reached: {checked} {tested}"));
        }
        Ok(())
    }
}

/// The attempts in the answer to a check or a test.
pub(super) fn sent_by(answer: &Value) -> Vec<Value> {
    let tested = answer["attempts"].as_array().cloned().unwrap_or_default();
    let checked = ["head", "post"].map(|method| answer[method].clone());
    tested.into_iter().chain(checked).filter(Value::is_object).collect()
}

/// Asks for another attempt of a delivery that ended.
pub(super) async fn retry(api: &Api, delivery: &Value) -> Result<()> {
    let path = format!("/deliveries/{}/retry", delivery["id"].as_str().context("an id")?);
    api.post(&path, &json!({ "body": "same" })).await?;
    Ok(())
}

/// The real deliveries of a webhook, when so many of them have ended after so many attempts.
pub(super) async fn ended(api: &Api, webhook: &str, count: usize, attempts: usize) -> Result<Vec<Value>> {
    for _ in 0..1500 {
        let list = api.get(&format!("/deliveries?webhook={webhook}&test=false&limit=100")).await?;
        let rows = list["data"].as_array().context("a list")?;
        let has_ended = |row: &Value| {
            (row["state"] == "exhausted" || row["state"] == "delivered") && row["attempt_count"] == attempts
        };
        if rows.len() == count && rows.iter().all(has_ended) {
            let mut whole = Vec::new();
            for row in rows {
                let id = row["id"].as_str().context("an id")?;
                whole.push(api.get(&format!("/deliveries/{id}")).await?);
            }
            return Ok(whole);
        }
        sleep_ms(20).await;
    }
    bail!("the deliveries of {webhook} do not end")
}

/// Whether no token was given, for this reason.
pub(super) fn says(attempt: &Value, reason: &str) -> bool {
    let message = attempt["message"].as_str().unwrap_or_default();
    attempt["outcome"] == "token" && attempt["response"].is_null() && message.starts_with(reason)
}

pub(super) fn is_refused(attempt: &Value) -> bool {
    attempt["outcome"] == "refused_address" && attempt["response"].is_null()
}
