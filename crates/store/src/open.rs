//! Opening a database.

use crate::{
    Error, Result,
    conn::Conn,
    error::is_gone,
    sql::{args, sql_pair, sql_postgres},
    sqlite::SqliteFile,
};
use domain::time::Timestamp;
use sqlx::{
    ConnectOptions as _, Connection as _, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::SqliteConnectOptions,
};
use std::{
    str::FromStr as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
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
pub struct Store(Database);

#[derive(Clone, Debug)]
enum Database {
    Sqlite(SqliteFile),
    Postgres {
        /// For what is accepted and what is recorded, each by one task. A connection is served by the threads that
        /// opened it; these are so by that of those tasks, and nobody else's.
        commits: PgPool,
        /// For other transactions: few statements, the same ones again and again.
        writers: PgPool,
        readers: PgPool,
        /// Rows of the queue that this process ended since it last cleaned up after them.
        gone: Arc<AtomicU64>,
    },
}

/// A connection to Postgres that was idle for so long is asked whether it lives before it is used.
const RESTED: Duration = Duration::from_millis(50);
/// How long an operation waits for another writer or a free connection.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// Statements that a connection keeps prepared; there are about 120, and the log's filters.
pub(crate) const PREPARED: usize = 300;
/// The most connections to Postgres that one node opens: for commits, other transactions, reading. A connection that
/// comes back is asked whether it lives before another may have it, so the two tasks that commit have two each.
const POSTGRES_CONNECTIONS: [u32; 3] = [4, 5, 7];
/// Settings of connections to Postgres that write. Statements for many rows come as arrays; planning each anew, as
/// Postgres would, costs more than the rows. A plan that is kept must not go by how small the queue happens to be:
/// whatever is written is found by an index.
pub const PLAN_ONCE: [(&str, &str); 4] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
];
/// Rows that may be gone from Postgres' queue before it is vacuumed, which takes some milliseconds then.
const MOST_GONE: u64 = 4000;
/// A process that stands still inside a transaction keeps the others from its rows no longer than this. And nothing is
/// compiled (JIT): that starts by the estimated cost, which [`PLAN_ONCE`] makes immense for a statement that must scan
/// a table after all. Notices, such as of tables that are there already, are none of the log's.
const FOR_ALL: [(&str, &str); 3] =
    [("idle_in_transaction_session_timeout", "5s"), ("jit", "off"), ("client_min_messages", "warning")];

impl Store {
    /// Opens `sqlite://<path>` (made when it is missing) or `postgres://…`. Tables are made by
    /// [`Store::migrate`].
    ///
    /// # Errors
    /// `Open` in words; `Locked` when another server has the SQLite file.
    pub async fn open(url: &str, how: OpenAs) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let options = SqliteConnectOptions::from_str(url).map_err(|error| failed(path, &error))?;
            Ok(Self(Database::Sqlite(SqliteFile::open(options, how).await?)))
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
        matches!(self.0, Database::Postgres { .. })
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

    /// Does beside the work what the work would wait for otherwise. On SQLite: writes the log (WAL) back into the
    /// file when it has grown to 32 MiB. On Postgres: vacuums the queue after some thousand rows; claims walk over
    /// what is gone until then, and Postgres itself looks once a minute. A server asks for it several times a
    /// second; it is cheap when nothing is due.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`; the next call goes on.
    pub async fn tidy(&self) -> Result<()> {
        match &self.0 {
            Database::Sqlite(file) => file.checkpoint().await,
            Database::Postgres { readers, gone, .. } => {
                if gone.load(Ordering::Relaxed) < MOST_GONE {
                    return Ok(());
                }
                gone.store(0, Ordering::Relaxed);
                Conn::PostgresRead(readers.acquire().await?).script(sql_postgres!("queue/vacuum")).await
            }
        }
    }

    /// Notes that so many rows of the queue are gone.
    pub(crate) fn gone(&self, rows: usize) {
        if let Database::Postgres { gone, .. } = &self.0 {
            gone.fetch_add(rows as u64, Ordering::Relaxed);
        }
    }

    /// Closes all connections, after the work under way; another server may open the file then.
    pub async fn close(&self) {
        match &self.0 {
            Database::Sqlite(file) => file.close().await,
            Database::Postgres { commits, writers, readers, .. } => {
                readers.close().await;
                writers.close().await;
                commits.close().await;
            }
        }
    }

    /// A connection for reading; each statement sees what is committed.
    pub(crate) async fn read(&self) -> Result<Conn> {
        Ok(match &self.0 {
            Database::Sqlite(file) => Conn::SqliteRead(file.read().await?),
            Database::Postgres { readers, .. } => Conn::PostgresRead(readers.acquire().await?),
        })
    }

    /// A transaction that may write.
    pub(crate) async fn write(&self) -> Result<Conn> {
        Ok(match &self.0 {
            Database::Sqlite(file) => Conn::SqliteWrite(file.write().await?),
            Database::Postgres { writers, .. } => begin(writers).await?,
        })
    }

    /// A transaction of the tasks that accept and record.
    pub(crate) async fn write_together(&self) -> Result<Conn> {
        match &self.0 {
            Database::Sqlite(_) => self.write().await,
            Database::Postgres { commits, .. } => begin(commits).await,
        }
    }

    /// A connection of those tasks to Postgres, for what is one statement; `None` on SQLite.
    pub(crate) async fn together(&self) -> Result<Option<PoolConnection<Postgres>>> {
        match &self.0 {
            Database::Sqlite(_) => Ok(None),
            Database::Postgres { commits, .. } => Ok(Some(commits.acquire().await?)),
        }
    }

    /// The pool of a Postgres database.
    pub(crate) const fn postgres(&self) -> Option<&PgPool> {
        match &self.0 {
            Database::Postgres { readers, .. } => Some(readers),
            Database::Sqlite(_) => None,
        }
    }
}

/// A transaction. Connections that broke since they were used last are left out: nothing was sent through them yet.
async fn begin(pool: &PgPool) -> Result<Conn> {
    for _ in 0..pool.options().get_max_connections() {
        match pool.begin().await {
            Err(error) if is_gone(&error) => {}
            begun => return Ok(Conn::PostgresWrite(begun?)),
        }
    }
    Ok(Conn::PostgresWrite(pool.begin().await?))
}

async fn open_postgres(options: PgConnectOptions) -> Result<Store> {
    let at =
        format!("{}:{}/{}", options.get_host(), options.get_port(), options.get_database().unwrap_or(""));
    let options = options.application_name("crier").statement_cache_capacity(PREPARED).options(FOR_ALL);
    let pool = |connections| {
        let pool = PgPoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE);
        // Asking a connection that was in use a moment ago whether it lives costs a way there and back for each
        // transaction.
        pool.test_before_acquire(false).before_acquire(|conn, state| {
            Box::pin(async move {
                if state.idle_for >= RESTED {
                    conn.ping().await?;
                }
                Ok(true)
            })
        })
    };
    // One connection by hand, because the pool would try for as long as its patience lasts and then
    // say nothing but "timed out".
    let first = options.connect().await.map_err(|error| failed(&at, &error))?;
    drop(first);
    let [commits, writers, readers] = POSTGRES_CONNECTIONS.map(pool);
    let writing = options.clone().options(PLAN_ONCE);
    let (commits, writers) = (commits.connect_lazy_with(writing.clone()), writers.connect_lazy_with(writing));
    let readers = readers.connect_lazy_with(options);
    Ok(Store(Database::Postgres { commits, writers, readers, gone: Arc::default() }))
}

/// Opening happens before any statement of ours, so the driver's words hold no SQL and no secret.
pub(crate) fn failed(at: &str, error: &dyn std::error::Error) -> Error {
    let inner = match error.source() {
        Some(source) => source.to_string(),
        None => error.to_string(),
    };
    Error::Open { at: at.to_owned(), why: inner }
}
