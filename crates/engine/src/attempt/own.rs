//! Sends to one of our own test receivers: answered inside the process, never dialled.

use crate::{
    Engine,
    clock::Stopwatch,
    http::{Call, Exchange, Failure},
};
use domain::delivery::{Outcome, Request, Response, Timing};
use std::time::Duration;
use url::Position;

impl Engine {
    /// The receiver gets the request as the log shows it: it is read by people who may not see its secrets.
    pub(super) async fn catch_own(&self, bin: &str, call: &Call, request: &Request) -> Exchange {
        let watch = Stopwatch::start();
        // Up to the path, both are spelt alike.
        let path = request.url.get(call.url[..Position::BeforePath].len()..).unwrap_or_default();
        call.turn.come(call.limit).await;
        let caught =
            self.catch(bin, &request.method, path, request.headers.clone(), request.body.as_bytes()).await;
        call.turn.pass();
        let answer = match caught {
            Ok(answer) => answer.map_or((404, 0), |answer| (answer.status, answer.delay_ms)),
            Err(error) => {
                let failure = Failure::new(Outcome::Protocol, error.to_string());
                return ended(watch, None, Some(failure));
            }
        };
        let (status, delay_ms) = answer;
        let delay = Duration::from_millis(delay_ms.into());
        tokio::time::sleep(delay.min(call.limit)).await;
        if delay >= call.limit {
            return ended(watch, None, Some(Failure::timeout("waiting for the answer", call.limit)));
        }
        let response = Response { status, headers: Vec::new(), body: String::new(), truncated: false };
        ended(watch, Some(response), None)
    }
}

fn ended(watch: Stopwatch, response: Option<Response>, failure: Option<Failure>) -> Exchange {
    let total = watch.ms();
    let first_byte = response.is_some().then_some(total);
    Exchange { response, failure, timing: Timing { first_byte, total, ..Timing::default() } }
}
