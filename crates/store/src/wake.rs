//! Wakes other nodes, so that they need not poll quickly. A wake-up may be lost: poll as well.

use crate::{
    Result, Store,
    sql::{args, sql_postgres},
};
use sqlx::postgres::PgListener;

/// Wake-ups from other nodes.
#[derive(Debug)]
pub struct Wakes(PgListener);

impl Wakes {
    /// The next one's text. Reconnects by itself after a lost connection.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn next(&mut self) -> Result<String> {
        // A lost connection is made anew by the listener; what came meanwhile is lost.
        Ok(self.0.recv().await?.payload().to_owned())
    }
}

impl Store {
    /// Wakes the other nodes with `text` (at most 8,000 bytes). Debounce it: each takes a lock of the
    /// whole Postgres server at its commit. Nothing on SQLite.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn wake(&self, text: &str) -> Result<()> {
        if self.is_shared() {
            let mut tx = self.write().await?;
            tx.run(sql_postgres!("wake/notify"), args![text]).await?;
            tx.commit().await?;
        }
        Ok(())
    }
    /// Listens for wake-ups, own ones included; `None` on SQLite, which has no other nodes.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn wakes(&self) -> Result<Option<Wakes>> {
        let Some(pool) = self.postgres() else { return Ok(None) };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen("crier").await?;
        Ok(Some(Wakes(listener)))
    }
}
