//! A folder that lasts as long as whoever made it: in memory, where there is enough of it.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use anyhow::Result;

use crate::run;

const PREFIX: &str = "crier-scratch-";
/// Linux keeps files in memory here.
const MEMORY: &str = "/dev/shm";
/// What must be free there, in MiB: many times what the databases of the tests take at once.
const ENOUGH: u64 = 4096;

/// The folder; dropping it removes it.
pub(crate) struct Scratch {
    folder: PathBuf,
    /// Held for as long as we live, so that a later run knows whose folder it may remove.
    _lock: File,
}

impl Scratch {
    /// A new folder of this process; what runs that were killed left behind is removed.
    pub(crate) fn new(name: &str) -> Result<Self> {
        // One at a time, lest somebody takes a folder whose lock is not held yet for an abandoned one.
        static ONE: Mutex<()> = Mutex::new(());
        let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        [MEMORY.into(), env::temp_dir()].iter().for_each(remove_abandoned);
        let folder = place().join(format!("{PREFIX}{name}-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let lock = File::create(folder.join("lock"))?;
        lock.lock()?;
        Ok(Self { folder, _lock: lock })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A failure leaves only files behind, and the next run tries again.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// In memory if that is large; tests then wait for no disk, and making and removing files costs little.
fn place() -> PathBuf {
    let free = run::output(run::program("df").args(["--output=avail", "--block-size=1M", MEMORY]));
    let free = free.ok().and_then(|told| told.lines().nth(1)?.trim().parse::<u64>().ok());
    if free.is_some_and(|free| free >= ENOUGH) { MEMORY.into() } else { env::temp_dir() }
}

/// Folders whose lock nobody holds.
fn remove_abandoned(place: &PathBuf) {
    let Ok(entries) = fs::read_dir(place) else { return };
    for folder in entries.flatten().map(|entry| entry.path()) {
        let ours = folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
        if ours && File::open(folder.join("lock")).is_ok_and(|lock| lock.try_lock().is_ok()) {
            // Another user's leftovers can't be removed; they do no harm.
            let _ = fs::remove_dir_all(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_in_the_end_and_so_does_what_others_left() {
        let abandoned = place().join(format!("{PREFIX}abandoned-{}", std::process::id()));
        fs::create_dir_all(&abandoned).unwrap();
        File::create(abandoned.join("lock")).unwrap();

        let scratch = Scratch::new("test").unwrap();
        assert!(!abandoned.exists());
        let folder = scratch.path().to_owned();
        assert!(folder.is_dir());
        drop(scratch);
        assert!(!folder.exists());
    }
}
