//! Sends a prepared request with the access token that it needs, if it needs one.

use super::{Masked, Prepared, shown};
use crate::{
    Engine,
    clock::Stopwatch,
    headers::Headers,
    http::{Call, Exchange, Failure},
    oauth::{Grant, Token},
    routing::Armed,
};
use domain::delivery::{Request, Timing};
use std::sync::Arc;

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

/// What the log says of a second exchange.
const TWICE: &str =
    "It was sent twice: the receiver answered 401 to the first access token, and a new one was fetched.";

impl Engine {
    /// Sends under the webhook's one limit. When a receiver answers 401 to a token, a new one is
    /// fetched and the request sent once more, with the same headers and body.
    pub(super) async fn send_prepared(
        &self,
        webhook: &Armed,
        mut prepared: Prepared,
    ) -> Result<Done, Unsent> {
        let watch = Stopwatch::start();
        let unsent = |failure| {
            let total = watch.ms();
            Unsent { failure, timing: Timing { token: Some(total), total, ..Timing::default() } }
        };
        let Some(grant) = Grant::of(&webhook.settings).map_err(unsent)? else {
            let Prepared { call, headers, masked } = prepared;
            return Ok(self.send_shown(&headers, masked.as_ref(), call).await);
        };
        // Boxed, because they are large and seldom needed.
        let first = Box::pin(self.send_with_token(&mut prepared, &grant, None, watch));
        let (first, token) = first.await.map_err(unsent)?;
        if first.exchange.response.as_ref().is_none_or(|response| response.status != 401) {
            return Ok(first);
        }
        let second = Box::pin(self.send_with_token(&mut prepared, &grant, Some(&token), watch));
        Ok(match second.await {
            Ok((second, _)) => Done { note: Some(TWICE.to_owned()), ..second },
            Err(failure) => Done { note: Some(failure.message), ..first },
        })
    }

    /// One exchange with a token that is not the `refused` one; `watch` runs since the attempt began.
    async fn send_with_token(
        &self,
        prepared: &mut Prepared,
        grant: &Arc<Grant>,
        refused: Option<&Token>,
        watch: Stopwatch,
    ) -> Result<(Done, Token), Failure> {
        let began = watch.ms();
        let left = prepared.call.limit.saturating_sub(watch.elapsed());
        let (token, fetched) = self.token(grant, refused, left).await?;
        prepared.headers.bear(&token.text)?;
        let before = watch.ms();
        let headers = prepared.headers.sent.clone();
        let call = Call { headers, spent: watch.elapsed(), ..prepared.call.clone() };
        let mut done = self.send_shown(&prepared.headers, prepared.masked.as_ref(), call).await;
        let timing = &mut done.exchange.timing;
        timing.token = fetched.then_some(before - began);
        timing.first_byte = timing.first_byte.map(|ms| before + ms);
        timing.total = watch.ms();
        Ok((done, token))
    }

    /// Sends, with what the log shows of request and answer.
    async fn send_shown(&self, headers: &Headers, masked: Option<&Masked>, call: Call) -> Done {
        let request = shown(&call, headers, masked);
        let mut exchange = self.send(call, &request).await;
        if let Some(response) = &mut exchange.response {
            headers.redact(response, exchange.failure.is_some());
        }
        Done { request, exchange, note: None }
    }
}
