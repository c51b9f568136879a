//! An acceptance as one statement, which is a transaction too: one way to Postgres and back instead of four or more.

use super::Batch;
use crate::{
    Error, Result, Store,
    bulk::{Columns, Script},
    conn::run_provided,
    error::is_gone,
    rows::EventColumns,
    sql::{args, sql, sql_postgres},
};
use std::collections::BTreeSet;

impl Store {
    /// Nothing is stored, and `false`, when it has to be done step by step: a routing changed meanwhile, or it is SQLite.
    pub(super) async fn accept_at_once(&self, batch: &Batch<'_>) -> Result<bool> {
        let Some(mut conn) = self.together().await? else { return Ok(false) };
        let mut script = Script::default();
        batch.insert_events(&mut script)?;
        batch.insert_deliveries(&mut script);
        let condition = sql_postgres!("marketplaces/are_versions");
        match run_provided(&mut conn, condition, batch.versions(), script).await {
            // Before the statement or after it: all of it stands there, or nothing. Or it goes on, and whoever inserts
            // the same ids waits for it.
            Err(Error::Unavailable(error)) if is_gone(&error) => batch.has_begun(self).await,
            done => done,
        }
    }
}

impl Batch<'_> {
    /// Whether nothing is to be decided between its statements.
    pub(super) fn is_plain(&self) -> bool {
        let is_capped = |new: &super::NewEvent| new.deliveries.iter().any(|each| each.once.is_some());
        !self.has_keys() && !self.events().any(|(_, _, new)| is_capped(new))
    }

    /// By which versions of which marketplaces' tables the requests were routed.
    fn versions(&self) -> Columns {
        let all = self.requests.iter().map(|request| (request.marketplace.key(), request.routing_version));
        let all: BTreeSet<_> = all.collect();
        Columns::default().ints(all.iter().map(|(id, _)| *id)).ints(all.iter().map(|(_, version)| *version))
    }

    /// Whether the first of the events stands in the database.
    pub(super) async fn has_begun(&self, store: &Store) -> Result<bool> {
        let Some((_, request, new)) = self.events().next() else { return Ok(false) };
        let mut tx = store.write_together().await?;
        let values = args![request.marketplace, new.event.id];
        let found: Option<EventColumns> = tx.first(sql!("events/get"), values).await?;
        // It has only read.
        let _ = tx.rollback().await;
        Ok(found.is_some())
    }
}
