//! The way on when the key that sealed secrets is lost for good: what it sealed is forgotten. A webhook that loses
//! secrets is paused first, so that its deliveries wait instead of failing, until somebody has typed them again.

use crate::{
    Config, Engine, Generator, OpenError,
    alone::alone,
    keys,
    lacking::{self, Lacking},
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

impl Engine {
    /// Forgets what the key `lost` sealed, and seals with the key of this process from now on (made when it is missing
    /// in the data directory). What that one opens stays. Identify secrets are made anew; the secret keys in bodies
    /// stay unreadable until they are set again, so that nothing goes out without them. Returns the webhooks that lack
    /// a secret now: those that were active are paused.
    ///
    /// # Errors
    /// Something uses the database; `lost` is not the key that seals there, or it is here. Nothing was forgotten then.
    pub async fn forget_secrets(config: &Config, lost: &str) -> Result<Vec<Lacking>, OpenError> {
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
) -> Result<Vec<Lacking>, OpenError> {
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
    for Lacking { marketplace, webhook, is_unreadable } in lacking::all(store, &vault).await? {
        if webhook.state == State::Active {
            pause(config, store, &marketplace, &webhook, generator).await?;
        }
        if is_unreadable {
            forget_one(config, store, &marketplace, &webhook, generator).await?;
        }
    }
    let id = key.id();
    let resealed = store.reseal(alone, &id, |place, sealed| match place {
        Place::IdentifySecret(marketplace) if vault.open_identify_secret(marketplace, sealed).is_err() => {
            vault.seal_identify_secret(marketplace, &identify_secret(generator))
        }
        _ => Ok(sealed.to_owned()),
    });
    resealed.await?.map_err(|error| OpenError::Key(error.to_string()))?;
    tracing::warn!(lost, key = id, "secrets are forgotten");
    // Also those of a run that was interrupted.
    Ok(lacking::all(store, &vault).await?)
}

async fn pause(
    config: &Config,
    store: &Store,
    marketplace: &Marketplace,
    webhook: &Webhook,
    generator: &Generator,
) -> Result<(), OpenError> {
    let notice = Notice::Paused { paused_by: Actor::System.name().to_owned() };
    let change = SetState {
        to: State::Paused,
        from: &[State::Active],
        url: None,
        held: OnHeld::Keep,
        notice: Some((generator.id(), &notice)),
        now: config.clock.now(),
    };
    let entry = entry(config, webhook, "webhook.paused", generator);
    store.set_state(marketplace.id, webhook.id, change, &entry).await?;
    Ok(())
}

/// Forgets the secrets of a webhook; whenever that is interrupted, it can be done again.
async fn forget_one(
    config: &Config,
    store: &Store,
    marketplace: &Marketplace,
    webhook: &Webhook,
    generator: &Generator,
) -> Result<(), OpenError> {
    let mut settings = webhook.settings.clone();
    let signing = &mut settings.signing;
    signing.end_overlap();
    (signing.public_key, signing.public_key_xml) = (None, None);
    let entry = entry(config, webhook, "webhook.secrets_forgotten", generator);
    let (from, now) = (webhook.revision, config.clock.now());
    store.update_webhook(marketplace.id, webhook.id, from, &settings, "", now, &entry).await?;
    Ok(())
}

fn entry(config: &Config, webhook: &Webhook, action: &str, generator: &Generator) -> AuditEntry {
    AuditEntry {
        id: generator.id(),
        at: config.clock.now(),
        actor: Actor::System,
        action: action.to_owned(),
        subject: webhook.settings.name.clone(),
        detail: json!({ "id": webhook.id }),
    }
}
