//! The use cases of Crier: accept, match, render, sign, send, retry, test.
//!
//! [`Engine`] is the only door: one method per use case, in one file per use case. Each takes
//! [`Who`] first and checks the permission itself, so authorisation has one place.

mod accept;
mod attempt;
mod check;
mod clock;
mod config;
mod dispatcher;
mod error;
mod explain;
mod generator;
mod headers;
mod hold;
mod http;
mod live;
mod log;
mod preview;
mod retry_one;
mod routing;
mod send_test;
mod slots;
mod vault;
mod who;

pub use accept::{Accepted, MAX_BATCH, NewEvent};
pub use check::Check;
pub use clock::Clock;
pub use config::{Config, Role};
pub use error::{Error, OpenError};
pub use explain::Verdict;
pub use generator::Generator;
pub use http::Resolver;
pub use live::{Live, Subscription};
pub use log::EventDetail;
pub use preview::Preview;
pub use retry_one::RetryBody;
pub use send_test::Subject;
pub use store::OpenAs;
pub use who::{Permission, Permissions, Who};

use std::sync::Arc;

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything Crier does; cloned freely, all clones are one.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    config: Config,
    clock: Clock,
    generator: Generator,
}

impl Engine {
    /// Opens and migrates the database and the vault. Starts no task: the command line uses this too.
    ///
    /// # Errors
    /// What an operator can put right, as one line.
    pub async fn open(config: Config, open_as: OpenAs) -> Result<Self, OpenError> {
        let _ = (config, open_as);
        todo!()
    }
    /// Starts delivering (as the role says) and cleaning up.
    pub fn start(&self) {
        todo!()
    }
    /// Stops claiming, lets running attempts end within their limits, hands the rest back.
    pub async fn shutdown(&self) {
        todo!()
    }
    /// Whether the database answers.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it does not.
    pub async fn ready(&self) -> Result<()> {
        todo!()
    }
    /// What it was told at start.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }
}
