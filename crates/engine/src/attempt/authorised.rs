//! Sends a prepared request with the access token that it needs, if it needs one.

use super::{Prepared, shown};
use crate::{
    Engine,
    clock::Stopwatch,
    http::{Call, Exchange, Failure},
    oauth::Grant,
    routing::Armed,
};
use domain::delivery::{Request, Timing};

/// What was sent at last, and what came of it.
pub(super) struct Done {
    pub(super) request: Request,
    pub(super) exchange: Exchange,
    /// What happened before, when it was sent twice.
    pub(super) note: Option<String>,
}

/// Nothing was sent, because there was no token.
pub(super) struct Unsent {
    pub(super) failure: Failure,
    pub(super) timing: Timing,
}

impl Engine {
    /// Sends under the webhook's one limit. When a receiver answers 401 to a token, a new one is
    /// fetched and the request sent once more, with the same headers and body.
    pub(super) async fn send_prepared(
        &self,
        webhook: &Armed,
        mut prepared: Prepared,
    ) -> Result<Done, Unsent> {
        let failed = |failure| Unsent { failure, timing: Timing::default() };
        let Some(grant) = Grant::of(&webhook.settings).map_err(failed)? else {
            let request = shown(&prepared.call, &prepared.headers);
            let mut exchange = self.send(prepared.call, &request).await;
            if let Some(response) = &mut exchange.response {
                prepared.headers.redact(response);
            }
            return Ok(Done { request, exchange, note: None });
        };
        let watch = Stopwatch::start();
        let limit = prepared.call.limit;
        let mut refused = None;
        let mut first: Option<Done> = None;
        loop {
            let asking = Stopwatch::start();
            let left = limit.saturating_sub(watch.elapsed());
            let token = self.token(&grant, refused.as_ref(), left).await;
            let ready = token.and_then(|(token, fetched)| {
                prepared.headers.bear(&token.text)?;
                Ok((token, fetched))
            });
            let (token, fetched) = match (ready, first.take()) {
                (Ok(ready), before) => {
                    first = before;
                    ready
                }
                (Err(failure), Some(before)) => {
                    return Ok(Done { note: Some(failure.message), ..before });
                }
                (Err(failure), None) => {
                    let total = watch.ms();
                    let timing = Timing { token: Some(total), total, ..Timing::default() };
                    return Err(Unsent { failure, timing });
                }
            };
            let token_ms = fetched.then(|| asking.ms());
            let (headers, spent) = (prepared.headers.sent.clone(), watch.elapsed());
            let call = Call { headers, spent, ..prepared.call.clone() };
            let request = shown(&call, &prepared.headers);
            let before_ms = watch.ms();
            let mut exchange = self.send(call, &request).await;
            if let Some(response) = &mut exchange.response {
                prepared.headers.redact(response);
            }
            let timing = &mut exchange.timing;
            timing.token = token_ms;
            timing.first_byte = timing.first_byte.map(|ms| before_ms + ms);
            timing.total = watch.ms();
            let status = exchange.response.as_ref().map(|response| response.status);
            if first.is_none() && status == Some(401) {
                refused = Some(token);
                first = Some(Done { request, exchange, note: None });
                continue;
            }
            let note = first.is_some().then(|| {
                "It was sent twice: the receiver answered 401 to the first access token, and a new one was fetched."
                    .to_owned()
            });
            return Ok(Done { request, exchange, note });
        }
    }
}
