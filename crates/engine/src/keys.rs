//! Which key this process seals with. The database says with which one it was sealed: a process that has another
//! would fail at each delivery, and seal more that nobody else opens, so it is told at once.

use crate::{Config, Engine, Generator, OpenError, vault::Key};
use store::{OpenAs, Store};

/// How the key of this process fits the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It is the one that seals there.
    Fits,
    /// Nothing was sealed there yet: the first start settles it.
    Unused,
    /// It is missing, or it is another: what an operator can do, in one line.
    Wrong(String),
}

impl Engine {
    /// How the key of this process fits the database.
    #[must_use]
    pub fn key_state(&self) -> &KeyState {
        &self.0.key_state
    }
}

/// The keys to open with, of which the first one seals, and how they fit the database. Where nothing was sealed yet, a
/// key that is missing is made in the data directory. A tool gets no keys that don't fit.
///
/// # Errors
/// The keys of a server don't fit; a file can't be read or made.
pub(crate) async fn find(
    config: &Config,
    store: &Store,
    generator: &Generator,
    open_as: OpenAs,
) -> Result<(Vec<Key>, KeyState), OpenError> {
    let mut keys = at_hand(config)?;
    let mut asked = store.sealing_key().await?;
    if asked.is_none() {
        if keys.is_empty() {
            keys.push(Key::made_in_file(&config.data_dir, generator)?);
        }
        if open_as == OpenAs::Server {
            store.keep_sealing_key(&keys[0].id()).await?;
            // Another node may have been first.
            asked = store.sealing_key().await?;
        }
    }
    let Some(asked) = asked else { return Ok((keys, KeyState::Unused)) };
    match (fits(config, &mut keys, &asked), open_as) {
        (Ok(()), _) => Ok((keys, KeyState::Fits)),
        (Err(told), OpenAs::Server) => Err(OpenError::Key(told)),
        (Err(told), OpenAs::Tool) => Ok((Vec::new(), KeyState::Wrong(told))),
    }
}

/// The key of the configuration; else the one in the file, and the one that was to take its place.
///
/// # Errors
/// A file can't be read.
pub(crate) fn at_hand(config: &Config) -> Result<Vec<Key>, OpenError> {
    match config.secret_key {
        Some(bytes) => Ok(vec![Key::new(bytes)]),
        None => {
            let files = [Key::in_file(&config.data_dir)?, Key::next_in_file(&config.data_dir)?];
            Ok(files.into_iter().flatten().collect())
        }
    }
}

/// Puts the key `asked` for first.
///
/// # Errors
/// It is not among them: what an operator can do.
pub(crate) fn fits(config: &Config, keys: &mut [Key], asked: &str) -> Result<(), String> {
    if let Some(at) = keys.iter().position(|key| key.id() == asked) {
        keys.swap(0, at);
        return Ok(());
    }
    let place = match config.secret_key {
        Some(_) => "the configuration".to_owned(),
        None => Key::file(&config.data_dir).display().to_string(),
    };
    let found = match keys.first() {
        Some(key) => format!("{place} has the key {}", key.id()),
        None => format!("{place} is missing"),
    };
    Err(format!(
        "the secrets in the database are sealed with the key {asked}, and {found}: put the right key back, or if it is \
         lost for good, run `crier secrets forget --lost-key {asked}`"
    ))
}
