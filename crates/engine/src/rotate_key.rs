//! Changes the key that seals secrets. Everything is sealed anew in one transaction. Where the key is in a file, the
//! new one is written beside it first and takes its place last: whenever this is interrupted, one of the two opens
//! everything, and running it again finishes it.

use crate::{
    Config, Engine, Generator, OpenError,
    alone::alone,
    keys, secret_key,
    vault::{Key, Vault},
};
use std::fs;
use store::{AllNodes, Place, Store};

/// Where the new key comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum NewKey {
    /// Made here; for a key that is in a file.
    Made,
    /// These bytes; for a key that is in the configuration.
    Given([u8; 32]),
}

/// A key was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// How many webhooks have secrets.
    pub webhooks: usize,
    /// Whether the new key is in the file; else the operator puts it into the configuration.
    pub in_file: bool,
}

impl Engine {
    /// Seals all secrets with another key; the old one opens nothing any more.
    ///
    /// # Errors
    /// Something uses the database, a secret can't be opened, or the new key comes from the wrong
    /// place; nothing was changed then.
    pub async fn rotate_key(config: &Config, new: NewKey) -> Result<Rotated, OpenError> {
        alone(config, async |store, alone, generator| rotate(config, store, alone, new, generator).await)
            .await
    }
}

async fn rotate(
    config: &Config,
    store: &Store,
    alone: &AllNodes,
    new: NewKey,
    generator: &Generator,
) -> Result<Rotated, OpenError> {
    let mut old = keys::at_hand(config)?;
    let refused = |text: &str| Err(OpenError::Key(text.to_owned()));
    let given = match (new, config.secret_key) {
        (NewKey::Given(new), Some(_)) => Some(Key::new(new)),
        (NewKey::Made, None) => None,
        (NewKey::Given(_), None) => {
            return refused(
                "the key is in a file of the data directory: the new one is made there, none is given",
            );
        }
        (NewKey::Made, Some(_)) => {
            return refused("the key comes from the configuration: give the new one with --new-key-stdin");
        }
    };
    if let Some(asked) = store.sealing_key().await? {
        let is_done = given.as_ref().is_some_and(|new| new.id() == asked);
        if is_done && old.iter().all(|old| old.key.id() != asked) {
            return refused("everything is sealed with the new key already: put it into the configuration");
        }
        keys::fits(config, &mut old, &asked).map_err(OpenError::Key)?;
    }
    if given.as_ref().is_some_and(|new| old.iter().any(|old| old.key.id() == new.id())) {
        return refused("the new key is the old one");
    }
    let next = Key::next_file(&config.data_dir);
    let was_begun = next.exists();
    let in_file = given.is_none();
    let new = match given {
        Some(new) => new,
        None => Key::made_next_in_file(&config.data_dir, generator)?,
    };
    let id = new.id();
    if in_file && keys::file_has(config, &id)? {
        let next = next.display();
        return Err(OpenError::Key(format!("{next} has the key that is in use: move it away")));
    }
    let vault = Vault::new(std::iter::once(&new).chain(old.iter().map(|old| &old.key)), generator.clone());
    let resealed = store.reseal(alone, &id, |place, sealed| again(&vault, place, sealed)).await?;
    let webhooks = resealed.inspect_err(|_| {
        // Nothing was sealed with it.
        if in_file && !was_begun {
            let _ = fs::remove_file(&next);
        }
    })?;
    if in_file {
        Key::take_place(&config.data_dir)?;
    }
    tracing::info!(key = id, webhooks, "sealed with another key");
    Ok(Rotated { webhooks, in_file })
}

/// What was sealed for `place`, sealed with the vault's own key.
fn again(vault: &Vault, place: Place, sealed: &str) -> Result<String, OpenError> {
    let again = match place {
        Place::Webhook(marketplace, webhook) => vault
            .open_secrets(marketplace, webhook, sealed)
            .and_then(|secrets| vault.seal_secrets(marketplace, webhook, &secrets)),
        Place::IdentifySecret(marketplace) => vault
            .open_identify_secret(marketplace, sealed)
            .and_then(|secret| vault.seal_identify_secret(marketplace, &secret)),
        Place::SecretKey(marketplace) => {
            let place = secret_key::place(marketplace);
            vault.open(&place, sealed).and_then(|key| vault.seal(&place, &key))
        }
    };
    again.map_err(|_| {
        let (what, then) = match place {
            Place::Webhook(_, webhook) => {
                (format!("the secrets of {webhook}"), "type them again in the console, or delete the webhook")
            }
            Place::IdentifySecret(marketplace) => {
                (format!("the identify secret of {marketplace}"), "make a new one in the console")
            }
            Place::SecretKey(marketplace) => {
                (format!("the secret key of {marketplace}"), "set it again in the console, or remove it")
            }
        };
        OpenError::Key(format!("{what} can't be opened with this key; nothing was changed: {then}"))
    })
}
