//! A private Postgres: for tests, made for one run and gone afterwards; for the bench, durable and kept.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{run, scratch::Scratch};

/// Where the durable one keeps its data: a folder that its user may enter, on a disk.
const KEPT: &str = "/var/tmp/crier-bench-postgres";

/// Nothing is made durable: the data do not outlive the tests.
const FOR_TESTS: [&str; 4] =
    ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300"];

/// A running server; dropping it stops it and removes its data, unless they are kept.
pub(crate) struct Postgres {
    child: Option<Child>,
    /// Removed when the server has stopped.
    folder: Scratch,
    data: PathBuf,
    is_kept: bool,
    /// Where it listens on 127.0.0.1.
    pub(crate) port: u16,
    /// An address with the right to create databases.
    pub(crate) url: String,
}

impl Postgres {
    /// Starts one on a free port, without durability: its data do not outlive the tests.
    pub(crate) fn start() -> Result<Self> {
        Self::launch(None, &FOR_TESTS)
    }

    /// Starts one with the settings that Postgres has by default. Its data are kept for the next time.
    pub(crate) fn durable() -> Result<Self> {
        Self::launch(Some(Path::new(KEPT)), &[])
    }

    /// Its first process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.as_ref().map_or(0, Child::id)
    }

    /// Makes one for tests and says how it is started: for whoever starts and stops it at will.
    pub(crate) fn prepared() -> Result<(Self, Vec<String>)> {
        let (postgres, server) = Self::prepare(None, &FOR_TESTS)?;
        let words = std::iter::once(server.get_program()).chain(server.get_args());
        Ok((postgres, words.map(|word| word.to_string_lossy().into_owned()).collect()))
    }

    /// It is a child of ours in our process group, so that Ctrl-C ends it too.
    fn launch(kept: Option<&Path>, settings: &[&str]) -> Result<Self> {
        let (mut postgres, mut server) = Self::prepare(kept, settings)?;
        let log = postgres.folder.path().join("log");
        let output = File::create(&log)?;
        server.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let ready = postgres.data.join("postmaster.pid");
        // What a server that was killed left behind would pass for the new one's.
        let is_ours = |state: &str, pid: u32| state.lines().next() == Some(&pid.to_string());
        let child = postgres.child.insert(server.spawn().context("can't start postgres")?);
        run::wait_for(Duration::from_secs(30), "a ready Postgres", || {
            if let Some(status) = child.try_wait()? {
                bail!("Postgres ended at once ({status}):\n{}", fs::read_to_string(&log).unwrap_or_default());
            }
            // The file's eighth line is the state, the same that `pg_ctl -w` looks at.
            let state = fs::read_to_string(&ready).unwrap_or_default();
            let is_ready = state.lines().nth(7).is_some_and(|state| state.trim() == "ready");
            Ok((is_ready && is_ours(&state, child.id())).then_some(()))
        })?;
        Ok(postgres)
    }

    /// Its data, where they are missing, and the command that starts it.
    fn prepare(kept: Option<&Path>, settings: &[&str]) -> Result<(Self, Command)> {
        let programs = programs()?;
        let user = user()?;
        let folder = Scratch::new("postgres")?;
        let port = run::free_port()?;
        let url = format!("postgres://app@127.0.0.1:{port}/postgres");
        let data = kept.map_or_else(|| folder.path().join("data"), Path::to_owned);
        let postgres = Self { child: None, folder, data, is_kept: kept.is_some(), port, url };

        let data = &postgres.data;
        fs::create_dir_all(data)?;
        if let Some(user) = &user {
            run::output(run::program("chown").arg(user).args([postgres.folder.path(), data]))?;
        }
        if !data.join("PG_VERSION").exists() {
            let mut initdb = as_user(user.as_deref(), &programs.join("initdb"))?;
            let settings = ["-U", "app", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"];
            run::output(initdb.arg("-D").arg(data).args(settings))?;
        }

        let mut server = as_user(user.as_deref(), &programs.join("postgres"))?;
        server.arg("-D").arg(data).args(["-p", &port.to_string(), "-c"]);
        server.arg(format!("unix_socket_directories={}", postgres.folder.path().display()));
        server.args(["-c", "listen_addresses=127.0.0.1"]);
        for setting in settings {
            server.args(["-c", setting]);
        }
        Ok((postgres, server))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // At once and without a checkpoint, or in good order. A failure leaves only files behind.
            let signal = if self.is_kept { "-INT" } else { "-QUIT" };
            let _ = run::output(run::program("kill").args([signal, &child.id().to_string()]));
            let _ = child.wait();
        }
    }
}

/// The folder of `initdb` and `postgres`; installed where we may.
pub(crate) fn programs() -> Result<PathBuf> {
    if let Some(found) = find_programs() {
        return Ok(found);
    }
    run::apt_install(&["postgresql"], "Postgres (initdb) is missing")?;
    find_programs().context("no initdb in PATH or /usr/lib/postgresql/*/bin, even after the installation")
}

fn find_programs() -> Option<PathBuf> {
    // Resolved, because the other programs need not be linked from the same place.
    if let Some(initdb) = run::which(&["initdb"]).and_then(|path| path.canonicalize().ok()) {
        return initdb.parent().map(Path::to_owned);
    }
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.flatten().map(|version| version.path().join("bin"));
    folders.filter(|folder| folder.join("initdb").exists()).max()
}

/// Postgres refuses to run as root; then it runs as the user that its package made, or as nobody.
fn user() -> Result<Option<String>> {
    if !run::is_root() {
        return Ok(None);
    }
    let known = |name: &&str| run::output(run::program("id").arg(name)).is_ok();
    let user = ["postgres", "nobody"].into_iter().find(known);
    Ok(Some(
        user.context("Postgres refuses to run as root, and there is no user postgres or nobody")?.to_owned(),
    ))
}

fn as_user(user: Option<&str>, path: &Path) -> Result<Command> {
    let mut command = match run::which(&["setpriv"]) {
        Some(setpriv) => {
            let mut command = run::program(setpriv);
            // Should we be killed, the system ends the server in our stead.
            command.arg("--pdeathsig=QUIT");
            if let Some(user) = user {
                let group = run::output(run::program("id").args(["-g", user]))?;
                command
                    .arg(format!("--reuid={user}"))
                    .arg(format!("--regid={}", group.trim()))
                    .arg("--init-groups");
            }
            command.arg("--").arg(path);
            command
        }
        None => run::program(path),
    };
    // The user may not be allowed into the workspace's folder.
    command.current_dir("/").env_remove("PGDATA");
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_leaves_nothing_behind() {
        let postgres = Postgres::start().unwrap();
        let address = postgres.url.split(['@', '/']).nth(3).unwrap().to_owned();
        std::net::TcpStream::connect(&address).unwrap();
        let folder = postgres.folder.path().to_owned();
        drop(postgres);
        std::net::TcpStream::connect(&address).unwrap_err();
        assert!(!folder.exists());
    }
}
