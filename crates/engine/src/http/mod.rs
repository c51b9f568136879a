//! The one guarded client: resolve once, vet every address, dial exactly a vetted address.
//!
//! No redirect is followed, no proxy asked, nothing decompressed; one limit covers everything, and
//! at most [`MAX_RESPONSE`] of an answer is kept. Whatever sends, sends through [`Client::send`].

mod client;
mod connect;
mod failure;
mod open;
mod pool;
mod resolve;
mod tls;
mod vet;
mod written;

pub(crate) use client::{Client, Guard};
pub(crate) use failure::Failure;
pub use resolve::Resolver;
pub(crate) use tls::{Roots, trusted_certificates};

use crate::turn::Turn;
use bytes::Bytes;
use domain::delivery::{Response, Timing};
use http::{HeaderMap, Method};
use std::time::Duration;
use url::{Position, Url};

/// How much of an answer's body is kept: 64 KiB; then the connection is dropped.
pub(crate) const MAX_RESPONSE: usize = 64 * 1024;

/// One request. `host` and the framing are the client's business.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// How.
    pub(crate) method: Method,
    /// Where; judged here, whatever was judged before.
    pub(crate) url: Url,
    /// In the order they are sent.
    pub(crate) headers: HeaderMap,
    /// Byte for byte.
    pub(crate) body: Bytes,
    /// Covers names, connection, TLS, request and answer.
    pub(crate) limit: Duration,
    /// What of the limit is over already.
    pub(crate) spent: Duration,
    /// When it may be written.
    pub(crate) turn: Turn,
}

/// How a request ended.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// What came back; also a part of an answer that did not end in time.
    pub(crate) response: Option<Response>,
    /// Why there is no whole answer.
    pub(crate) failure: Option<Failure>,
    /// How long each step took.
    pub(crate) timing: Timing,
}

/// The `host` header of a request to `url`: its port only when it is not the scheme's own.
pub(crate) fn host(url: &Url) -> &str {
    &url[Position::BeforeHost..Position::AfterPort]
}

#[cfg(test)]
mod tests;
