//! Opening a database.

use crate::{
    Error, Result,
    conn::Conn,
    sql::{Sql, args, sql_pair},
};
use domain::time::Timestamp;
use sqlx::{
    ConnectOptions as _, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    str::FromStr as _,
    sync::Arc,
    time::Duration,
};

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
pub struct Store(Pools);

#[derive(Clone, Debug)]
enum Pools {
    Sqlite {
        /// One connection: SQLite has one writer, and waiting here is fair and cheap.
        writer: SqlitePool,
        readers: SqlitePool,
        /// Held until the server's store is closed.
        lock: Option<Arc<File>>,
    },
    Postgres {
        /// For transactions: few statements, the same ones again and again.
        writers: PgPool,
        readers: PgPool,
    },
}

/// How long an operation waits for another writer or a free connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most connections to Postgres that one node opens.
const POSTGRES_CONNECTIONS: u32 = 16;
/// Statements for many rows come as arrays; planning each anew, as Postgres would, costs more than the rows.
const PLAN_ONCE: [(&str, &str); 1] = [("plan_cache_mode", "force_generic_plan")];
/// Readers beside the writer of a SQLite file.
const SQLITE_READERS: u32 = 8;
/// The writer's pages in memory, in KiB (negative by SQLite's rule): the right edges of all trees, and
/// what a checkpoint writes back.
const WRITER_CACHE: &str = "-32768";
/// The log is written back to the file after so many pages of 4 KiB: 32 MiB, so that a page that is
/// written with each commit goes back seldom.
const CHECKPOINT_PAGES: &str = "8192";
/// A process that stands still inside a transaction keeps the others from its rows no longer than this.
const STAND_STILL: [(&str, &str); 1] = [("idle_in_transaction_session_timeout", "5s")];
/// Statements that a connection keeps prepared; there are about 120, and the log's filters.
const PREPARED: usize = 300;
/// Versions 3.7.0–3.51.2 can damage the file when the WAL is reset (fixed in 3.51.3).
const SQLITE_NEEDED: (u32, u32, u32) = (3, 51, 3);

impl Store {
    /// Opens `sqlite://<path>` (made when it is missing) or `postgres://…`. Tables are made by
    /// [`Store::migrate`].
    ///
    /// # Errors
    /// `Open` in words; `Locked` when another server has the SQLite file.
    pub async fn open(url: &str, how: OpenAs) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let options = SqliteConnectOptions::from_str(url).map_err(|error| failed(path, &error))?;
            open_sqlite(options, how).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options =
                PgConnectOptions::from_str(url).map_err(|error| failed("of this address", &error))?;
            open_postgres(options).await
        } else {
            let why = "the address starts with neither sqlite:// nor postgres://".to_owned();
            Err(Error::Open { at: "of this address".to_owned(), why })
        }
    }

    /// Whether several nodes may share it (Postgres).
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        matches!(self.0, Pools::Postgres { .. })
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn ping(&self) -> Result<()> {
        self.now().await.map(|_| ())
    }

    /// The database's clock.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn now(&self) -> Result<Timestamp> {
        let (now,): (i64,) = self.read().await?.one(sql_pair!("clock/now"), args![]).await?;
        Ok(Timestamp::from_ms(now))
    }

    /// Closes all connections, after the work under way; another server may open the file then.
    pub async fn close(&self) {
        match &self.0 {
            Pools::Sqlite { writer, readers, lock } => {
                readers.close().await;
                writer.close().await;
                // An error means that there is no lock any more.
                let _ = lock.as_ref().map(|lock| lock.unlock());
            }
            Pools::Postgres { writers, readers } => {
                readers.close().await;
                writers.close().await;
            }
        }
    }

    /// A connection for reading; each statement sees what is committed.
    pub(crate) async fn read(&self) -> Result<Conn> {
        Ok(match &self.0 {
            Pools::Sqlite { readers, .. } => Conn::SqliteRead(readers.acquire().await?),
            Pools::Postgres { readers, .. } => Conn::PostgresRead(readers.acquire().await?),
        })
    }

    /// A transaction that may write. On SQLite it has the write lock from its start: one that read
    /// first and wrote later would fail whenever another wrote in between.
    pub(crate) async fn write(&self) -> Result<Conn> {
        Ok(match &self.0 {
            Pools::Sqlite { writer, .. } => {
                let begun = writer.begin_with(sqlx::AssertSqlSafe(BEGIN.sqlite)).await;
                Conn::SqliteWrite(begun.map_err(|error| match error {
                    sqlx::Error::PoolTimedOut => Error::Busy(error),
                    other => other.into(),
                })?)
            }
            Pools::Postgres { writers, .. } => Conn::PostgresWrite(writers.begin().await?),
        })
    }

    /// The pool of a Postgres database.
    pub(crate) const fn postgres(&self) -> Option<&PgPool> {
        match &self.0 {
            Pools::Postgres { readers, .. } => Some(readers),
            Pools::Sqlite { .. } => None,
        }
    }
}

const BEGIN: Sql = Sql::both("BEGIN IMMEDIATE");

async fn open_sqlite(options: SqliteConnectOptions, how: OpenAs) -> Result<Store> {
    let path = options.get_filename().to_path_buf();
    let at = path.display().to_string();
    if at.starts_with("file:") {
        return Err(Error::Open { at, why: "a database in memory would forget everything".to_owned() });
    }
    // Folders are not made: a misspelt path must not become an empty database somewhere.
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        return Err(Error::Open { at, why: format!("there is no folder {}", folder.display()) });
    }
    let lock = if how == OpenAs::Server { Some(Arc::new(lock(&path)?)) } else { None };
    own_file(&path).map_err(|error| failed(&at, &error))?;
    let options = options
        .busy_timeout(PATIENCE)
        .foreign_keys(true)
        .statement_cache_capacity(PREPARED)
        .pragma("temp_store", "memory");
    let pool = || {
        let pool = SqlitePoolOptions::new().acquire_timeout(PATIENCE).test_before_acquire(false);
        pool.idle_timeout(None).max_lifetime(None)
    };
    let writing = options
        .clone()
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", WRITER_CACHE)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES);
    let writer = pool().max_connections(1).connect_with(writing).await;
    let writer = writer.map_err(|error| failed(&at, &error))?;
    let readers = pool().max_connections(SQLITE_READERS).connect_lazy_with(options.read_only(true));
    let store = Store(Pools::Sqlite { writer, readers, lock });
    let (version,): (String,) =
        store.read().await?.one(Sql::both("SELECT sqlite_version()"), args![]).await?;
    if parse_version(&version).is_none_or(|version| version < SQLITE_NEEDED) {
        let why = format!("SQLite {version} can damage files; this program needs 3.51.3 or newer");
        return Err(Error::Open { at, why });
    }
    Ok(store)
}

/// Takes the lock of the server; the operating system drops it with the process, however that ends.
fn lock(path: &Path) -> Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let name = PathBuf::from(name);
    let file = own_file(&name).map_err(|error| failed(&name.display().to_string(), &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Locked(path.to_path_buf())),
        Err(TryLockError::Error(error)) => Err(failed(&name.display().to_string(), &error)),
    }
}

async fn open_postgres(options: PgConnectOptions) -> Result<Store> {
    let at =
        format!("{}:{}/{}", options.get_host(), options.get_port(), options.get_database().unwrap_or(""));
    let options = options.application_name("crier").statement_cache_capacity(PREPARED).options(STAND_STILL);
    let pool = || PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS / 2).acquire_timeout(PATIENCE);
    // One connection by hand, because the pool would try for as long as its patience lasts and then
    // say nothing but "timed out".
    let first = options.connect().await.map_err(|error| failed(&at, &error))?;
    drop(first);
    let writers = pool().connect_lazy_with(options.clone().options(PLAN_ONCE));
    Ok(Store(Pools::Postgres { writers, readers: pool().connect_lazy_with(options) }))
}

/// Opens a file, made for this user alone when it is missing. SQLite gives the files beside it the
/// same permissions.
fn own_file(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.create(true).truncate(false).write(true).open(path)
}

fn parse_version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

/// Opening happens before any statement of ours, so the driver's words hold no SQL and no secret.
fn failed(at: &str, error: &dyn std::error::Error) -> Error {
    let inner = match error.source() {
        Some(source) => source.to_string(),
        None => error.to_string(),
    };
    Error::Open { at: at.to_owned(), why: inner }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert_eq!(parse_version("3.51.3"), Some((3, 51, 3)));
        assert!(parse_version("3.100.0") > Some(SQLITE_NEEDED));
        assert!(parse_version("3.51.2") < Some(SQLITE_NEEDED));
        assert_eq!(parse_version("4"), None);
    }
}
