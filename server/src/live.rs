//! `/live`: news for open consoles as server-sent events: `delivery` (a row of the log) and `caught`
//! (a request that a test receiver caught). `?webhook=` and `?bin=` narrow it.

use crate::{api::problem::Problem, session::Visitor, state::App};
use axum::{
    extract::{Query, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use domain::id::WebhookId;
use engine::{Engine, Live, Subscription};
use futures::stream;
use serde::Deserialize;
use std::{convert::Infallible, time::Duration, vec};
use tokio::time;

/// How often an idle stream shows that it lives; proxies close what is silent for a minute.
const BEAT: Duration = Duration::from_secs(20);
/// How often it is checked that the visitor is still signed in.
const RECHECK: Duration = Duration::from_secs(60);
/// Between two batches of news: nobody reads faster.
const PACE: Duration = Duration::from_millis(100);

#[derive(Deserialize)]
pub(crate) struct Wanted {
    webhook: Option<WebhookId>,
    bin: Option<String>,
}

/// The handler.
pub(crate) async fn stream(
    State(app): State<App>,
    visitor: Visitor,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(wanted) = wanted.map_err(|_| Problem::not_found())?;
    let news = app.engine.live(&visitor.who)?;
    let recheck = time::interval_at(time::Instant::now() + RECHECK, RECHECK);
    let open =
        Open { engine: app.engine, visitor, wanted, news, recheck, batch: Vec::new().into_iter(), at: None };
    let events = stream::unfold(open, |mut open| async { open.next().await.map(|event| (event, open)) });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(BEAT)).into_response())
}

struct Open {
    engine: Engine,
    visitor: Visitor,
    wanted: Wanted,
    news: Subscription,
    recheck: time::Interval,
    /// What is left of the last batch, and when that came.
    batch: vec::IntoIter<Live>,
    at: Option<time::Instant>,
}

impl Open {
    /// The next wanted event; `None` ends the stream.
    async fn next(&mut self) -> Option<Result<Event, Infallible>> {
        loop {
            if let Some(live) = self.batch.next() {
                match live {
                    live if !self.wanted.takes(&live) => {}
                    Live::Delivery(row) => {
                        return Event::default().event("delivery").json_data(row).ok().map(Ok);
                    }
                    Live::Caught { bin, request } => {
                        let caught = serde_json::json!({ "bin": bin, "request": request });
                        return Event::default().event("caught").json_data(caught).ok().map(Ok);
                    }
                }
                continue;
            }
            tokio::select! {
                batch = batch(&mut self.news, self.at) => {
                    self.batch = batch?.into_iter();
                    self.at = Some(time::Instant::now());
                }
                _ = self.recheck.tick() => {
                    // A database that is away for a moment signs nobody out.
                    if let Ok(None) = self.engine.who_by_session(&self.visitor.token, &self.visitor.address).await {
                        return None;
                    }
                }
            }
        }
    }
}

/// The next batch, at its pace after the last one.
async fn batch(news: &mut Subscription, last: Option<time::Instant>) -> Option<Vec<Live>> {
    if let Some(last) = last {
        time::sleep_until(last + PACE).await;
    }
    news.batch().await
}

impl Wanted {
    fn takes(&self, live: &Live) -> bool {
        match live {
            Live::Delivery(row) => self.bin.is_none() && self.webhook.is_none_or(|id| id == row.webhook_id),
            Live::Caught { bin, .. } => {
                self.webhook.is_none() && self.bin.as_ref().is_none_or(|id| id == bin)
            }
        }
    }
}
