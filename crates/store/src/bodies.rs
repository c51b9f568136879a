//! Contents of requests and answers: each distinct one stored once per marketplace.

use crate::{
    Result,
    bulk::Columns,
    conn::Conn,
    sql::{args, sql_pair},
};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// Contents to be stored, in the order of their keys: two batches that share some can't wait for
/// each other in a circle.
#[derive(Debug, Default)]
pub(crate) struct Bodies<'a>(BTreeMap<(i64, Vec<u8>), &'a str>);

impl<'a> Bodies<'a> {
    /// Adds a content; returns its hash.
    pub(crate) fn add(&mut self, marketplace: i64, content: &'a str) -> Vec<u8> {
        let hash = Sha256::digest(content).to_vec();
        self.0.insert((marketplace, hash.clone()), content);
        hash
    }

    /// Stores those that are new.
    pub(crate) async fn insert(self, tx: &mut Conn) -> Result<()> {
        if tx.is_postgres() {
            let columns = Columns::default()
                .ints(self.0.keys().map(|(marketplace, _)| *marketplace))
                .bytes(self.0.keys().map(|(_, hash)| Some(hash.clone())))
                .bytes(self.0.values().map(|content| Some(content.as_bytes().to_vec())));
            tx.run_bulk(sql_pair!("bodies/insert"), columns).await?;
        } else {
            for ((marketplace, hash), content) in self.0 {
                let values = args![marketplace, hash, content.as_bytes()];
                tx.run(sql_pair!("bodies/insert"), values).await?;
            }
        }
        Ok(())
    }
}
