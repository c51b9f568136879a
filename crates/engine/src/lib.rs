//! The use cases of Crier: accept, match, render, sign, send, retry, test.
//!
//! [`Engine`] is the only door: one method per use case, in one file per use case. Each takes
//! [`Who`] first and checks the permission itself, so authorisation has one place.

mod accept;
mod alerts;
mod alone;
mod attempt;
mod batch;
mod check;
mod clock;
mod commits;
mod config;
mod direct;
mod dispatcher;
mod error;
mod explain;
mod forget_secrets;
mod generator;
mod headers;
mod hold;
mod http;
mod index;
mod keeper;
mod keys;
mod lacking;
mod leases;
mod live;
mod log;
mod manage;
mod metrics;
mod nodes;
mod oauth;
mod open;
mod preview;
mod publishers;
mod record;
mod relay;
mod replay;
mod replayer;
mod retry_after;
mod retry_one;
mod rotate_key;
mod routing;
mod secret_key;
mod send_test;
mod shares;
mod slots;
mod turn;
mod vault;
mod visits;
mod who;

pub use accept::{Accepted, MAX_BATCH, NewEvent};
pub use alerts::{Smtp, SmtpError, StandingAlert};
pub use check::Check;
pub use clock::Clock;
pub use config::{Config, Role};
pub use domain::replay::RetryBody;
pub use error::{Error, OpenError};
pub use explain::Verdict;
pub use generator::Generator;
pub use http::Resolver;
pub use keys::KeyState;
pub use lacking::Lacking;
pub use live::{Live, Subscription};
pub use log::EventDetail;
pub use manage::{
    Answer, AutomationPatch, Bucket, CampaignRow, ChangedTag, DeviceInfo, Erased, Failing, FirstAccount,
    FirstSteps, MarketplaceDetail, NewAutomation, OnHeld, Overview, Saved, SessionToken, SettingsThen,
    TagPart, WebhookCounts,
};
pub use preview::Preview;
pub use rotate_key::{NewKey, Rotated};
pub use send_test::Subject;
pub use store::OpenAs;
pub use visits::Website;
pub use who::{Permission, Permissions, Refusal, Who};

use std::sync::Arc;
use tokio::sync::watch;

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything Crier does; cloned freely, all clones are one.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

/// What the use cases share.
struct Inner {
    config: Config,
    clock: Clock,
    generator: Generator,
    store: store::Store,
    vault: vault::Vault,
    key_state: KeyState,
    client: http::Client,
    tokens: oauth::Tokens,
    routing: routing::Routing,
    publishers: publishers::Publishers,
    slots: slots::Slots,
    leases: leases::Leases,
    shares: shares::Shares,
    direct: Arc<direct::Direct>,
    acceptor: accept::Acceptor,
    recorder: record::Recorder,
    _commits: commits::Commits,
    news: live::News,
    metrics: Arc<metrics::Metrics>,
    /// Wakes the dispatcher: something may be due.
    wake: nodes::Wake,
    /// True from the moment that no new work is taken on.
    stopping: watch::Sender<bool>,
    tasks: open::Tasks,
    limiter: manage::Limiter,
    pace: visits::Pace,
    /// `None` while no mail server is set.
    mailer: Option<alerts::Mailer>,
    /// Ends the task that says that this node is alive.
    leaving: tokio::sync::Notify,
    /// Wakes who sends mails: there is one.
    mail_due: tokio::sync::Notify,
}

impl Engine {
    /// What it was told at start.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }
    /// Whether the database answers.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it does not.
    pub async fn ready(&self) -> Result<()> {
        Ok(self.0.store.ping().await?)
    }
    /// What is wrong with the pages of a SQLite file; nothing is good, and nothing is said of Postgres. Reads all
    /// of the file.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it can't be read.
    pub async fn damage(&self) -> Result<Vec<String>> {
        Ok(self.0.store.damage().await?)
    }
}
