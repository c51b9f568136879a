//! A connection that is open. Whoever uses it drives it: a task of its own would cost two changes of
//! tasks for each request, and what nobody waits for needs no driving.

use super::{connect::Io, written::Watched, written::Written};
use crate::clock::Stopwatch;
use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::{Builder, Connection, SendRequest};
use hyper_util::rt::TokioIo;
use std::{
    fmt,
    future::poll_fn,
    pin::{Pin, pin},
    task::Poll,
};

/// The head of an answer, and what is read at once, in bytes.
const READ_BUFFER: usize = 32 * 1024;

type Driven = Pin<Box<Connection<TokioIo<Watched<Box<dyn Io>>>, Full<Bytes>>>>;

/// A connection for one exchange after another.
pub(super) struct Open {
    pub(super) sender: SendRequest<Full<Bytes>>,
    pub(super) driver: Driver,
    /// Tells when a request is on its way.
    pub(super) written: Written,
    /// Since it was vetted and dialled.
    pub(super) age: Stopwatch,
}

impl Open {
    /// HTTP/1.1 over a stream that was dialled at the start of `age`.
    ///
    /// # Errors
    /// The handshake failed.
    pub(super) async fn new(stream: Box<dyn Io>, age: Stopwatch) -> hyper::Result<Self> {
        let (stream, written) = Watched::new(stream);
        let (sender, connection) =
            Builder::new().max_buf_size(READ_BUFFER).handshake(TokioIo::new(stream)).await?;
        Ok(Self { sender, driver: Driver(Some(Box::pin(connection))), written, age })
    }

    /// Whether another request can be sent; the receiver may have closed it.
    pub(super) async fn is_ready(&mut self) -> bool {
        self.driver.during(self.sender.ready()).await.is_ok()
    }
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Open").finish_non_exhaustive()
    }
}

/// What reads and writes; `None` once it has ended.
pub(super) struct Driver(Option<Driven>);

impl Driver {
    /// Reads and writes until `future`, which waits for that, is ready.
    pub(super) async fn during<F: Future>(&mut self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|context| {
            // First what is asked for, which may be there already; then the work that it waits for.
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                return Poll::Ready(output);
            }
            // Its errors reach who waits.
            if self.0.as_mut().is_some_and(|driven| driven.as_mut().poll(context).is_ready()) {
                self.0 = None;
            }
            future.as_mut().poll(context)
        })
        .await
    }
}
