//! The server that is measured: the shipped program with its default settings. Two things are set:
//! receivers on the loopback address are allowed, and the port.

use crate::{
    clock, process,
    run::{
        database::{Home, Kind, Stage},
        rest::{self, Rest},
        tail::Tail,
    },
};
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use std::{
    fs::File,
    io::Write as _,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A running server.
pub(crate) struct Crier {
    child: Child,
    /// Of Postgres, whose CPU counts as well.
    postgres: Option<u32>,
    /// To set it up and ask it.
    pub(crate) rest: Rest,
    tail: Option<Tail>,
}

/// `crier` with the settings of a database.
pub(crate) fn command(stage: &Stage, home: &Home, arguments: &[&str]) -> Command {
    let mut command = Command::new(&stage.binary);
    // A clean environment: the defaults are measured, not what this shell has set.
    command.args(arguments).env_clear().env("CRIER_OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8");
    command.arg("--data-dir").arg(&home.data);
    if let Some(url) = &home.url {
        command.args(["--database-url", url]);
    }
    command.current_dir(&home.data).stdin(Stdio::null());
    command
}

/// Runs `crier` to its end; what it printed. `input` goes to its standard input.
pub(crate) fn output(stage: &Stage, home: &Home, arguments: &[&str], input: &str) -> Result<String> {
    let mut command = command(stage, home, arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    child.stdin.take().context("stdin is piped")?.write_all(input.as_bytes())?;
    let output = child.wait_with_output()?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "crier {} failed: {}", arguments.join(" "), error.trim_end());
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

impl Crier {
    /// Starts it and waits until it answers.
    pub(crate) fn start(stage: &Stage, home: &Home, role: &str) -> Result<Self> {
        let mut crier = Self::launch(stage, home, role)?;
        crier.wait_until_healthy(&home.data)?;
        Ok(crier)
    }

    /// Has somebody watch the log (one live tail).
    pub(crate) fn watched(mut self) -> Result<Self> {
        self.tail = Some(Tail::open(self.rest.to)?);
        Ok(self)
    }

    /// Starts it and does not wait.
    pub(crate) fn launch(stage: &Stage, home: &Home, role: &str) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let to = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let log = File::options().create(true).append(true).open(home.data.join("server.log"))?;
        let child = command(stage, home, &["serve", "--listen", &to.to_string(), "--role", role])
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let postgres = match &stage.kind {
            Kind::Sqlite => None,
            Kind::Postgres { pid, .. } => Some(*pid),
        };
        Ok(Self { child, postgres, rest: Rest { to, key: home.key.clone() }, tail: None })
    }

    fn wait_until_healthy(&mut self, data: &Path) -> Result<()> {
        let start = clock::start();
        loop {
            if rest::call(self.rest.to, "GET", "/healthz", "", "").is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended at once ({status}); see {}", data.join("server.log").display());
            }
            ensure!(start.elapsed() < Duration::from_secs(120), "the server does not answer");
            clock::pause(Duration::from_millis(5));
        }
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// CPU so far, in milliseconds: of the server, and of Postgres where there is one.
    pub(crate) fn cpu_ms(&self) -> f64 {
        process::cpu_ms(self.pid()) + self.postgres.map_or(0.0, process::tree_cpu_ms)
    }

    /// Makes a topic of the marketplace's own.
    pub(crate) fn topic(&self, key: &str) -> Result<()> {
        let sample: Value = serde_json::from_str(&crate::payload::payload(0))?;
        let topic = json!({ "key": key, "title": key, "description": "For measuring.", "sample": sample });
        self.rest.send("POST", "/topics", &topic).map(drop)
    }

    /// Makes a webhook with the default settings and activates it; returns its id.
    pub(crate) fn webhook(&self, url: &str, topics: &[String]) -> Result<String> {
        let webhook = json!({ "name": url, "url": url, "topics": topics });
        let made = self.rest.send("POST", "/webhooks", &webhook)?;
        let id = made["id"].as_str().context("a webhook without id")?.to_owned();
        self.act(&id, "activate", &json!({}))?;
        Ok(id)
    }

    /// What somebody does with a webhook: `activate`, `pause`, `discard` …
    pub(crate) fn act(&self, webhook: &str, action: &str, body: &Value) -> Result<()> {
        self.rest.send("POST", &format!("/webhooks/{webhook}/{action}"), body).map(drop)
    }

    /// Removes a webhook; what waits for it is discarded.
    pub(crate) fn remove(&self, webhook: &str) -> Result<()> {
        self.rest.send("DELETE", &format!("/webhooks/{webhook}"), &Value::Null).map(drop)
    }

    /// Ends it in good order.
    pub(crate) fn stop(mut self) -> Result<()> {
        let told = Command::new("kill").args(["-TERM", &self.pid().to_string()]).status()?;
        ensure!(told.success(), "the server can't be told to end");
        let start = clock::start();
        while self.child.try_wait()?.is_none() {
            ensure!(start.elapsed() < Duration::from_secs(90), "told to end, the server goes on");
            clock::pause(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Crier {
    fn drop(&mut self) {
        // Already ended, unless something failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
