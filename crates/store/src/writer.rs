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

/// The connection; `None` once it is closed. Who waits for it gets it in the order of asking. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Writer(Arc<Mutex<Option<SqliteConnection>>>);

impl Writer {
    pub(crate) async fn open(options: &SqliteConnectOptions) -> Result<Self, sqlx::Error> {
        let conn = SqliteConnection::connect_with(options).await?;
        Ok(Self(Arc::new(Mutex::new(Some(conn)))))
    }

    /// Waits for its turn.
    pub(crate) async fn hold(&self) -> Result<Held> {
        let turn = timeout(PATIENCE, Arc::clone(&self.0).lock_owned()).await;
        let guard = turn.map_err(|_| Error::Busy(sqlx::Error::PoolTimedOut))?;
        if guard.is_none() {
            return Err(sqlx::Error::PoolClosed.into());
        }
        Ok(Held(guard))
    }

    /// A transaction that has the write lock from its start: one that read first and wrote later would fail whenever
    /// another wrote in between.
    pub(crate) async fn begin(&self) -> Result<Writing> {
        // Before the statement, because whoever goes away while it runs leaves a transaction behind.
        let mut writing = Writing(Some(self.hold().await?));
        run(writing.conn(), "BEGIN IMMEDIATE").await?;
        Ok(writing)
    }

    /// After the transaction under way.
    pub(crate) async fn close(&self) {
        if let Some(conn) = self.0.lock().await.take() {
            // The file is given up either way.
            let _ = conn.close().await;
        }
    }
}

/// The connection, held alone.
#[derive(Debug)]
pub(crate) struct Held(OwnedMutexGuard<Option<SqliteConnection>>);

impl Held {
    pub(crate) fn conn(&mut self) -> &mut SqliteConnection {
        self.0.as_mut().expect("it is looked at before it is held, and closed by nobody else meanwhile")
    }
}

/// A transaction. Dropped before its end, it did nothing.
#[derive(Debug)]
pub(crate) struct Writing(Option<Held>);

impl Writing {
    pub(crate) fn conn(&mut self) -> &mut SqliteConnection {
        self.0.as_mut().expect("it is there until the end").conn()
    }

    pub(crate) async fn commit(self) -> Result<()> {
        self.commit_after(String::new(), SqliteArguments::default()).await
    }

    /// Ends it behind these statements, all in one piece.
    pub(crate) async fn commit_after(mut self, text: String, values: SqliteArguments) -> Result<()> {
        let text = text + "COMMIT";
        sqlx::query_with(AssertSqlSafe(text), values).execute(self.conn()).await?;
        self.0 = None;
        Ok(())
    }

    pub(crate) async fn rollback(mut self) -> Result<()> {
        run(self.conn(), "ROLLBACK").await?;
        self.0 = None;
        Ok(())
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        // Without a runtime the program ends, and the database with it.
        if let (Some(mut held), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(async move {
                // An error means that there is none: it was not begun, or it ended after all.
                let _ = run(held.conn(), "ROLLBACK").await;
            });
        }
    }
}

async fn run(conn: &mut SqliteConnection, text: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query(text).execute(conn).await.map(drop)
}
