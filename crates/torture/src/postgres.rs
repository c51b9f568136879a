//! A Postgres that is started and stopped at will.

use crate::time::sleep_ms;
use anyhow::{Context as _, Result, bail, ensure};
use std::{
    net::TcpStream,
    process::{Child, Command, Stdio},
};

#[derive(Debug)]
pub(crate) struct Postgres {
    line: Vec<String>,
    child: Option<Child>,
    url: String,
}

impl Postgres {
    /// Starts it by `line`; it listens at `url` then.
    pub(crate) async fn start(line: &[String], url: &str) -> Result<Self> {
        let mut postgres = Self { line: line.to_vec(), child: None, url: url.to_owned() };
        postgres.start_again().await?;
        Ok(postgres)
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Starts it on what it left behind.
    pub(crate) async fn start_again(&mut self) -> Result<()> {
        let (program, args) = self.line.split_first().context("no words after --: how to start Postgres")?;
        // What the receiver got must be known after a crash of the server, as with its defaults.
        let child = Command::new(program)
            .args(args)
            .args(["-c", "synchronous_commit=on"])
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("can't start {program}"))?;
        let child = self.child.insert(child);
        let address = self.url.split(['@', '/']).nth(3).context("the URL of Postgres has a host")?;
        for _ in 0..600 {
            if TcpStream::connect(address).is_ok() {
                return Ok(());
            }
            if let Some(status) = child.try_wait()? {
                bail!("Postgres ended at once ({status})");
            }
            sleep_ms(50).await;
        }
        bail!("Postgres does not listen at {address}")
    }

    /// Ends it as an operator does: connections are cut.
    pub(crate) fn stop(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status()?;
            ensure!(sent.success(), "Postgres can't be stopped");
            child.wait()?;
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}
