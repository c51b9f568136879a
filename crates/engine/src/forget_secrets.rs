//! The way on when the key that sealed the secrets is lost for good: they are forgotten. Webhooks that had some are paused
//! first, so that their deliveries wait instead of failing, until somebody has typed them again.

use crate::{
    Config, Engine, Generator, OpenError,
    alone::alone,
    keys,
    manage::identify_secret,
    vault::{Key, Vault},
};
use domain::{
    account::{Actor, AuditEntry, Marketplace},
    health::Notice,
    webhook::{State, Webhook},
};
use serde_json::json;
use store::{OnHeld, Place, SetState, Store};

/// A webhook whose secrets were forgotten.
#[derive(Clone, Debug, PartialEq)]
pub struct Forgotten {
    /// Whose it is.
    pub marketplace: Marketplace,
    /// As it is now: paused, if it was active.
    pub webhook: Webhook,
}

impl Engine {
    /// Forgets all that the key `lost` sealed, and seals with the key of this process from now on (made when it is missing
    /// in the data directory). Identify secrets are made anew; the secret keys in bodies stay unreadable, so that
    /// nothing goes out without them, until they are set again.
    ///
    /// # Errors
    /// Something uses the database; `lost` is not the key that seals there, or it is here. Nothing was forgotten then.
    pub async fn forget_secrets(config: &Config, lost: &str) -> Result<Vec<Forgotten>, OpenError> {
        alone(config, async |store, generator| forget(config, store, lost, generator).await).await
    }
}

async fn forget(
    config: &Config,
    store: &Store,
    lost: &str,
    generator: &Generator,
) -> Result<Vec<Forgotten>, OpenError> {
    let Some(asked) = store.sealing_key().await? else {
        return Err(OpenError::Key("nothing was sealed yet, so no key is lost".to_owned()));
    };
    if asked != lost {
        return Err(OpenError::Key(format!("the secrets are sealed with the key {asked}, not with {lost}")));
    }
    if keys::fits(config, &mut keys::at_hand(config)?, &asked).is_ok() {
        return Err(OpenError::Key(format!("the key {asked} is here; nothing was forgotten")));
    }
    let key = match config.secret_key {
        Some(bytes) => Key::new(bytes),
        None => Key::made_in_file(&config.data_dir, generator)?,
    };
    let mut forgotten = Vec::new();
    for marketplace in store.marketplaces().await? {
        pause(config, store, &marketplace, generator, &mut forgotten).await?;
    }
    let vault = Vault::new([&key], generator.clone());
    let id = key.id();
    let resealed = store.reseal(&id, |place, sealed| match place {
        Place::Webhook(..) => Ok(String::new()),
        Place::IdentifySecret(marketplace) => {
            vault.seal_identify_secret(marketplace, &identify_secret(generator))
        }
        Place::SecretKey(_) => Ok(sealed.to_owned()),
    });
    resealed.await?.map_err(|error| OpenError::Key(error.to_string()))?;
    tracing::warn!(lost, key = id, webhooks = forgotten.len(), "secrets are forgotten");
    Ok(forgotten)
}

/// Pauses the active webhooks with secrets of one marketplace, and notes all with secrets.
async fn pause(
    config: &Config,
    store: &Store,
    marketplace: &Marketplace,
    generator: &Generator,
    forgotten: &mut Vec<Forgotten>,
) -> Result<(), OpenError> {
    let notice = Notice::Paused { paused_by: Actor::System.name().to_owned() };
    for row in store.webhooks(marketplace.id).await? {
        let Some(stored) = store.webhook(marketplace.id, row.webhook.id).await? else { continue };
        if stored.secrets.is_empty() {
            continue;
        }
        let mut webhook = stored.webhook;
        let now = config.clock.now();
        let entry = AuditEntry {
            id: generator.id(),
            at: now,
            actor: Actor::System,
            action: "webhook.secrets_forgotten".to_owned(),
            subject: webhook.settings.name.clone(),
            detail: json!({ "id": webhook.id }),
        };
        if webhook.state == State::Active {
            let change = SetState {
                to: State::Paused,
                from: &[State::Active],
                url: None,
                held: OnHeld::Keep,
                notice: Some((generator.id(), &notice)),
                now,
            };
            store.set_state(marketplace.id, webhook.id, change, &entry).await?;
            webhook.state = State::Paused;
        } else {
            store.insert_audit(marketplace.id, &entry).await?;
        }
        forgotten.push(Forgotten { marketplace: marketplace.clone(), webhook });
    }
    Ok(())
}
