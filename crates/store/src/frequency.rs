//! Which keys of a webhook had their event lately: the first one for each key and time goes out.

use crate::{
    Error, Result,
    bulk::Columns,
    conn::Conn,
    sql::{args, sql, sql_pair},
};
use domain::{
    id::{Id, WebhookId},
    time::Timestamp,
};
use std::collections::HashSet;

/// Keys that are forgotten in one go, so that nobody waits long.
const PRUNED: u64 = 2000;

/// An event that would go out, if its key is free.
pub(crate) struct Wish {
    pub(crate) webhook: WebhookId,
    pub(crate) key: [u8; 16],
    /// When it was accepted.
    pub(crate) since: Timestamp,
    /// Until when the key is taken then.
    pub(crate) until: Timestamp,
}

/// Takes the keys that are free, and says which those are. The wishes come sorted by webhook and key, each of
/// which stands there once, so that two transactions can't wait for each other in a circle.
pub(crate) async fn take(tx: &mut Conn, wishes: &[Wish]) -> Result<HashSet<(WebhookId, [u8; 16])>> {
    let columns = Columns::default()
        .ints(wishes.iter().map(|wish| wish.webhook.key()))
        .bytes(wishes.iter().map(|wish| Some(wish.key.to_vec())))
        .ints(wishes.iter().map(|wish| wish.since.ms()))
        .ints(wishes.iter().map(|wish| wish.until.ms()));
    let taken: Vec<(i64, Vec<u8>)> = tx.all_bulk(sql_pair!("frequency/take"), columns).await?;
    let read = |(webhook, key): (i64, Vec<u8>)| {
        let key = key.try_into().map_err(|_| Error::Corrupt("frequency.key".to_owned()))?;
        Ok((Id::from_key(webhook), key))
    };
    taken.into_iter().map(read).collect()
}

/// Forgets the keys of a webhook: every key is free again.
pub(crate) async fn clear(tx: &mut Conn, webhook: WebhookId) -> Result<()> {
    tx.run(sql!("frequency/clear"), args![webhook]).await?;
    Ok(())
}

/// Forgets keys whose time is over, at most [`PRUNED`] at once; whether there may be more.
pub(crate) async fn prune(tx: &mut Conn, now: Timestamp) -> Result<bool> {
    Ok(tx.run(sql_pair!("frequency/prune"), args![now]).await? >= PRUNED)
}
