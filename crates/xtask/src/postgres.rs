//! A private Postgres for tests: made for one run, gone afterwards.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::run;

const PREFIX: &str = "crier-postgres-";

/// A running server; dropping it stops it and removes its data.
pub(crate) struct Postgres {
    child: Option<Child>,
    folder: PathBuf,
    /// Held for as long as we live, so that a later run knows whose folder it may remove.
    _lock: File,
    /// An address with the right to create databases.
    pub(crate) url: String,
}

impl Postgres {
    /// Starts one on a free port, without durability: its data do not outlive the tests. It is a child of ours
    /// in our process group, so that Ctrl-C ends it too.
    pub(crate) fn start() -> Result<Self> {
        remove_abandoned();
        let programs = programs()?;
        let user = user()?;
        let folder = std::env::temp_dir().join(format!("{PREFIX}{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let lock = File::create(folder.join("lock"))?;
        lock.lock()?;
        let port = run::free_port()?;
        let url = format!("postgres://app@127.0.0.1:{port}/postgres");
        let mut postgres = Self { child: None, folder, _lock: lock, url };

        if let Some(user) = &user {
            run::output(run::program("chown").arg(user).arg(&postgres.folder))?;
        }
        let data = postgres.folder.join("data");
        let mut initdb = as_user(user.as_deref(), &programs.join("initdb"))?;
        initdb.arg("-D").arg(&data).args([
            "-U",
            "app",
            "-A",
            "trust",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C",
        ]);
        run::output(&mut initdb)?;

        let log = postgres.folder.join("log");
        let mut server = as_user(user.as_deref(), &programs.join("postgres"))?;
        server.arg("-D").arg(&data).args(["-p", &port.to_string(), "-c"]);
        server.arg(format!("unix_socket_directories={}", postgres.folder.display()));
        for setting in [
            "listen_addresses=127.0.0.1",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "max_connections=300",
        ] {
            server.args(["-c", setting]);
        }
        let output = File::create(&log)?;
        server.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let child = postgres.child.insert(server.spawn().context("can't start postgres")?);
        let ready = data.join("postmaster.pid");
        run::wait_for(Duration::from_secs(30), "a ready Postgres", || {
            if let Some(status) = child.try_wait()? {
                bail!("Postgres ended at once ({status}):\n{}", fs::read_to_string(&log).unwrap_or_default());
            }
            // The file's eighth line is the state, the same that `pg_ctl -w` looks at.
            let state = fs::read_to_string(&ready).unwrap_or_default();
            Ok(state.lines().nth(7).is_some_and(|state| state.trim() == "ready").then_some(()))
        })?;
        Ok(postgres)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // SIGQUIT: at once and without a checkpoint. A failure leaves only files in the temporary folder.
            let _ = run::output(run::program("kill").args(["-QUIT", &child.id().to_string()]));
            let _ = child.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
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

/// Removes what runs that were killed left behind: folders whose lock nobody holds.
fn remove_abandoned() {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else { return };
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
    fn runs_and_leaves_nothing_behind() {
        let abandoned = std::env::temp_dir().join(format!("{PREFIX}abandoned"));
        fs::create_dir_all(&abandoned).unwrap();
        File::create(abandoned.join("lock")).unwrap();

        let postgres = Postgres::start().unwrap();
        let address = postgres.url.split(['@', '/']).nth(3).unwrap().to_owned();
        std::net::TcpStream::connect(&address).unwrap();
        assert!(!abandoned.exists());
        let folder = postgres.folder.clone();
        drop(postgres);
        std::net::TcpStream::connect(&address).unwrap_err();
        assert!(!folder.exists());
    }
}
