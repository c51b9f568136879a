//! What the engine's tests do to a SQLite file behind its back.

use sqlx::{Connection as _, Executor as _, SqliteConnection};
use std::time::Duration;

/// Keeps everybody from writing to a SQLite file until it is dropped.
pub(crate) async fn lock(url: &str) -> SqliteConnection {
    let mut conn = SqliteConnection::connect(url).await.expect("connected");
    conn.execute("BEGIN IMMEDIATE").await.expect("locked");
    conn
}

/// Has whoever sends the mails of a SQLite file be gone.
pub(crate) async fn end_mail_leases(url: &str) {
    let mut conn = SqliteConnection::connect(url).await.expect("connected");
    conn.execute("UPDATE mails SET lease_until = 1").await.expect("done");
    conn.close().await.expect("closed");
}

/// Keeps others from writing until the leases in it are over.
pub(crate) async fn lock_until_leases_end(url: &str) {
    let mut conn = lock(url).await;
    let left = "SELECT count(*) FROM queue WHERE lease_until >= unixepoch('subsec') * 1000";
    while sqlx::query_scalar::<_, i64>(left).fetch_one(&mut conn).await.expect("a number") > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    conn.execute("ROLLBACK").await.expect("unlocked");
}
