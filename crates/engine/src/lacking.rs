//! Webhooks that lack a secret, so that their deliveries would fail: it was forgotten, sealed with another key, or is
//! damaged.

use crate::{Engine, Result, secret_key, vault::Vault};
use domain::{
    account::Marketplace,
    catalog,
    envelope::Source,
    id::{MarketplaceId, WebhookId},
    topic::pattern_matches,
    webhook::{Settings, Webhook},
};
use store::Store;

/// A webhook that lacks a secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Lacking {
    /// Whose it is.
    pub marketplace: Marketplace,
    /// As it is now.
    pub webhook: Webhook,
    /// Whether secrets of its own are there, and can't be opened.
    pub(crate) is_unreadable: bool,
}

impl Engine {
    /// The webhooks, of all marketplaces, that lack a secret.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn lacking_secrets(&self) -> Result<Vec<WebhookId>> {
        let found = all(&self.0.store, &self.0.vault).await?;
        Ok(found.into_iter().map(|lacking| lacking.webhook.id).collect())
    }
}

/// The webhooks that lack a secret, where `vault` opens what there is.
pub(crate) async fn all(store: &Store, vault: &Vault) -> Result<Vec<Lacking>, store::Error> {
    let mut found = Vec::new();
    for marketplace in store.marketplaces().await? {
        let key_is_lost = key_is_lost(store, vault, marketplace.id).await?;
        for row in store.webhooks(marketplace.id).await? {
            let Some(stored) = store.webhook(marketplace.id, row.webhook.id).await? else { continue };
            let webhook = stored.webhook;
            let secrets = vault.open_secrets(marketplace.id, webhook.id, &stored.secrets);
            let is_unreadable = secrets.is_err();
            let missing = webhook.settings.clone().put_secrets(&secrets.unwrap_or_default());
            if is_unreadable || !missing.is_empty() || (key_is_lost && carries_key(&webhook.settings)) {
                found.push(Lacking { marketplace: marketplace.clone(), webhook, is_unreadable });
            }
        }
    }
    Ok(found)
}

/// Whether the marketplace's secret key is set, and can't be opened.
pub(crate) async fn key_is_lost(
    store: &Store,
    vault: &Vault,
    marketplace: MarketplaceId,
) -> Result<bool, store::Error> {
    let sealed = store.secret_key(marketplace).await?.and_then(|key| key.sealed);
    Ok(sealed.is_some_and(|sealed| vault.open(&secret_key::place(marketplace), &sealed).is_err()))
}

/// Whether bodies of this webhook may carry the marketplace's secret key.
pub(crate) fn carries_key(settings: &Settings) -> bool {
    let carrying = catalog::all().iter().flat_map(|catalog| &catalog.topics);
    let mut carrying = carrying.filter(|topic| topic.envelope.holds(Source::SecretKey));
    carrying.any(|topic| settings.topics.iter().any(|pattern| pattern_matches(pattern, &topic.key)))
}
