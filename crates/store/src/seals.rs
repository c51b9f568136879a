//! What the engine sealed, and with which key.

use crate::{
    AllNodes, Result, Store,
    sql::{args, sql},
};
use domain::id::{MarketplaceId, WebhookId};

/// What a sealed text belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The secrets of a webhook.
    Webhook(MarketplaceId, WebhookId),
    /// The identify secret of a marketplace's website tag.
    IdentifySecret(MarketplaceId),
    /// A marketplace's secret key.
    SecretKey(MarketplaceId),
}

impl Store {
    /// The id of the key that everything is sealed with; `None` before any process began to seal.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn sealing_key(&self) -> Result<Option<String>> {
        let found: Option<(String,)> = self.read().await?.first(sql!("sealing_key/get"), args![]).await?;
        Ok(found.map(|(id,)| id))
    }

    /// Says that from now on the key `key_id` seals, unless another one does already.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn keep_sealing_key(&self, key_id: &str) -> Result<()> {
        let mut tx = self.write().await?;
        tx.run(sql!("sealing_key/keep"), args![key_id]).await?;
        tx.commit().await
    }

    /// Puts other sealed texts in the place of all that are stored, in one transaction: all of them
    /// or none. `reseal` gets each text with what it belongs to, and gives the one that the key `key_id` sealed. What
    /// forms held for their hour is forgotten. Returns how many webhooks had secrets. Who calls it must be alone.
    ///
    /// # Errors
    /// The first error of `reseal`; `Conflict::NotAlone`, `Unavailable`. Nothing was changed then.
    pub async fn reseal<E>(
        &self,
        alone: &AllNodes,
        key_id: &str,
        mut reseal: impl FnMut(Place, &str) -> std::result::Result<String, E>,
    ) -> Result<std::result::Result<usize, E>> {
        let mut tx = self.write().await?;
        alone.hold(&mut tx).await?;
        let rows: Vec<(i64, i64, String)> = tx.all(sql!("webhooks/sealed"), args![]).await?;
        for (id, marketplace, sealed) in &rows {
            let place = Place::Webhook(MarketplaceId::from_key(*marketplace), WebhookId::from_key(*id));
            match reseal(place, sealed) {
                Ok(sealed) => tx.run(sql!("webhooks/reseal"), args![*id, sealed]).await?,
                Err(error) => return Ok(Err(error)),
            };
        }
        let tags: Vec<(i64, String)> = tx.all(sql!("tracking/sealed"), args![]).await?;
        for (marketplace, sealed) in &tags {
            match reseal(Place::IdentifySecret(MarketplaceId::from_key(*marketplace)), sealed) {
                Ok(sealed) => tx.run(sql!("tracking/set_secret"), args![*marketplace, sealed]).await?,
                Err(error) => return Ok(Err(error)),
            };
        }
        let keys: Vec<(i64, String)> = tx.all(sql!("marketplaces/sealed_keys"), args![]).await?;
        for (marketplace, sealed) in &keys {
            match reseal(Place::SecretKey(MarketplaceId::from_key(*marketplace)), sealed) {
                Ok(sealed) => tx.run(sql!("marketplaces/reseal_key"), args![*marketplace, sealed]).await?,
                Err(error) => return Ok(Err(error)),
            };
        }
        tx.run(sql!("stashes/clear"), args![]).await?;
        tx.run(sql!("sealing_key/set"), args![key_id]).await?;
        tx.commit().await?;
        Ok(Ok(rows.len()))
    }
}
