//! Whether the database is whole.

use crate::{
    Result, Store,
    sql::{args, sql_pair},
};

impl Store {
    /// What SQLite finds wrong with its file, at most ten sentences; nothing is good. Reads all of it: seconds a
    /// gigabyte. Nothing is looked at on Postgres, which has tools for that.
    ///
    /// # Errors
    /// `Unavailable`; `Corrupt` when the file can't be read at all.
    pub async fn damage(&self) -> Result<Vec<String>> {
        let rows: Vec<(String,)> = self.read().await?.all(sql_pair!("check/integrity"), args![]).await?;
        Ok(rows.into_iter().map(|(finding,)| finding).filter(|finding| finding != "ok").collect())
    }
}
