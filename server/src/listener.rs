//! Connections: how many there are, and how long each may keep others waiting.
//!
//! A client that sends or reads slowly, or not at all, holds a connection and nothing else, and not for
//! long: the head of a request has to arrive within [`Limits::idle`], what is sent has to be taken, and
//! bodies have their own limit where they are read. Streams of events are not cut: they wait for
//! news, not for the client.

mod patient;

use axum::{Router, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use patient::Patient;
use std::{
    io::ErrorKind,
    net::SocketAddr,
    pin::pin,
    sync::{Arc, Once},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};
use tower::Service as _;

/// What connections may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// From the start of a connection, or the end of an answer, to the end of the next request's head.
    idle: Duration,
    /// How long a client may take nothing of what is sent to it.
    stuck: Duration,
    /// How many may be open; others wait to be accepted.
    connections: u32,
}

impl Limits {
    /// Proxies keep idle connections for 60 s: we are the ones who keep them longer, so that none is
    /// closed while a request is on its way.
    pub(crate) fn of_this_process() -> Self {
        let idle = Duration::from_secs(75);
        Self { idle, stuck: Duration::from_secs(60), connections: most_connections() }
    }
}

/// Half of the files that this process may open, so that the database and the deliveries have theirs.
fn most_connections() -> u32 {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let files = files.and_then(|line| line.split_whitespace().next()).and_then(|soft| soft.parse().ok());
    (files.unwrap_or(1024_u32) / 2).clamp(16, 16_384)
}

/// Answers what comes until the program is ending; returns when the last answer is out.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    mut ending: watch::Receiver<bool>,
    limits: Limits,
) {
    let open = Arc::new(Semaphore::new(limits.connections as usize));
    loop {
        let next = async {
            warn_when_full(&open, limits);
            let permit = Arc::clone(&open).acquire_owned().await;
            (permit, accept(&listener).await)
        };
        let (permit, (stream, peer)) = tokio::select! {
            next = next => next,
            _ = ending.wait_for(|ending| *ending) => break,
        };
        let answers = answer(stream, peer, router.clone(), ending.clone(), limits);
        tokio::spawn(async move {
            answers.await;
            drop(permit);
        });
    }
    drop(listener);
    // An error means that nobody can hold one any more.
    let _ = open.acquire_many(limits.connections).await;
}

/// The next connection; one that failed before we took it is not worth a word.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_theirs(error.kind()) => {}
            Err(error) => {
                // Mostly too many open files: there is nothing to do but wait for some to be closed.
                tracing::error!(%error, "a connection can't be accepted");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

const fn is_theirs(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
}

/// Says once that connections wait: at every turn it would only help to fill the disk.
fn warn_when_full(open: &Semaphore, limits: Limits) {
    static SAID: Once = Once::new();
    if open.available_permits() == 0 {
        let most = limits.connections;
        SAID.call_once(|| {
            tracing::warn!("{most} connections are open, and others wait; `ulimit -n` allows for twice that");
        });
    }
}

/// All requests of one connection.
async fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    mut ending: watch::Receiver<bool>,
    limits: Limits,
) {
    // Answers are small and whole: waiting to fill a packet only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY can't be set");
    }
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().call(request)
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.idle);
    let stream = TokioIo::new(Patient::new(stream, limits.stuck));
    let mut connection = pin!(builder.serve_connection(stream, service));
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        _ = ending.wait_for(|ending| *ending) => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::trace!(%error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests;
