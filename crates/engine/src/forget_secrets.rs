//! The way on when the key that sealed secrets is lost for good: what it sealed is forgotten. A webhook that loses
//! secrets is paused first, so that its deliveries wait instead of failing, until somebody has typed them again.

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
use store::{AllNodes, OnHeld, Place, SetState, Store};

/// A webhook whose secrets were forgotten.
#[derive(Clone, Debug, PartialEq)]
pub struct Forgotten {
    /// Whose it is.
    pub marketplace: Marketplace,
    /// It is paused, if it was active.
    pub webhook: Webhook,
}

impl Engine {
    /// Forgets what the key `lost` sealed, and seals with the key of this process from now on (made when it is missing
    /// in the data directory). What that one opens stays. Identify secrets are made anew; the secret keys in bodies
    /// stay unreadable until they are set again, so that nothing goes out without them.
    ///
    /// # Errors
    /// Something uses the database; `lost` is not the key that seals there, or it is here. Nothing was forgotten then.
    pub async fn forget_secrets(config: &Config, lost: &str) -> Result<Vec<Forgotten>, OpenError> {
        alone(config, async |store, alone, generator| forget(config, store, alone, lost, generator).await)
            .await
    }
}

async fn forget(
    config: &Config,
    store: &Store,
    alone: &AllNodes,
    lost: &str,
    generator: &Generator,
) -> Result<Vec<Forgotten>, OpenError> {
    let Some(asked) = store.sealing_key().await? else {
        return Err(OpenError::Key("nothing was sealed yet, so no key is lost".to_owned()));
    };
    if asked != lost {
        return Err(OpenError::Key(format!("the secrets are sealed with the key {asked}, not with {lost}")));
    }
    if keys::is_here(config, &asked)? {
        return Err(OpenError::Key(format!("the key {asked} is here; nothing was forgotten")));
    }
    let key = match config.secret_key {
        Some(bytes) => Key::new(bytes),
        None => Key::made_in_file(&config.data_dir, generator)?,
    };
    let vault = Vault::new([&key], generator.clone());
    let mut forgotten = Vec::new();
    for (marketplace, webhook) in keys::unreadable_webhooks(store, &vault).await? {
        forget_one(config, store, &marketplace, &webhook, generator).await?;
        forgotten.push(Forgotten { marketplace, webhook });
    }
    let id = key.id();
    let resealed = store.reseal(alone, &id, |place, sealed| match place {
        Place::IdentifySecret(marketplace) if vault.open_identify_secret(marketplace, sealed).is_err() => {
            vault.seal_identify_secret(marketplace, &identify_secret(generator))
        }
        _ => Ok(sealed.to_owned()),
    });
    resealed.await?.map_err(|error| OpenError::Key(error.to_string()))?;
    tracing::warn!(lost, key = id, webhooks = forgotten.len(), "secrets are forgotten");
    Ok(forgotten)
}

/// Pauses a webhook if it is active, and forgets its secrets; whenever this is interrupted, it can be done again.
async fn forget_one(
    config: &Config,
    store: &Store,
    marketplace: &Marketplace,
    webhook: &Webhook,
    generator: &Generator,
) -> Result<(), OpenError> {
    let now = config.clock.now();
    let entry = |action: &str| AuditEntry {
        id: generator.id(),
        at: now,
        actor: Actor::System,
        action: action.to_owned(),
        subject: webhook.settings.name.clone(),
        detail: json!({ "id": webhook.id }),
    };
    if webhook.state == State::Active {
        let notice = Notice::Paused { paused_by: Actor::System.name().to_owned() };
        let change = SetState {
            to: State::Paused,
            from: &[State::Active],
            url: None,
            held: OnHeld::Keep,
            notice: Some((generator.id(), &notice)),
            now,
        };
        store.set_state(marketplace.id, webhook.id, change, &entry("webhook.paused")).await?;
    }
    let mut settings = webhook.settings.clone();
    let signing = &mut settings.signing;
    signing.end_overlap();
    (signing.public_key, signing.public_key_xml) = (None, None);
    let entry = entry("webhook.secrets_forgotten");
    store.update_webhook(marketplace.id, webhook.id, webhook.revision, &settings, "", now, &entry).await?;
    Ok(())
}
