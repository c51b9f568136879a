//! A disk whose power can be cut: the files of a SQLite database under a program that notes what it does
//! to them.

use crate::{
    crier::Crier,
    dice::Dice,
    preload,
    replay::{self, File, Outcome},
};
use anyhow::{Context as _, Result};
use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

/// The files by their numbers in `disk.c`, as what follows the database's name.
const FILES: [(File, &str); 3] = [(1, ""), (2, "-wal"), (3, "-journal")];

#[derive(Debug)]
pub(crate) struct Disk {
    database: PathBuf,
    notes: PathBuf,
    before: BTreeMap<File, (u64, Vec<u8>)>,
}

impl Disk {
    /// Makes `crier`'s servers note what they do to its database. With `lies` the disk claims to sync and does
    /// not, which is what `synchronous=OFF` comes to.
    pub(crate) fn under(crier: &mut Crier, lies: bool) -> Result<Self> {
        let notes = crier.folder.join("disk");
        let library = preload::compile(preload::DISK, &crier.folder)?;
        crier.variables.push(("LD_PRELOAD".to_owned(), library.display().to_string()));
        crier.variables.push(("CRIER_DISK_LOG".to_owned(), notes.display().to_string()));
        if lies {
            crier.variables.push(("CRIER_DISK_LIES".to_owned(), "1".to_owned()));
        }
        Ok(Self { database: database(&crier.folder), notes, before: BTreeMap::new() })
    }

    /// What is on disk now is certain: call it before each start of the server.
    pub(crate) fn settle(&mut self) -> Result<()> {
        self.before.clear();
        for (file, end) in FILES {
            let path = beside(&self.database, end);
            if path.exists() {
                self.before.insert(file, (fs::metadata(&path)?.ino(), fs::read(&path)?));
            }
        }
        fs::write(&self.notes, [])?;
        Ok(())
    }

    /// The server was killed: now the files become what the disk kept of them.
    pub(crate) fn cut(&self, dice: &Dice) -> Result<Outcome> {
        // As often as not everything that was not synced is gone.
        let keep = if dice.chance(50) { 0 } else { dice.below(101) };
        let outcome = replay::cut(&self.before, &fs::read(&self.notes)?, keep, dice)?;
        for (file, end) in FILES {
            let path = beside(&self.database, end);
            match outcome.contents.get(&file) {
                Some(content) => fs::write(&path, content)?,
                None if path.exists() => fs::remove_file(&path)?,
                None => {}
            }
        }
        let shared = beside(&self.database, "-shm");
        if shared.exists() && dice.chance(50) {
            fs::remove_file(shared)?;
        }
        Ok(outcome)
    }
}

/// The database of a server in `folder`.
pub(crate) fn database(folder: &Path) -> PathBuf {
    folder.join("data/crier.db")
}

/// The path of a file beside the database.
fn beside(database: &Path, end: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// A copy of the database as it lies there, to be looked at while a server goes on with the original.
pub(crate) fn copy(folder: &Path, number: u32) -> Result<PathBuf> {
    let from = database(folder);
    let to = folder.join(format!("copy-{number}")).join("crier.db");
    fs::create_dir_all(to.parent().context("it has a folder")?)?;
    for (_, end) in FILES {
        let from = beside(&from, end);
        if from.exists() {
            fs::copy(from, beside(&to, end))?;
        }
    }
    Ok(to)
}
