//! The program under test: starting it, and everything that can be done to it.

use crate::{api::Api, time::sleep_ms};
use anyhow::{Context as _, Result, bail, ensure};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};

/// The same for all processes, so that several of them can read one database.
const SECRET_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// One `crier`: where it lives and how it is started.
#[derive(Clone, Debug)]
pub(crate) struct Crier {
    pub(crate) program: PathBuf,
    /// Data and log.
    pub(crate) folder: PathBuf,
    /// Address and port.
    pub(crate) listen: String,
    pub(crate) database_url: String,
    pub(crate) role: &'static str,
    /// Further variables, of servers only.
    pub(crate) variables: Vec<(String, String)>,
}

impl Crier {
    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.listen)
    }

    fn command(&self, args: &[&str]) -> Command {
        // Should the harness be ended by force, the system ends its servers.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig=KILL", "--"]).arg(&self.program).args(args);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CRIER_")) {
            command.env_remove(name);
        }
        command.current_dir(&self.folder).stdin(Stdio::null());
        command.env("CRIER_DATABASE_URL", &self.database_url).env("CRIER_SECRET_KEY", SECRET_KEY);
        command
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// Starts the server; it is not ready yet.
    pub(crate) fn start(&self) -> Result<Running> {
        let log = File::options().create(true).append(true).open(self.log())?;
        let mut command = self.command(&["serve", "--listen", &self.listen, "--role", self.role]);
        command.env("CRIER_OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let child = command.stdout(Stdio::null()).stderr(log).spawn().context("can't start setpriv")?;
        Ok(Running { child })
    }

    /// Starts it and waits until it answers.
    pub(crate) async fn serve(&self, api: &Api) -> Result<Running> {
        let mut running = self.start()?;
        running.ready(self, api).await?;
        Ok(running)
    }

    /// What it wrote to its log.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }

    /// Runs a command beside the server; returns what it printed.
    pub(crate) fn tool(&self, args: &[&str]) -> Result<String> {
        let output = self.command(args).output()?;
        let printed = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
        ensure!(output.status.success(), "{args:?}: {printed}{}", String::from_utf8_lossy(&output.stderr));
        Ok(printed)
    }

    /// A new key that may do everything; makes the database, too.
    pub(crate) fn key(&self) -> Result<String> {
        self.tool(&["key", "create", "--name", "torture", "--scope", "manage"])
    }

    /// Whether every page of the SQLite file `path` is whole, by the program's own check.
    pub(crate) fn check_file(&self, path: &Path) -> Result<()> {
        let url = format!("sqlite://{}", path.display());
        let output = self.command(&["doctor"]).env("CRIER_DATABASE_URL", url).output()?;
        let printed = String::from_utf8_lossy(&output.stdout);
        ensure!(
            printed.contains("every page is whole"),
            "{printed}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }
}

/// A process of the program.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
}

impl Running {
    /// Waits until it answers.
    pub(crate) async fn ready(&mut self, crier: &Crier, api: &Api) -> Result<()> {
        for _ in 0..1000 {
            if api.is_up().await {
                return Ok(());
            }
            if let Some(status) = self.ended()? {
                bail!("crier ended by itself ({status}):\n{}", crier.said());
            }
            sleep_ms(20).await;
        }
        bail!("crier does not answer:\n{}", crier.said())
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Sends a signal such as `-STOP`.
    pub(crate) fn signal(&self, signal: &str) -> Result<()> {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status()?;
        ensure!(sent.success(), "kill {signal} failed");
        Ok(())
    }

    /// Stops it where it is; returns when all its threads stand still.
    pub(crate) async fn stop(&self) -> Result<()> {
        self.signal("-STOP")?;
        let threads = format!("/proc/{}/task", self.child.id());
        // The state follows the name, which is in brackets.
        let runs = |stat: &str| stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.starts_with(" T"));
        loop {
            let stats = fs::read_dir(&threads)?.flatten().map(|thread| thread.path().join("stat"));
            if !stats.flat_map(fs::read_to_string).any(|stat| runs(&stat)) {
                return Ok(());
            }
            sleep_ms(1).await;
        }
    }

    /// `kill -9`, and its end.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
