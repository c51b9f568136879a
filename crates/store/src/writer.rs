//! The one connection that writes to a SQLite file, and its transactions. A pool would ask it for a sign of life each
//! time it comes back, which everybody else waits for.

use crate::{Error, Result, open::PATIENCE};
use sqlx::{
    AssertSqlSafe, Connection as _, SqliteConnection,
    sqlite::{SqliteArguments, SqliteConnectOptions},
};
use std::sync::Arc;
use tokio::{
    runtime::Handle,
    sync::{Mutex, OwnedMutexGuard},
    time::timeout,
};

/// The connection. Who waits for it gets it in the order of asking. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    /// `None` once it is closed.
    slot: Arc<Mutex<Option<Slot>>>,
    options: Arc<SqliteConnectOptions>,
}

#[derive(Debug)]
struct Slot {
    conn: SqliteConnection,
    /// Whether there may be a transaction in it.
    open: bool,
}

impl Writer {
    pub(crate) async fn open(options: SqliteConnectOptions) -> Result<Self, sqlx::Error> {
        let conn = SqliteConnection::connect_with(&options).await?;
        let slot = Arc::new(Mutex::new(Some(Slot { conn, open: false })));
        Ok(Self { slot, options: Arc::new(options) })
    }

    /// Waits for its turn.
    pub(crate) async fn hold(&self) -> Result<Held> {
        let turn = timeout(PATIENCE, Arc::clone(&self.slot).lock_owned()).await;
        let mut held = Held(turn.map_err(|_| Error::Busy(sqlx::Error::PoolTimedOut))?);
        let slot = held.0.as_mut().ok_or(sqlx::Error::PoolClosed)?;
        if slot.open {
            // Somebody went away in the middle, and so did the runtime that was to put it right.
            slot.roll_back().await;
        }
        Ok(held)
    }

    /// A transaction that has the write lock from its start: one that read first and wrote later would fail whenever
    /// another wrote in between.
    pub(crate) async fn begin(&self) -> Result<Writing> {
        let mut writing = Writing(Some(self.hold().await?));
        // Before the statement, because whoever goes away while it runs leaves a transaction behind.
        writing.slot().open = true;
        match run(writing.conn(), "BEGIN IMMEDIATE").await {
            Err(sqlx::Error::WorkerCrashed) => {
                *writing.conn() = SqliteConnection::connect_with(&self.options).await?;
                run(writing.conn(), "BEGIN IMMEDIATE").await?;
            }
            begun => begun?,
        }
        Ok(writing)
    }

    /// After the transaction under way.
    pub(crate) async fn close(&self) {
        if let Some(slot) = self.slot.lock().await.take() {
            // The file is given up either way.
            let _ = slot.conn.close().await;
        }
    }
}

impl Slot {
    async fn roll_back(&mut self) {
        // An error means that there is none: it was not begun, or it ended after all.
        let _ = run(&mut self.conn, "ROLLBACK").await;
        self.open = false;
    }
}

/// The connection, held alone.
#[derive(Debug)]
pub(crate) struct Held(OwnedMutexGuard<Option<Slot>>);

impl Held {
    fn slot(&mut self) -> &mut Slot {
        self.0.as_mut().expect("it is looked at before it is held, and closed by nobody else meanwhile")
    }

    pub(crate) fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.slot().conn
    }
}

/// A transaction. Dropped before its end, it did nothing.
#[derive(Debug)]
pub(crate) struct Writing(Option<Held>);

impl Writing {
    fn slot(&mut self) -> &mut Slot {
        self.0.as_mut().expect("it is there until the end").slot()
    }

    pub(crate) fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.slot().conn
    }

    pub(crate) async fn commit(self) -> Result<()> {
        self.commit_after(String::new(), SqliteArguments::default()).await
    }

    /// Ends it behind these statements, all in one piece.
    pub(crate) async fn commit_after(mut self, text: String, values: SqliteArguments) -> Result<()> {
        // The row is the proof: were the connection's thread to end, a statement without one would seem to be done.
        let text = AssertSqlSafe(text + "COMMIT;\nSELECT 1");
        let proof: Vec<(i64,)> = sqlx::query_as_with(text, values).fetch_all(self.conn()).await?;
        if proof.is_empty() {
            return Err(sqlx::Error::WorkerCrashed.into());
        }
        self.end();
        Ok(())
    }

    pub(crate) async fn rollback(mut self) -> Result<()> {
        run(self.conn(), "ROLLBACK").await?;
        self.end();
        Ok(())
    }

    fn end(mut self) {
        self.slot().open = false;
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let Some(mut held) = self.0.take() else { return };
        if held.slot().open
            && let Ok(runtime) = Handle::try_current()
        {
            // At once, because other processes wait for the file.
            runtime.spawn(async move { held.slot().roll_back().await });
        }
    }
}

async fn run(conn: &mut SqliteConnection, text: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query(text).execute(conn).await.map(drop)
}
