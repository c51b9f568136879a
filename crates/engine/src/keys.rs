//! Which key this process seals with. The database says with which one it was sealed: a process that has another
//! would fail at each delivery, and seal more that nobody else opens, so it is told at once.

use crate::{Config, Engine, Generator, OpenError, vault::Key};
use store::{OpenAs, Store};

/// How the key of this process fits the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It is the one that seals there.
    Fits,
    /// It does, but a change of the key was not finished: what an operator can do, in one line.
    Unfinished(String),
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

/// A key, and where it was found.
pub(crate) struct Held {
    pub(crate) key: Key,
    place: String,
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
    let mut held = at_hand(config)?;
    let mut asked = store.sealing_key().await?;
    if asked.is_none() {
        if held.is_empty() {
            let key = Key::made_in_file(&config.data_dir, generator)?;
            held.push(Held { key, place: Key::file(&config.data_dir).display().to_string() });
        }
        if open_as == OpenAs::Server {
            store.keep_sealing_key(&held[0].key.id()).await?;
            // Another node may have been first.
            asked = store.sealing_key().await?;
        }
    }
    let state = match asked {
        None => KeyState::Unused,
        Some(asked) => match (fits(config, &mut held, &asked), open_as) {
            (Ok(()), _) => match unfinished(config) {
                Some(told) => KeyState::Unfinished(told),
                None => KeyState::Fits,
            },
            (Err(told), OpenAs::Server) => return Err(OpenError::Key(told)),
            (Err(told), OpenAs::Tool) => return Ok((Vec::new(), KeyState::Wrong(told))),
        },
    };
    Ok((held.into_iter().map(|held| held.key).collect(), state))
}

fn unfinished(config: &Config) -> Option<String> {
    let next = Key::next_file(&config.data_dir);
    (config.secret_key.is_none() && next.exists()).then(|| {
        let next = next.display();
        format!("a change of the key was not finished, {next} is part of it: stop Crier and run `crier secrets rotate` again")
    })
}

/// The key of the configuration; else the one in the file, and the one that was to take its place.
///
/// # Errors
/// A file can't be read.
pub(crate) fn at_hand(config: &Config) -> Result<Vec<Held>, OpenError> {
    match config.secret_key {
        Some(bytes) => Ok(vec![Held { key: Key::new(bytes), place: "the configuration".to_owned() }]),
        None => in_files(config),
    }
}

fn in_files(config: &Config) -> Result<Vec<Held>, OpenError> {
    let mut held = Vec::new();
    for path in [Key::file(&config.data_dir), Key::next_file(&config.data_dir)] {
        if let Some(key) = Key::read(&path)? {
            held.push(Held { key, place: path.display().to_string() });
        }
    }
    Ok(held)
}

/// Puts the key `asked` for first.
///
/// # Errors
/// It is not among them: what an operator can do.
pub(crate) fn fits(config: &Config, held: &mut [Held], asked: &str) -> Result<(), String> {
    if let Some(at) = held.iter().position(|held| held.key.id() == asked) {
        held.swap(0, at);
        return Ok(());
    }
    let mut found: Vec<String> =
        held.iter().map(|held| format!("{} has the key {}", held.place, held.key.id())).collect();
    let file = Key::file(&config.data_dir);
    if config.secret_key.is_none() && !file.exists() {
        found.insert(0, format!("{} is missing", file.display()));
    }
    let then = match elsewhere(config, asked) {
        Some(place) => format!("{place} has that one, put its text into the configuration"),
        None => format!(
            "put that one back (and keep what is there), or if it is lost for good, run `crier secrets forget \
             --lost-key {asked}`"
        ),
    };
    Err(format!(
        "the secrets in the database are sealed with the key {asked}, and {}: {then}",
        found.join(", and ")
    ))
}

/// The file with the key `asked` for, which is not looked at while the configuration has a key.
fn elsewhere(config: &Config, asked: &str) -> Option<String> {
    let files = config.secret_key.and_then(|_| in_files(config).ok())?;
    files.into_iter().find(|held| held.key.id() == asked).map(|held| held.place)
}

/// Whether the key `asked` for is anywhere here.
pub(crate) fn is_here(config: &Config, asked: &str) -> Result<bool, OpenError> {
    let held = at_hand(config)?;
    Ok(held.iter().any(|held| held.key.id() == asked) || elsewhere(config, asked).is_some())
}
