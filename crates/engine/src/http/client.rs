//! Sends one request under one limit.

use super::{
    Call, Exchange, Failure, MAX_RESPONSE, Resolver, Roots,
    connect::{Io, connect},
    open::{Driver, Open},
    pool::{Place, Pool},
    vet::vet,
};
use crate::clock::Stopwatch;
use bytes::Bytes;
use domain::{
    delivery::{Outcome, Response, Timing},
    target::Target,
};
use http::{HeaderMap, HeaderValue, Request, header::HOST};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use ipnet::IpNet;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use url::Position;

/// What decides where the client may go.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    pub(crate) resolver: Resolver,
    pub(crate) allowed: Vec<IpNet>,
    pub(crate) roots: Roots,
}

/// The guarded client, with its idle connections.
#[derive(Debug)]
pub(crate) struct Client {
    guard: Guard,
    pool: Pool,
}

/// How far an exchange has come: what stays when the limit passes.
struct Progress {
    watch: Stopwatch,
    deadline: Instant,
    step: &'static str,
    timing: Timing,
    answer: Option<Answer>,
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    truncated: bool,
}

impl Client {
    pub(crate) fn new(guard: Guard) -> Self {
        Self { guard, pool: Pool::default() }
    }

    /// Sends `call` and reads the answer; never later than the limit.
    pub(crate) async fn send(&self, call: Call) -> Exchange {
        let limit = call.limit;
        let mut progress = Progress::start(limit.saturating_sub(call.spent));
        let ended = timeout_at(progress.deadline, self.run(call, &mut progress)).await;
        let failure = match ended {
            Ok(result) => result.err(),
            Err(_) if progress.answer.is_some() => Some(Failure::too_slow(limit)),
            Err(_) => Some(Failure::timeout(progress.step, limit)),
        };
        progress.end(failure)
    }

    async fn run(&self, call: Call, progress: &mut Progress) -> Result<(), Failure> {
        let target = Target::judge(call.url, &self.guard.allowed)
            .map_err(|refusal| Failure::new(Outcome::RefusedAddress, refusal.to_string()))?;
        let place = Place { https: target.is_https(), host: target.host().to_string(), port: target.port() };
        let mut request = request(&target, call.method, call.headers, call.body)?;
        let mut idle = self.idle(&place).await;
        let (response, mut open) = loop {
            let reused = idle.is_some();
            let mut open = match idle.take() {
                Some(open) => open,
                // Boxed, because it is large and seldom needed.
                None => Box::pin(self.open(&target, progress)).await?,
            };
            call.turn.come(call.limit).await;
            open.written.then_pass(call.turn.clone());
            progress.step = "waiting for the answer";
            match open.driver.during(open.sender.try_send_request(request)).await {
                Ok(response) => break (response, open),
                // Nothing of it was sent: the idle connection had been closed meanwhile.
                Err(mut error) => match error.take_message() {
                    Some(unsent) if reused => request = unsent,
                    _ => return Err(Failure::protocol(error.error())),
                },
            }
        };
        progress.timing.first_byte = Some(progress.watch.ms());
        let whole = read(response, &mut open.driver, progress).await?;
        if whole {
            self.pool.put(place, open);
        }
        Ok(())
    }

    /// A connection that was used before and still stands.
    async fn idle(&self, place: &Place) -> Option<Open> {
        while let Some(mut open) = self.pool.take(place) {
            if open.is_ready().await {
                return Some(open);
            }
        }
        None
    }

    /// Closes idle connections that are too old to be used; to be called now and then.
    pub(crate) fn sweep(&self) {
        self.pool.sweep();
    }

    /// A new connection, to an address vetted now.
    async fn open(&self, target: &Target, progress: &mut Progress) -> Result<Open, Failure> {
        progress.step = "looking up the name";
        let watch = Stopwatch::start();
        let addresses = vet(target, &self.guard.resolver, &self.guard.allowed).await?;
        progress.timing.dns = matches!(target.host(), url::Host::Domain(_)).then(|| watch.ms());
        progress.step = "connecting";
        let (watch, age) = (Stopwatch::start(), Stopwatch::start());
        let place = format!("{}:{}", target.host(), target.port());
        let stream = connect(&place, &addresses, progress.deadline).await?;
        progress.timing.connect = Some(watch.ms());
        let stream: Box<dyn Io> = if target.is_https() {
            progress.step = "making the connection secure";
            let watch = Stopwatch::start();
            let stream = self.guard.roots.secure(stream, target.host()).await?;
            progress.timing.tls = Some(watch.ms());
            Box::new(stream)
        } else {
            Box::new(stream)
        };
        Open::new(stream, age).await.map_err(|error| Failure::protocol(&error))
    }
}

impl Progress {
    fn start(left: Duration) -> Self {
        let deadline = Instant::now() + left;
        Self { watch: Stopwatch::start(), deadline, step: "", timing: Timing::default(), answer: None }
    }

    fn end(mut self, failure: Option<Failure>) -> Exchange {
        self.timing.total = self.watch.ms();
        let response = self.answer.map(|answer| Response {
            status: answer.status,
            headers: answer.headers,
            // NUL is no text for Postgres.
            body: String::from_utf8_lossy(&answer.body).replace('\0', "\u{FFFD}"),
            truncated: answer.truncated,
        });
        Exchange { response, failure, timing: self.timing }
    }
}

/// The request in origin form, with `host` first.
fn request(
    target: &Target,
    method: http::Method,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, Failure> {
    let unsendable = || Failure::new(Outcome::Protocol, "This URL can't be written into a request.");
    let url = target.url();
    let mut request = Request::builder()
        .method(method)
        .uri(&url[Position::BeforePath..Position::AfterQuery])
        .header(HOST, HeaderValue::from_str(super::host(url)).map_err(|_| unsendable())?)
        .body(Full::new(body))
        .map_err(|_| unsendable())?;
    request.headers_mut().extend(headers);
    Ok(request)
}

/// Reads at most [`MAX_RESPONSE`] of the body; true when that was all of it.
async fn read(
    response: http::Response<Incoming>,
    driver: &mut Driver,
    progress: &mut Progress,
) -> Result<bool, Failure> {
    let (head, mut body) = response.into_parts();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let answer = progress.answer.insert(Answer {
        status: head.status.as_u16(),
        headers,
        body: Vec::new(),
        truncated: false,
    });
    while let Some(frame) = driver.during(body.frame()).await {
        let frame = frame.map_err(|error| Failure::protocol(&error))?;
        let Some(data) = frame.data_ref() else { continue };
        let room = MAX_RESPONSE - answer.body.len();
        answer.body.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            answer.truncated = true;
            return Ok(false);
        }
    }
    Ok(true)
}
