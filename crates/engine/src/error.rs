//! What a caller can act on. The sentences are for people; no database text gets out.

use crate::who::Refusal;
use domain::invalid::Invalid;

/// Why a use case was refused or failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The input breaks a rule (REST: 422).
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// There is no such thing in this marketplace (404).
    #[error("There is nothing with this id.")]
    NotFound,
    /// Nobody is signed in, or the key is unknown (401).
    #[error("Sign in, or send a valid API key.")]
    Unauthorized,
    /// The role or the scope does not allow it (403).
    #[error("{0}")]
    Forbidden(Refusal),
    /// Somebody changed it meanwhile, or its state does not allow it (409).
    #[error("{0}")]
    Conflict(String),
    /// The input is larger than the limit (413).
    #[error("This is too large: {0}")]
    TooLarge(String),
    /// Too many tries; come back later (429).
    #[error("Too many attempts. Try again in {retry_after_s} seconds.")]
    TooMany {
        /// Seconds until the next try is looked at.
        retry_after_s: u32,
    },
    /// The database can't be reached, or the program is shutting down (503).
    #[error("Crier can't do this right now. Try again in a moment.")]
    Unavailable,
    /// A defect; the details are in the program's log (500).
    #[error("Something went wrong inside Crier. The details are in its log.")]
    Internal,
}

impl Error {
    /// A conflict, in one sentence.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict(message.into())
    }
    /// Logs a defect with what was being done, and hides it from the caller.
    pub(crate) fn internal(doing: &str, error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "{doing}");
        Self::Internal
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Conflict(conflict) => Self::Conflict(sentence(&conflict.to_string())),
            store::Error::Unavailable(_) | store::Error::Busy(_) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the database");
                Self::Unavailable
            }
            defect => Self::internal("use the database", defect),
        }
    }
}

/// `the delivery is …` as a sentence of its own.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

/// Why the engine did not open, or the key was not changed; one line for the operator.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The key can't be changed now, or not so.
    #[error("{0}")]
    Key(String),
    /// The database could not be opened or migrated.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The system gives no thread.
    #[error("no thread for commits: {0}")]
    Thread(std::io::Error),
    /// The settings of the mail server can't be used.
    #[error("smtp: {0}")]
    Mail(String),
    /// The data directory or the key file can't be used.
    #[error("{path}: {reason}")]
    File {
        /// Which file.
        path: String,
        /// What is wrong with it, and what to do.
        reason: String,
    },
}
