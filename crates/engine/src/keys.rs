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
    let mut asked = store.sealing_key().await?;
    let mut held = match (at_hand(config), &asked) {
        (Err(error), Some(asked)) => return is_wrong(open_as, unreadable(config, &error, asked)),
        (held, _) => held?,
    };
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
        Some(asked) => match fits(config, &mut held, &asked) {
            Ok(()) => unfinished(config).map_or(KeyState::Fits, KeyState::Unfinished),
            Err(told) => return is_wrong(open_as, told),
        },
    };
    Ok((held.into_iter().map(|held| held.key).collect(), state))
}

fn is_wrong(open_as: OpenAs, told: String) -> Result<(Vec<Key>, KeyState), OpenError> {
    match open_as {
        OpenAs::Server => Err(OpenError::Key(told)),
        OpenAs::Tool => Ok((Vec::new(), KeyState::Wrong(told))),
    }
}

/// A file with a key can't be read.
fn unreadable(config: &Config, error: &OpenError, asked: &str) -> String {
    let files = [Key::file(&config.data_dir), Key::next_file(&config.data_dir)];
    let mut keys = files.iter().filter_map(|path| Key::read(path).ok().flatten());
    let then = if keys.any(|key| key.id() == asked) {
        "the other file has that one: move this one away".to_owned()
    } else {
        format!(
            "put that one there, or if it is lost for good, move this file away and run `crier secrets forget \
             --lost-key {asked}`"
        )
    };
    format!("{error}; secrets in the database are sealed with the key {asked}: {then}")
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
        None => {
            let keep = if held.is_empty() { "" } else { " (and keep what is there)" };
            format!(
                "put that one back{keep}, or if it is lost for good, run `crier secrets forget --lost-key {asked}`"
            )
        }
    };
    Err(format!(
        "secrets in the database are sealed with the key {asked}, and {}: {then}",
        found.join(", and ")
    ))
}

/// The file with the key `asked` for, which is not looked at while the configuration has a key.
fn elsewhere(config: &Config, asked: &str) -> Option<String> {
    let files = config.secret_key.and_then(|_| in_files(config).ok())?;
    files.into_iter().find(|held| held.key.id() == asked).map(|held| held.place)
}

/// Whether the key `asked` for is anywhere here.
///
/// # Errors
/// A file can't be read.
pub(crate) fn is_here(config: &Config, asked: &str) -> Result<bool, OpenError> {
    let held = at_hand(config).map_err(|error| OpenError::Key(unreadable(config, &error, asked)))?;
    Ok(held.iter().any(|held| held.key.id() == asked) || elsewhere(config, asked).is_some())
}

/// Whether the key's own file has the key `id`.
///
/// # Errors
/// It can't be read.
pub(crate) fn file_has(config: &Config, id: &str) -> Result<bool, OpenError> {
    Ok(Key::read(&Key::file(&config.data_dir))?.is_some_and(|key| key.id() == id))
}
