//! Dials a vetted address: the only place in the program that opens a connection to a receiver.

use super::Failure;
use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::{Instant, timeout_at},
};

/// A connection, plain or secure.
pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin + 'static {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Io for T {}

/// How many addresses of one name are tried.
const MOST_TRIED: usize = 4;

/// Connects to the first of `addresses` that accepts. Each gets an equal part of the time that is
/// left until `deadline`, so that a dead first address does not cost the whole attempt.
///
/// # Errors
/// `connect`, by the last address tried.
pub(super) async fn connect(
    place: &str,
    addresses: &[SocketAddr],
    deadline: Instant,
) -> Result<TcpStream, Failure> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    let tried = addresses.len().min(MOST_TRIED);
    for (at, address) in addresses.iter().take(tried).enumerate() {
        match timeout_at(share(deadline, tried - at), dial(*address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = error,
            Err(_) => last = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(Failure::connect(place, &last))
}

/// When one of `left` addresses has had its part of the time. The last one has all of it: the
/// deadline itself is watched outside.
fn share(deadline: Instant, left: usize) -> Instant {
    if left <= 1 {
        return deadline + Duration::from_secs(1);
    }
    let now = Instant::now();
    now + deadline.saturating_duration_since(now) / left as u32
}

#[expect(clippy::disallowed_methods, reason = "the address was vetted")]
async fn dial(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
