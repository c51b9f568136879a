//! Test receivers and what they caught. The `url` of a [`Bin`] is empty here: the engine knows the
//! public address.

use crate::{
    Result, Store,
    conn::{json, number, parse},
    rows::text,
    sql::{args, sql},
};
use domain::{
    bin::{Bin, Caught},
    id::{CaughtId, MarketplaceId},
    time::Timestamp,
};

impl Store {
    /// Keeps a new test receiver.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn insert_bin(&self, marketplace: MarketplaceId, new: &Bin) -> Result<()> {
        let mut tx = self.write().await?;
        let (status, delay_ms) = (i64::from(new.status), i64::from(new.delay_ms));
        let values = args![&new.id, marketplace, status, delay_ms, new.created_at, new.expires_at];
        tx.run(sql!("bins/insert"), values).await?;
        tx.commit().await
    }
    /// Those of a marketplace that are not over, newest first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn bins(&self, marketplace: MarketplaceId, now: Timestamp) -> Result<Vec<Bin>> {
        let rows: Vec<BinRow> = self.read().await?.all(sql!("bins/list"), args![marketplace, now]).await?;
        rows.into_iter().map(|row| read(row).map(|(_, bin)| bin)).collect()
    }
    /// One that is not over, and whose it is: who knows the id may send to it.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn bin(&self, id: &str, now: Timestamp) -> Result<Option<(MarketplaceId, Bin)>> {
        let row: Option<BinRow> = self.read().await?.first(sql!("bins/get"), args![id, now]).await?;
        row.map(read).transpose()
    }
    /// Changes how it answers; `false` when there is none.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn update_bin(
        &self,
        marketplace: MarketplaceId,
        id: &str,
        status: u16,
        delay_ms: u32,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        let values = args![marketplace, id, i64::from(status), i64::from(delay_ms)];
        let changed = tx.run(sql!("bins/update"), values).await?;
        tx.commit().await?;
        Ok(changed == 1)
    }
    /// Deletes it with what it caught; `false` when there is none.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn delete_bin(&self, marketplace: MarketplaceId, id: &str) -> Result<bool> {
        let mut tx = self.write().await?;
        let deleted = tx.run(sql!("bins/delete"), args![marketplace, id]).await?;
        tx.commit().await?;
        Ok(deleted == 1)
    }
    /// Keeps what it caught and forgets all but the last 100; `false` when there is no such receiver.
    ///
    /// # Errors
    /// `Unavailable`, `Busy`.
    pub async fn insert_caught(&self, bin: &str, caught: &Caught) -> Result<bool> {
        let mut tx = self.write().await?;
        let headers = json(&caught.headers)?;
        let body = caught.body.as_bytes();
        let values = args![caught.id, bin, caught.at, &caught.method, &caught.path, headers, body];
        if tx.run(sql!("caught/insert"), values).await? == 0 {
            return Ok(false);
        }
        tx.run(sql!("caught/trim"), args![bin, domain::bin::KEPT]).await?;
        tx.commit().await?;
        Ok(true)
    }
    /// What it caught, newest first.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn caught(&self, marketplace: MarketplaceId, bin: &str) -> Result<Vec<Caught>> {
        let rows: Vec<CaughtRow> =
            self.read().await?.all(sql!("caught/list"), args![marketplace, bin]).await?;
        let read = |(id, at, method, path, headers, body): CaughtRow| {
            Ok(Caught {
                id: CaughtId::from_key(id),
                at: Timestamp::from_ms(at),
                method,
                path,
                headers: parse("caught.headers", &headers)?,
                body: text(body)?,
            })
        };
        rows.into_iter().map(read).collect()
    }
}

/// id, status, delay_ms, created_at, expires_at, requests, marketplace_id
type BinRow = (String, i64, i64, i64, i64, i64, i64);

/// id, at, method, path, headers, body
type CaughtRow = (i64, i64, String, String, String, Vec<u8>);

fn read(
    (id, status, delay_ms, created_at, expires_at, requests, whose): BinRow,
) -> Result<(MarketplaceId, Bin)> {
    let bin = Bin {
        id,
        url: String::new(),
        status: number("bins.status", status)?,
        delay_ms: number("bins.delay_ms", delay_ms)?,
        created_at: Timestamp::from_ms(created_at),
        expires_at: Timestamp::from_ms(expires_at),
        requests,
    };
    Ok((MarketplaceId::from_key(whose), bin))
}
