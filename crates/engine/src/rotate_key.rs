//! Changes the key that seals secrets. Nothing else may use the database meanwhile, and nothing that starts
//! gets in, so there is no moment at which somebody seals with the old key again.
//!
//! Everything is sealed anew in one transaction. Where the key is in a file, the new one is written
//! beside it first and takes its place last: whenever this is interrupted, one of the two opens
//! everything, and running it again finishes it.

use crate::{
    Config, Engine, Generator, OpenAs, OpenError, secret_key,
    vault::{Key, Vault},
};
use store::{Conflict, Place, Store};

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
        let generator = Generator::system(config.clock.clone());
        let store = Store::open(&config.database_url, OpenAs::Server).await?;
        store.migrate(config.clock.now()).await?;
        let rotated = match store.claim_all_nodes().await {
            Ok(all) => {
                let rotated = rotate(config, &store, new, &generator).await;
                // They are free by themselves after a minute; what was done with the key is what counts.
                if let Err(error) = store.free_all_nodes(&all).await {
                    tracing::warn!(%error, "the numbers of nodes are not free yet");
                }
                rotated
            }
            Err(store::Error::Conflict(Conflict::NotAlone { others })) => Err(OpenError::Key(format!(
                "{} use this database; stop them first (one that was killed counts for a minute)",
                match others {
                    1 => "another process may".to_owned(),
                    others => format!("{others} other processes may"),
                }
            ))),
            Err(error) => Err(error.into()),
        };
        store.close().await;
        rotated
    }
}

async fn rotate(
    config: &Config,
    store: &Store,
    new: NewKey,
    generator: &Generator,
) -> Result<Rotated, OpenError> {
    let (old, new) = match (config.secret_key, new) {
        (None, NewKey::Made) => {
            (Key::in_file(&config.data_dir, generator)?, Key::next_in_file(&config.data_dir, generator)?)
        }
        (Some(old), NewKey::Given(new)) => (Key::new(old), Key::new(new)),
        (None, NewKey::Given(_)) => {
            let text = "the key is in a file of the data directory: the new one is made there, none is given";
            return Err(OpenError::Key(text.to_owned()));
        }
        (Some(_), NewKey::Made) => {
            let text = "the key comes from the configuration: give the new one with --new-key-stdin";
            return Err(OpenError::Key(text.to_owned()));
        }
    };
    if old.id() == new.id() {
        return Err(OpenError::Key("the new key is the old one".to_owned()));
    }
    let vault = Vault::new(&new, Some(&old), generator.clone());
    let resealed = store.reseal(|place, sealed| {
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
            let what = match place {
                Place::Webhook(_, webhook) => format!("the secrets of {webhook}"),
                Place::IdentifySecret(marketplace) => format!("the identify secret of {marketplace}"),
                Place::SecretKey(marketplace) => format!("the secret key of {marketplace}"),
            };
            OpenError::Key(format!("{what} can't be opened with this key; nothing was changed"))
        })
    });
    let webhooks = resealed.await??;
    let in_file = config.secret_key.is_none();
    if in_file {
        Key::take_place(&config.data_dir)?;
    }
    tracing::info!(key = vault.key_id(), webhooks, "sealed with another key");
    Ok(Rotated { webhooks, in_file })
}
