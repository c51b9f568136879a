//! Access tokens (OAuth 2.0, RFC 6749): fetched by the guarded client, kept until they expire, and
//! fetched once however many deliveries wait for one.

mod grant;

pub(crate) use grant::Grant;

use crate::{
    Clock, Engine,
    http::{Call, Exchange, Failure},
    turn::Turn,
};
use domain::{delivery::Outcome, time::Timestamp};
use futures::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};
use grant::{Answer, Way};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use zeroize::Zeroizing;

/// When so many grants are known, those whose token is over are forgotten.
const SWEEP_AT: usize = 1024;

/// A token that the receiver takes.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) text: Arc<Zeroizing<String>>,
    until: Timestamp,
    /// How its server wants to know the client; the next fetch begins so.
    way: Way,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token(until {})", self.until.ms())
    }
}

type Fetch = Shared<BoxFuture<'static, Result<Token, Failure>>>;

#[derive(Clone, Debug)]
enum Slot {
    Held(Token),
    Fetching(Fetch),
}

/// The tokens of this process, by the digest of what they were asked for with: other credentials
/// never get them.
#[derive(Debug, Default)]
pub(crate) struct Tokens(Mutex<HashMap<[u8; 32], Slot>>);

impl Tokens {
    /// The token that is kept, or the fetch that is under way; begun by `fetch` when there is none.
    /// `refused` is a token that the receiver does not take any more.
    fn slot(
        &self,
        grant: &Grant,
        refused: Option<&Token>,
        clock: &Clock,
        fetch: impl FnOnce(Way) -> Fetch,
    ) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let way = match slots.get(&grant.digest) {
            Some(Slot::Held(token)) => {
                let usable =
                    clock.now() < token.until && refused.is_none_or(|refused| *refused.text != *token.text);
                if usable {
                    return Slot::Held(token.clone());
                }
                token.way
            }
            Some(fetching) => return fetching.clone(),
            None => Way::Basic,
        };
        if slots.len() >= SWEEP_AT {
            let now = clock.now();
            slots.retain(|_, slot| !matches!(slot, Slot::Held(token) if token.until <= now));
        }
        let slot = Slot::Fetching(fetch(way));
        slots.insert(grant.digest, slot.clone());
        slot
    }

    /// Ends a fetch.
    fn settle(&self, grant: &Grant, fetched: &Result<Token, Failure>) {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match fetched {
            Ok(token) => slots.insert(grant.digest, Slot::Held(token.clone())),
            Err(_) => slots.remove(&grant.digest),
        };
    }
}

impl Engine {
    /// A token for `grant` within `left`, and whether it had to be fetched. `refused` is one that the
    /// receiver has just answered with 401.
    ///
    /// # Errors
    /// Why there is none, as an attempt's outcome.
    pub(crate) async fn token(
        &self,
        grant: &Arc<Grant>,
        refused: Option<&Token>,
        left: Duration,
    ) -> Result<(Token, bool), Failure> {
        let begin = |way| {
            let (engine, grant) = (self.clone(), Arc::clone(grant));
            // A task of its own: whoever began may give up while others go on waiting.
            let task = tokio::spawn(async move {
                let fetched = engine.fetch(&grant, way).await.map_err(no_token);
                engine.0.tokens.settle(&grant, &fetched);
                fetched
            });
            let cut_off = |_| Err(no_token(Failure::new(Outcome::Token, "the request was cut off.")));
            task.map(move |ended| ended.unwrap_or_else(cut_off)).boxed().shared()
        };
        match self.0.tokens.slot(grant, refused, &self.0.clock, begin) {
            Slot::Held(token) => Ok((token, false)),
            Slot::Fetching(fetch) => match tokio::time::timeout(left, fetch).await {
                Ok(fetched) => fetched.map(|token| (token, true)),
                Err(_) => Err(no_token(Failure::timeout("waiting for the token address", grant.limit))),
            },
        }
    }

    /// Asks the token address: first with the client in the header, as every server must accept it
    /// (RFC 6749 section 2.3.1); with the client in the body where that was no use.
    async fn fetch(&self, grant: &Grant, way: Way) -> Result<Token, Failure> {
        let watch = crate::clock::Stopwatch::start();
        let first = self.ask(grant, way, Duration::ZERO).await?;
        if !first.refuses_client() {
            return first.token(grant, way, self.0.clock.now());
        }
        match self.ask(grant, way.other(), watch.elapsed()).await {
            Ok(second) if !second.refuses_client() => second.token(grant, way.other(), self.0.clock.now()),
            _ => first.token(grant, way, self.0.clock.now()),
        }
    }

    async fn ask(&self, grant: &Grant, way: Way, spent: Duration) -> Result<Answer, Failure> {
        let (headers, body) = grant.request(way)?;
        let method = http::Method::POST;
        let (url, limit, turn) = (grant.url.clone(), grant.limit, Turn::default());
        let call = Call { method, url, headers, body, limit, spent, turn };
        match self.0.client.send(call).await {
            Exchange { failure: Some(failure), .. } => Err(failure),
            Exchange { response, .. } => Ok(Answer::read(response)),
        }
    }
}

/// A refused address stays one; everything else is a token that is missing.
fn no_token(failure: Failure) -> Failure {
    match failure.outcome {
        Outcome::RefusedAddress | Outcome::Token => failure,
        _ => Failure::new(Outcome::Token, format!("No access token: {}", failure.message)),
    }
}
