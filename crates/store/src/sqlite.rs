//! A SQLite file: its connections, its lock, and how its log (WAL) goes back into it.

use crate::{
    Error, OpenAs, Result,
    open::{PATIENCE, PREPARED, failed},
    writer::{Writer, Writing},
};
use sqlx::{
    AssertSqlSafe, Sqlite, SqliteConnection, SqlitePool,
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// An open file. Clones share its connections.
#[derive(Clone, Debug)]
pub(crate) struct SqliteFile {
    /// SQLite has one writer, and waiting here is fair and cheap.
    writer: Writer,
    readers: SqlitePool,
    /// One connection, for what must not keep the writer waiting.
    keeper: SqlitePool,
    /// Whether anything was written since the log was looked at.
    written: Arc<AtomicBool>,
    /// Held until the server's store is closed.
    lock: Option<Arc<File>>,
}

/// Readers beside the writer.
const READERS: u32 = 8;
/// The writer's pages in memory, in KiB (negative by SQLite's rule): the right edges of all trees.
const WRITER_CACHE: &str = "-32768";
/// The log is due after so many pages of 4 KiB: 32 MiB, so that a page that is written with each commit goes
/// back seldom.
const DUE: i64 = 8192;
/// So few pages go back in a millisecond or two; the writer can wait for that.
const FEW: i64 = 256;
/// How often the keeper goes after what was written meanwhile.
const ROUNDS: usize = 4;
/// Past so many pages (256 MiB) the writer writes the log back itself: a command that nobody keeps the log
/// for, or a keeper that can't follow.
const TOO_LONG: &str = "65536";
/// Versions 3.7.0–3.51.2 can damage the file when the WAL is reset (fixed in 3.51.3).
const NEEDED: (u32, u32, u32) = (3, 51, 3);

impl SqliteFile {
    pub(crate) async fn open(options: SqliteConnectOptions, how: OpenAs) -> Result<Self> {
        let path = options.get_filename().to_path_buf();
        let at = path.display().to_string();
        if at.starts_with("file:") {
            return Err(Error::Open { at, why: "a database in memory would forget everything".to_owned() });
        }
        // Folders are not made: a misspelt path must not become an empty database somewhere.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir());
        if let Some(folder) = folder {
            return Err(Error::Open { at, why: format!("there is no folder {}", folder.display()) });
        }
        let lock = if how == OpenAs::Server { Some(Arc::new(lock(&path)?)) } else { None };
        own_file(&path).map_err(|error| failed(&at, &error))?;
        let options = options
            .busy_timeout(PATIENCE)
            .foreign_keys(true)
            .statement_cache_capacity(PREPARED)
            .pragma("temp_store", "memory");
        let pool = |connections| {
            let pool = SqlitePoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE);
            pool.test_before_acquire(false).idle_timeout(None).max_lifetime(None)
        };
        let writing = options
            .clone()
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("wal_autocheckpoint", TOO_LONG);
        let keeper = pool(1).connect_lazy_with(writing.clone());
        let writer = Writer::open(writing.pragma("cache_size", WRITER_CACHE)).await;
        let writer = writer.map_err(|error| failed(&at, &error))?;
        let readers = pool(READERS).connect_lazy_with(options.read_only(true));
        let (version,): (String,) = sqlx::query_as("SELECT sqlite_version()").fetch_one(&readers).await?;
        if parse_version(&version).is_none_or(|version| version < NEEDED) {
            let why = format!("SQLite {version} can damage files; this program needs 3.51.3 or newer");
            return Err(Error::Open { at, why });
        }
        Ok(Self { writer, readers, keeper, written: Arc::default(), lock })
    }

    pub(crate) async fn read(&self) -> Result<PoolConnection<Sqlite>> {
        Ok(self.readers.acquire().await?)
    }

    pub(crate) async fn write(&self) -> Result<Writing> {
        self.written.store(true, Ordering::Relaxed);
        self.writer.begin().await
    }

    /// Writes the log back into the file when it is due, while the writer goes on; what was written meanwhile
    /// is little in the end, and for that alone the writer waits. With all of it in the file, the next write
    /// begins the log anew.
    pub(crate) async fn checkpoint(&self) -> Result<()> {
        if !self.written.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        let mut keeper = self.keeper.acquire().await?;
        if left(&mut keeper, "NOOP").await? < DUE {
            return Ok(());
        }
        for _ in 0..ROUNDS {
            if left(&mut keeper, "PASSIVE").await? <= FEW {
                break;
            }
        }
        left(self.writer.hold().await?.conn(), "PASSIVE").await.map(|_| ())
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.keeper.close().await;
        self.writer.close().await;
        // An error means that there is no lock any more.
        let _ = self.lock.as_ref().map(|lock| lock.unlock());
    }
}

/// Makes a checkpoint of this mode (<https://sqlite.org/pragma.html#pragma_wal_checkpoint>); how many pages
/// of the log are not in the file yet.
async fn left(through: &mut SqliteConnection, mode: &'static str) -> Result<i64> {
    let text = AssertSqlSafe(format!("PRAGMA wal_checkpoint({mode})"));
    let (_busy, pages, back): (i64, i64, i64) = sqlx::query_as(text).fetch_one(through).await?;
    Ok(pages - back)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert_eq!(parse_version("3.51.3"), Some((3, 51, 3)));
        assert!(parse_version("3.100.0") > Some(NEEDED));
        assert!(parse_version("3.51.2") < Some(NEEDED));
        assert_eq!(parse_version("4"), None);
    }
}
