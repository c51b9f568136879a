//! What the engine is told at start.

use crate::{Smtp, clock::Clock, http::Resolver};
use ipnet::IpNet;
use std::path::PathBuf;
use url::Url;

/// How the engine runs. [`Config::new`] gives the defaults.
#[derive(Clone, Debug)]
pub struct Config {
    /// `sqlite://…` or `postgres://…`.
    pub database_url: String,
    /// Where the key file is made; created when missing.
    pub data_dir: PathBuf,
    /// Where people and test receivers reach this program.
    pub public_url: Url,
    /// Seals secrets; from the key file when `None`.
    pub secret_key: Option<[u8; 32]>,
    /// Private networks that may be dialled; none by default.
    pub allowed_networks: Vec<IpNet>,
    /// What this process does.
    pub role: Role,
    /// Deliveries at the same time in this process, each with a socket of its own, and what ended and is not recorded
    /// yet; 2,048 by default.
    pub max_in_flight: usize,
    /// How many days events and all that belongs to them are kept, from their acceptance; 90 by default, `None`
    /// without end. What waits in the queue is kept until it is done.
    pub keep_days: Option<u32>,
    /// Tells the time.
    pub clock: Clock,
    /// Finds addresses.
    pub resolver: Resolver,
    /// Root certificates in DER beside the system's; none by default.
    pub extra_roots: Vec<Vec<u8>>,
    /// Where mails are handed in; `None` sends none.
    pub smtp: Option<Smtp>,
}

impl Config {
    /// The defaults for this database, data directory and public URL.
    #[must_use]
    pub fn new(database_url: impl Into<String>, data_dir: impl Into<PathBuf>, public_url: Url) -> Self {
        Self {
            database_url: database_url.into(),
            data_dir: data_dir.into(),
            public_url,
            secret_key: None,
            allowed_networks: Vec::new(),
            role: Role::All,
            max_in_flight: 2048,
            keep_days: Some(90),
            clock: Clock::system(),
            resolver: Resolver::System,
            extra_roots: Vec::new(),
            smtp: None,
        }
    }
}

/// What a process does, when several share one Postgres.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Console, API and deliveries.
    #[default]
    All,
    /// Console and API; others deliver.
    Console,
    /// Delivers; health routes only.
    Dispatcher,
}

impl Role {
    /// Whether this process delivers.
    #[must_use]
    pub const fn delivers(self) -> bool {
        !matches!(self, Self::Console)
    }
    /// Whether this process answers console and API.
    #[must_use]
    pub const fn serves(self) -> bool {
        !matches!(self, Self::Dispatcher)
    }
}
