//! A marketplace's own topics. A change counts as one of the routing, whose table holds them.

use crate::{
    Conflict, Result, Store, audit,
    conn::{json, parse},
    marketplaces::bump,
    sql::{Args, Sql, args, sql},
};
use domain::{account::AuditEntry, id::MarketplaceId, topic::Topic};

impl Store {
    /// Keeps a new topic.
    ///
    /// # Errors
    /// `Conflict::TopicTaken`.
    pub async fn insert_topic(
        &self,
        marketplace: MarketplaceId,
        new: &Topic,
        audit: &AuditEntry,
    ) -> Result<()> {
        let mut tx = self.write().await?;
        bump(&mut tx, marketplace).await?;
        let values = args![marketplace, &new.key, json(new)?];
        if tx.run(sql!("topics/insert"), values).await? == 0 {
            return Err(Conflict::TopicTaken.into());
        }
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await
    }
    /// All own topics, by key.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn topics(&self, marketplace: MarketplaceId) -> Result<Vec<Topic>> {
        let rows: Vec<(String,)> = self.read().await?.all(sql!("topics/list"), args![marketplace]).await?;
        rows.iter().map(|(topic,)| parse("topics.topic", topic)).collect()
    }
    /// One own topic.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn topic(&self, marketplace: MarketplaceId, key: &str) -> Result<Option<Topic>> {
        let row: Option<(String,)> =
            self.read().await?.first(sql!("topics/get"), args![marketplace, key]).await?;
        row.map(|(topic,)| parse("topics.topic", &topic)).transpose()
    }
    /// Saves title, description and sample; `false` when there is none of this key.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn update_topic(
        &self,
        marketplace: MarketplaceId,
        new: &Topic,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let values = args![marketplace, &new.key, json(new)?];
        self.change_topic(marketplace, sql!("topics/update"), values, audit).await
    }
    /// Deletes an own topic; `false` when there is none of this key.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn delete_topic(
        &self,
        marketplace: MarketplaceId,
        key: &str,
        audit: &AuditEntry,
    ) -> Result<bool> {
        self.change_topic(marketplace, sql!("topics/delete"), args![marketplace, key], audit).await
    }

    async fn change_topic(
        &self,
        marketplace: MarketplaceId,
        sql: Sql,
        values: Args,
        audit: &AuditEntry,
    ) -> Result<bool> {
        let mut tx = self.write().await?;
        bump(&mut tx, marketplace).await?;
        if tx.run(sql, values).await? == 0 {
            return Ok(false);
        }
        audit::append(&mut tx, marketplace, audit).await?;
        tx.commit().await?;
        Ok(true)
    }
}
