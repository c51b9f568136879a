//! The other programs of the bench, as processes of their own.

use crate::{
    clock,
    load::{self, Published},
    receiver::{self, Arrival, Stats},
    run::rest,
};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

fn own(name: &str) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(name).stdin(Stdio::null()).stdout(Stdio::piped());
    Ok(command)
}

fn answer(command: &mut Command) -> Result<Value> {
    let output = command.stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "{:?} failed ({})", command.get_args(), output.status);
    serde_json::from_slice(&output.stdout).context("a helper said nothing that can be read")
}

/// A running receiver.
pub(crate) struct Receiver {
    child: Child,
    /// Where it listens.
    pub(crate) at: SocketAddr,
}

impl Receiver {
    pub(crate) fn start() -> Result<Self> {
        let mut child = own("receiver")?.spawn()?;
        let mut line = String::new();
        let stdout = child.stdout.take().context("stdout is piped")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let at = line.trim().parse().context("the receiver did not start")?;
        Ok(Self { child, at })
    }

    /// The address of a behaviour, such as `ok/1`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.at)
    }

    fn control(&self, command: &str) -> Result<Vec<u8>> {
        Ok(rest::call(self.at, "GET", &format!("/control/{command}"), "", "")?.body)
    }

    /// Forgets all arrivals.
    pub(crate) fn reset(&self) -> Result<()> {
        self.control("reset").map(drop)
    }

    /// Cuts off the requests that hang.
    pub(crate) fn release(&self) -> Result<()> {
        self.control("release").map(drop)
    }

    /// How much came.
    pub(crate) fn stats(&self) -> Result<Stats> {
        let body = self.control("stats")?;
        Stats::from_json(&String::from_utf8_lossy(&body)).context("the receiver's counts can't be read")
    }

    /// Everything that came.
    pub(crate) fn log(&self) -> Result<Vec<Arrival>> {
        Ok(receiver::arrivals(&self.control("log")?))
    }

    /// Waits until `requests` came. Gives up after a minute in which nothing came.
    pub(crate) fn wait_for(&self, requests: u64) -> Result<Stats> {
        let (mut last, mut since) = (0, clock::start());
        loop {
            let stats = self.stats()?;
            if stats.requests >= requests {
                return Ok(stats);
            }
            if stats.requests != last {
                (last, since) = (stats.requests, clock::start());
            }
            ensure!(
                since.elapsed() < Duration::from_secs(60),
                "{} of {requests} deliveries came, then none for a minute",
                stats.requests
            );
            clock::pause(Duration::from_millis(20));
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // It has nothing to finish.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the raw client reached.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// Posts a second: L.
    pub(crate) rate: f64,
    /// CPU-milliseconds a post: C.
    pub(crate) cpu_ms: f64,
}

/// Measures the limit for `seconds`.
pub(crate) fn limit(receiver: &Receiver, seconds: f64) -> Result<Limit> {
    let mut command = own("limit")?;
    command.args(["--url", &receiver.url("ok/0"), "--seconds", &seconds.to_string()]);
    let said = answer(&mut command)?;
    receiver.reset()?;
    let number = |name: &str| said[name].as_f64().with_context(|| format!("the limit said no {name}"));
    let posts = number("posts")?;
    Ok(Limit { rate: posts / number("seconds")?, cpu_ms: number("cpu_ms")? / posts })
}

/// What a load did.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    /// Accepted events.
    pub(crate) events: u64,
    /// What they made.
    pub(crate) deliveries: u64,
    /// When it began and when the last answer came, in microseconds since 1970.
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// One per event, when they were asked for.
    pub(crate) rows: Vec<Published>,
}

/// Publishes events as `arguments` say; `rows` is a file to use when they are wanted.
pub(crate) fn load(to: SocketAddr, key: &str, rows: Option<&Path>, arguments: &[&str]) -> Result<Loaded> {
    let mut command = own("load")?;
    command.args(["--to", &to.to_string()]).args(arguments).env("CRIER_API_KEY", key);
    if let Some(rows) = rows {
        command.arg("--rows").arg(rows);
    }
    let said = answer(&mut command)?;
    let number = |name: &str| said[name].as_u64().with_context(|| format!("the load said no {name}"));
    let rows = rows.map(std::fs::read).transpose()?;
    Ok(Loaded {
        events: number("events")?,
        deliveries: number("deliveries")?,
        start: number("start")?,
        end: number("end")?,
        rows: rows.map(|bytes| load::published(&bytes)).unwrap_or_default(),
    })
}
