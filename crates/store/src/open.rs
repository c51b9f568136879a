//! Opening a database.

use crate::Result;
use domain::time::Timestamp;

/// Who opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenAs {
    /// `crier serve`: the only server on a SQLite file.
    Server,
    /// A command beside it.
    Tool,
}

/// A database, SQLite or Postgres. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Store {}

impl Store {
    /// Opens `sqlite://<path>` (made when it is missing) or `postgres://…`. Tables are made by
    /// [`Store::migrate`].
    ///
    /// # Errors
    /// `Open` in words; `Locked` when another server has the SQLite file.
    pub async fn open(url: &str, how: OpenAs) -> Result<Self> {
        let _ = (url, how);
        todo!()
    }
    /// Whether several nodes may share it (Postgres).
    #[must_use]
    pub fn is_shared(&self) -> bool {
        todo!()
    }
    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn ping(&self) -> Result<()> {
        todo!()
    }
    /// The database's clock.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn now(&self) -> Result<Timestamp> {
        todo!()
    }
    /// Closes all connections, after the work under way.
    pub async fn close(&self) {
        todo!()
    }
}
