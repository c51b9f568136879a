//! One delivery with its attempts.

use crate::{
    Result, Store,
    attempts::AttemptColumns,
    log::line,
    sql::{args, sql},
};
use domain::{
    delivery::Delivery,
    id::{DeliveryId, MarketplaceId},
};

impl Store {
    /// One delivery with its attempts, whose bodies are byte for byte what was sent.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn delivery(&self, marketplace: MarketplaceId, id: DeliveryId) -> Result<Option<Delivery>> {
        let mut conn = self.read().await?;
        let Some(row) = line(&mut conn, marketplace, id).await? else { return Ok(None) };
        let attempts: Vec<AttemptColumns> = conn.all(sql!("log/attempts"), args![row.event_id, id]).await?;
        Ok(Some(Delivery {
            id: Some(row.id),
            event_id: row.event_id,
            webhook_id: Some(row.webhook_id),
            webhook_name: row.webhook_name,
            topic: row.topic,
            state: row.state,
            test: row.test,
            created_at: row.created_at,
            next_attempt_at: row.next_attempt_at,
            outcome: row.outcome,
            attempts: attempts.into_iter().map(AttemptColumns::read).collect::<Result<_>>()?,
        }))
    }
}
