//! Notices changed sources by looking at their times: simple, and the same on every system and file share.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use crate::workspace;

/// How often we look. A look at some hundred files takes about a millisecond.
const EVERY: Duration = Duration::from_millis(300);

/// The folders and files that make up the program. `target`, `data` and tests of the browser are not among them.
const WATCHED: [&str; 9] = [
    "app",
    "server",
    "frontend",
    "style",
    "migrations",
    "crates/domain",
    "crates/store",
    "crates/engine",
    "Cargo.toml",
];

/// Which halves have to be built again.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Changed {
    /// Style sheet or icons.
    pub(crate) style: bool,
    /// The WASM.
    pub(crate) browser: bool,
    /// The server.
    pub(crate) server: bool,
}

impl Changed {
    fn anything(self) -> bool {
        self.style || self.browser || self.server
    }

    fn add(&mut self, path: &Path) {
        let within = |folders: &[&str]| folders.iter().any(|folder| path.starts_with(folder));
        if within(&["style"]) {
            self.style = true;
        } else {
            self.browser |= within(&["app", "frontend", "crates/domain", "Cargo.toml"]);
            self.server |= !within(&["frontend"]);
        }
    }
}

/// The state of the sources at the last look.
pub(crate) struct Watch {
    seen: HashMap<PathBuf, SystemTime>,
}

impl Watch {
    /// Takes the sources as they are now as built.
    pub(crate) fn new() -> Self {
        Self { seen: look() }
    }

    /// One look after a pause: what changed since the last one, if anything.
    pub(crate) fn next(&mut self) -> Option<Changed> {
        std::thread::sleep(EVERY);
        let now = look();
        let changed = compare(&self.seen, &now);
        self.seen = now;
        Some(changed).filter(|changed| changed.anything())
    }
}

fn compare(old: &HashMap<PathBuf, SystemTime>, new: &HashMap<PathBuf, SystemTime>) -> Changed {
    let mut changed = Changed::default();
    let gone = old.keys().filter(|path| !new.contains_key(*path));
    let other = new.iter().filter(|(path, time)| old.get(*path) != Some(time)).map(|(path, _)| path);
    gone.chain(other).for_each(|path| changed.add(path));
    changed
}

fn look() -> HashMap<PathBuf, SystemTime> {
    fn walk(path: &Path, seen: &mut HashMap<PathBuf, SystemTime>) {
        // A file may vanish between two calls (editors rename): it is then simply not there.
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let Ok(data) = fs::metadata(path) else { return };
        if hidden {
        } else if data.is_dir() {
            fs::read_dir(path).into_iter().flatten().flatten().for_each(|entry| walk(&entry.path(), seen));
        } else if let (Ok(time), Ok(name)) = (data.modified(), path.strip_prefix(workspace::root())) {
            seen.insert(name.to_owned(), time);
        }
    }
    let mut seen = HashMap::new();
    WATCHED.iter().for_each(|name| walk(&workspace::root().join(name), &mut seen));
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(paths: &[&str]) -> Changed {
        let old = HashMap::from([(PathBuf::from("style/old.css"), SystemTime::UNIX_EPOCH)]);
        let mut new = old.clone();
        new.extend(paths.iter().map(|path| (PathBuf::from(path), SystemTime::UNIX_EPOCH)));
        compare(&old, &new)
    }

    #[test]
    fn tells_the_halves_apart() {
        assert_eq!(changed(&[]), Changed::default());
        assert_eq!(changed(&["style/main.css"]), Changed { style: true, ..Changed::default() });
        assert_eq!(changed(&["app/src/lib.rs"]), Changed { browser: true, server: true, style: false });
        assert_eq!(changed(&["crates/store/src/lib.rs"]), Changed { server: true, ..Changed::default() });
        assert_eq!(changed(&["frontend/src/lib.rs"]), Changed { browser: true, ..Changed::default() });
    }

    #[test]
    fn a_vanished_file_is_a_change() {
        let old = HashMap::from([(PathBuf::from("style/old.css"), SystemTime::UNIX_EPOCH)]);
        assert!(compare(&old, &HashMap::new()).style);
    }

    #[test]
    fn sees_the_sources() {
        assert!(look().contains_key(Path::new("Cargo.toml")));
        assert!(look().contains_key(Path::new("frontend/src/lib.rs")));
    }
}
