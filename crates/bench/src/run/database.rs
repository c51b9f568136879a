//! The databases that are measured: each run works on a copy of one that holds finished deliveries.
//! Filling one takes minutes, so it is kept for the next run.

use crate::run::{Size, crier, crier::Crier, helpers, tail};
use anyhow::{Context as _, Result, ensure};
use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

/// Which database.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// A file.
    Sqlite,
    /// A server of ours on 127.0.0.1.
    Postgres {
        /// Where it listens.
        port: u16,
        /// Its first process.
        pid: u32,
        /// The folder of its programs.
        bin: PathBuf,
    },
}

impl Kind {
    /// For people.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres { .. } => "Postgres",
        }
    }
}

/// What a measurement works with.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) kind: Kind,
    /// Where databases are made and kept.
    pub(crate) folder: PathBuf,
    /// The program to measure.
    pub(crate) binary: PathBuf,
    pub(crate) size: Size,
}

/// A database with its data directory and a key to its API.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    pub(crate) data: PathBuf,
    /// Of Postgres; SQLite is in the data directory.
    pub(crate) url: Option<String>,
    pub(crate) key: String,
}

/// Says in a full database that it is complete; the number changes when what is filled in changes.
const READY: &str = "ready-1";
/// The file with the API key.
const KEY: &str = "api-key";
/// The name of a copy in Postgres.
const RUN: &str = "crier_run";
/// To how many webhooks each finished event went: the median of the mixed load.
const FAN_OUT: u64 = 2;
const TOPIC: &str = "learning.product.created";

impl Stage {
    /// A copy of the full database, to be changed at will. What an older program filled is brought up
    /// to date, or filled anew where that is impossible.
    pub(crate) fn home(&self) -> Result<Home> {
        let full = self.folder.join(format!("{}-{}", self.kind.name().to_lowercase(), self.size.finished));
        for again in [false, true] {
            if !full.join(READY).exists() {
                self.fill(&full)?;
            }
            let home = self.copy(&full)?;
            match crier::output(self, &home, &["migrate"], "") {
                Ok(_) => return Ok(home),
                Err(error) if again => return Err(error),
                Err(error) => {
                    eprintln!("the database of an earlier run is of no use any more: {error:#}");
                    fs::remove_dir_all(&full)?;
                }
            }
        }
        unreachable!("the second turn returns")
    }

    fn copy(&self, full: &Path) -> Result<Home> {
        let data = self.folder.join(format!("run-{}", self.kind.name().to_lowercase()));
        remove(&data)?;
        fs::create_dir_all(&data)?;
        for entry in fs::read_dir(full)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                let to = data.join(entry.file_name());
                fs::copy(entry.path(), &to)?;
                // On disk before anything is measured, else the system writes it in the midst of that.
                fs::File::open(to)?.sync_all()?;
            }
        }
        let key = fs::read_to_string(data.join(KEY)).context("the full database has no API key")?;
        let from = self.database(full);
        self.recreate(RUN, Some(&from))?;
        Ok(Home { url: self.url(RUN), data, key })
    }

    /// Removes the copy; the full database stays.
    pub(crate) fn clear(&self, home: &Home) -> Result<()> {
        remove(&home.data)?;
        if let Kind::Postgres { .. } = self.kind {
            self.postgres("dropdb", &["--if-exists", "--force", RUN])?;
        }
        Ok(())
    }

    /// Fills a database through the program's own API, and ends the program in good order.
    fn fill(&self, full: &Path) -> Result<()> {
        let events = self.size.finished / FAN_OUT;
        eprintln!("filling a database with {} finished deliveries (kept for later runs)", self.size.finished);
        remove(full)?;
        fs::create_dir_all(full)?;
        let database = self.database(full);
        self.recreate(&database, None)?;
        let mut home = Home { data: full.to_owned(), url: self.url(&database), key: String::new() };
        home.key =
            crier::output(self, &home, &["key", "create", "--name", "bench", "--scope", "manage"], "")?;
        fs::write(full.join(KEY), &home.key)?;
        let who =
            ["user", "add", "--email", tail::EMAIL, "--name", "Bench", "--role", "owner", "--password-stdin"];
        crier::output(self, &home, &who, tail::PASSWORD)?;

        let receiver = helpers::Receiver::start()?;
        let server = Crier::start(self, &home, "all")?;
        for tag in 0..FAN_OUT {
            server.webhook(&receiver.url(&format!("ok/{tag}")), &[TOPIC.to_owned()])?;
        }
        let events = events.to_string();
        let arguments = ["--topic", TOPIC, "--clients", "4", "--batch", "250", "--events", &events];
        let loaded = helpers::load(server.rest.to, &home.key, None, &arguments)?;
        ensure!(loaded.deliveries == self.size.finished, "{} deliveries were made", loaded.deliveries);
        receiver.wait_for(loaded.deliveries)?;
        server.stop()?;
        if let Kind::Postgres { .. } = self.kind {
            // As it is found after some days: vacuumed, with statistics.
            self.postgres("vacuumdb", &["--analyze", "--quiet", &database])?;
        }
        fs::write(full.join(READY), "")?;
        Ok(())
    }

    /// The name of a full database in Postgres.
    fn database(&self, full: &Path) -> String {
        let name = full.file_name().unwrap_or_default().to_string_lossy().replace('-', "_");
        format!("crier_{name}")
    }

    fn url(&self, database: &str) -> Option<String> {
        match self.kind {
            Kind::Sqlite => None,
            Kind::Postgres { port, .. } => Some(format!("postgres://app@127.0.0.1:{port}/{database}")),
        }
    }

    /// Makes a Postgres database anew, empty or as a copy of `template`; on SQLite the file was copied.
    fn recreate(&self, name: &str, template: Option<&str>) -> Result<()> {
        if let Kind::Sqlite = self.kind {
            return Ok(());
        }
        self.postgres("dropdb", &["--if-exists", "--force", name])?;
        match template {
            Some(template) => {
                self.postgres("createdb", &["--template", template, "--strategy", "file_copy", name])
            }
            None => self.postgres("createdb", &[name]),
        }
    }

    fn postgres(&self, program: &str, arguments: &[&str]) -> Result<()> {
        let Kind::Postgres { port, bin, .. } = &self.kind else { return Ok(()) };
        let mut command = Command::new(bin.join(program));
        command.args(["-h", "127.0.0.1", "-U", "app", "-p", &port.to_string()]).args(arguments);
        let output = command.output().with_context(|| format!("can't start {program}"))?;
        let error = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{program} {} failed: {}", arguments.join(" "), error.trim_end());
        Ok(())
    }
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
