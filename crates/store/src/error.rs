//! What can go wrong, for the layer above. No text of the database is in `Display`; it is in
//! `source`, for the program's own log.

use std::path::PathBuf;

/// What every operation returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rows say no: the caller can tell a person why.
    #[error("{0}")]
    Conflict(Conflict),
    /// A row holds what this program can't read.
    #[error("the database holds something that this program can't read ({0})")]
    Corrupt(String),
    /// The database can't be reached, or failed. Worth another try later.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// Another writer was in the way for too long. Worth another try at once.
    #[error("the database is busy")]
    Busy(#[source] sqlx::Error),
    /// Another server runs on this SQLite file.
    #[error("another crier server already uses {0}")]
    Locked(PathBuf),
    /// The database could not be opened.
    #[error("can't open the database {at}: {why}")]
    Open {
        /// Path or host, without a password.
        at: String,
        /// In words.
        why: String,
    },
    /// The tables are not the ones of this program.
    #[error("{0}")]
    Schema(String),
}

/// Why the rows say no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Somebody with this e-mail address exists.
    #[error("somebody with this e-mail address exists already")]
    EmailTaken,
    /// They are a member already.
    #[error("they are a member already")]
    AlreadyMember,
    /// A marketplace without an owner could not be managed.
    #[error("the marketplace needs an owner")]
    LastOwner,
    /// A marketplace of this slug exists.
    #[error("a marketplace of this name exists already")]
    SlugTaken,
    /// A topic of this key exists.
    #[error("a topic with this key exists already")]
    TopicTaken,
    /// Somebody saved another revision meanwhile.
    #[error("somebody saved revision {current} meanwhile")]
    StaleRevision {
        /// The revision that the webhook has now.
        current: i64,
    },
    /// The webhook is not in a state that this starts from.
    #[error("the webhook is in another state")]
    WrongState(domain::webhook::State),
    /// The webhook was given another URL.
    #[error("the webhook has another URL by now")]
    OtherUrl,
    /// The webhook belongs to a campaign that lacks a part.
    #[error("the webhook's campaign is not complete")]
    Incomplete,
    /// The delivery is being sent at this moment.
    #[error("the delivery is being sent at this moment")]
    Sending,
    /// The webhook of the delivery was deleted.
    #[error("the webhook was deleted")]
    WebhookDeleted,
    /// Another replay of the webhook runs.
    #[error("a replay of this webhook is running")]
    ReplayRunning,
    /// All numbers for nodes are taken.
    #[error("63 nodes use this database already, or its key is being changed")]
    TooManyNodes,
    /// Other processes use the database.
    #[error("others use this database: {others}")]
    NotAlone {
        /// How many.
        others: i64,
    },
}

impl From<Conflict> for Error {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::ColumnDecode { index, .. } => Self::Corrupt(format!("column {index}")),
            sqlx::Error::Decode(_) => Self::Corrupt("a value".to_owned()),
            sqlx::Error::Database(inner) => match inner.code().as_deref() {
                Some(code) if BUSY.contains(&code) => Self::Busy(error),
                Some(code) if DAMAGED.contains(&code) => Self::Corrupt("damaged pages".to_owned()),
                _ => Self::Unavailable(error),
            },
            _ => Self::Unavailable(error),
        }
    }
}

impl Error {
    /// Whether a row of this key stands there already.
    pub(crate) fn is_duplicate(&self) -> bool {
        matches!(self, Self::Unavailable(sqlx::Error::Database(inner)) if inner.is_unique_violation())
    }
}

/// Whether the connection is no more: broken, or ended by Postgres (class 57, P01 to P03).
pub(crate) fn is_gone(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(inner) => inner.code().is_some_and(|code| code.starts_with("57P0")),
        _ => false,
    }
}

/// SQLITE_BUSY, SQLITE_LOCKED and their extended codes; Postgres: serialization failure, deadlock,
/// lock not available.
const BUSY: [&str; 9] = ["5", "6", "261", "262", "517", "773", "40001", "40P01", "55P03"];

/// SQLITE_CORRUPT, SQLITE_NOTADB; Postgres: data corrupted, index corrupted.
const DAMAGED: [&str; 4] = ["11", "26", "XX001", "XX002"];
