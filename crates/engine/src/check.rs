//! *Check connection*: HEAD, then POST of an empty body; 2xx to either is enough.

use crate::{
    Engine, Permission, Result, Subject, Who,
    attempt::{Prepared, address},
    headers::{About, Headers},
    http::{Call, Failure},
    routing::Armed,
    turn::Turn,
};
use bytes::Bytes;
use domain::{
    delivery::{Attempt, Outcome},
    time::Timestamp,
    webhook::Success,
};
use http::Method;
use std::time::Duration;

/// What the check found.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Check {
    /// Whether either was answered with 2xx.
    pub ok: bool,
    /// The HEAD exchange.
    pub head: Attempt,
    /// The POST exchange; null when HEAD was enough.
    pub post: Option<Attempt>,
}

impl Engine {
    /// Tries to reach a webhook's URL with its authentication. Stands in no log; of a saved one it is noted that it
    /// was reached.
    ///
    /// # Errors
    /// `Invalid` for the webhook. A failed exchange is not an error.
    pub async fn check(&self, who: &Who, subject: Subject) -> Result<Check> {
        who.must(Permission::Manage)?;
        let saved = if let Subject::Saved(id) = &subject { Some(*id) } else { None };
        let check = self.check_candidate(self.candidate(who, subject).await?).await;
        if let Some(id) = saved.filter(|_| check.ok) {
            self.0.store.set_checked(id, self.0.clock.now()).await?;
        }
        Ok(check)
    }

    async fn check_candidate(&self, mut webhook: Armed) -> Check {
        webhook.webhook.settings.success = Success::Any2xx;
        let head = self.try_once(&webhook, Method::HEAD, 1).await;
        if head.outcome == Outcome::Delivered {
            return Check { ok: true, head, post: None };
        }
        let post = self.try_once(&webhook, Method::POST, 2).await;
        Check { ok: post.outcome == Outcome::Delivered, head, post: Some(post) }
    }

    async fn try_once(&self, webhook: &Armed, method: Method, number: u32) -> Attempt {
        let at = self.0.clock.now();
        let attempt = match self.prepare_check(webhook, method, number, at) {
            Ok(prepared) => self.exchange(webhook, number, prepared, at).await.0,
            Err(failure) => self.not_sent(webhook, number, at, failure),
        };
        Attempt { id: None, ..attempt }
    }

    /// A request as deliveries have it, but about no event.
    fn prepare_check(
        &self,
        webhook: &Armed,
        method: Method,
        number: u32,
        at: Timestamp,
    ) -> Result<Prepared, Failure> {
        let settings = &webhook.settings;
        let headers = Headers::of(&About {
            webhook,
            event: self.0.generator.id(),
            delivery: self.0.generator.id(),
            topic: None,
            attempt: number,
            test: true,
            at,
            content_type: (method == Method::POST).then(|| settings.format.content_type()),
            body: b"",
        })?;
        let call = Call {
            method,
            url: address(&settings.url, None)?,
            headers: headers.sent.clone(),
            body: Bytes::new(),
            limit: Duration::from_millis(settings.timeout_ms.into()),
            spent: Duration::ZERO,
            turn: Turn::default(),
        };
        Ok(Prepared { call, headers, masked: None })
    }
}
