//! A database of a test's own on the Postgres that `CRIER_TEST_POSTGRES_URL` names.

use std::{
    path::PathBuf,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

/// A new, empty database; gone when the test ends.
pub(crate) struct Fresh {
    admin: String,
    name: String,
}

impl Fresh {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let admin = std::env::var("CRIER_TEST_POSTGRES_URL").expect(
            "CRIER_TEST_POSTGRES_URL is not set: the tests need a Postgres where they may create databases; \
             `cargo xtask test` starts one",
        );
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("crier_it_{}_{number}", std::process::id());
        // By the log, as is the default, it takes three times as long.
        let words = ["--strategy", "file_copy", "--maintenance-db", &admin, &name];
        let made = tool("createdb").args(words).output().expect("createdb runs");
        assert!(made.status.success(), "createdb: {}", String::from_utf8_lossy(&made.stderr));
        Self { admin, name }
    }
    /// Its address.
    pub(crate) fn url(&self) -> String {
        let (server, _) = self.admin.rsplit_once('/').expect("the URL ends with a database");
        format!("{server}/{}", self.name)
    }
    /// Drops it, whoever is connected.
    pub(crate) fn lose(&self) {
        let _ = tool("dropdb").args(["--force", "--maintenance-db", &self.admin, &self.name]).output();
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        self.lose();
    }
}

/// A program of Postgres, from PATH or from where Debian keeps it.
pub(crate) fn tool(name: &str) -> Command {
    let in_path = std::env::var_os("PATH")
        .into_iter()
        .flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = versions.map(|version| version.path().join("bin"));
    let found = in_path.chain(debian).map(|folder: PathBuf| folder.join(name)).find(|path| path.is_file());
    Command::new(found.unwrap_or_else(|| panic!("{name} is missing: install the programs of Postgres")))
}
