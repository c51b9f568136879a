//! `cargo xtask dev`: a change in the sources is in the browser some seconds later.

use std::{
    path::Path,
    process::{Child, ExitStatus},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{
    http,
    reload::Reload,
    run,
    site::{self, Mode},
    watch::{Changed, Watch},
};

/// Where `crier serve` listens unless `--listen` says otherwise.
const DEFAULT_PORT: u16 = 3000;

/// Builds, runs, and starts again at every change, until Ctrl-C. What does not compile leaves the last good
/// server running.
pub(crate) fn dev(args: &[String]) -> Result<()> {
    let port = port(args)?;
    let reload = Reload::start()?;
    let mut watch = Watch::new();
    site::site(Mode::Dev)?;
    let mut server = Server { program: &site::server(Mode::Dev)?, args, reload: &reload, child: None };
    server.start()?;
    loop {
        if let Some(changed) = watch.next() {
            let begun = run::now();
            match rebuild(changed) {
                Ok(()) => {
                    // A development server reads the site from disk: only its own code needs a new start.
                    if changed.server {
                        server.stop()?;
                        server.start()?;
                        server.await_health(port);
                    }
                    reload.now();
                    eprintln!("· in the browser after {}\n", run::duration(begun.elapsed()));
                }
                Err(error) => eprintln!("· {error:#}; the last good build keeps running\n"),
            }
        }
        if let Some(status) = server.ended()? {
            eprintln!("· the server ended ({status}); the next change starts it again\n");
        }
    }
}

/// Both halves at once where both changed: their target folders are apart, so neither waits for the other.
fn rebuild(changed: Changed) -> Result<()> {
    thread::scope(|scope| {
        let site = scope.spawn(|| match changed {
            Changed { browser: true, .. } => site::site(Mode::Dev),
            Changed { style: true, .. } => site::style_only(Mode::Dev),
            _ => Ok(()),
        });
        let server = if changed.server { site::server(Mode::Dev).map(drop) } else { Ok(()) };
        site.join().unwrap_or_else(|_| bail!("the build of the site panicked")).and(server)
    })
}

struct Server<'a> {
    program: &'a Path,
    args: &'a [String],
    reload: &'a Reload,
    child: Option<Child>,
}

impl Server<'_> {
    fn start(&mut self) -> Result<()> {
        let mut command = run::bound(self.program);
        command.arg("serve").args(self.args).env("CRIER_DEV_RELOAD", &self.reload.url);
        self.child =
            Some(command.spawn().with_context(|| format!("can't start {}", self.program.display()))?);
        Ok(())
    }

    /// The status, once, if it ended by itself.
    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let Some(child) = &mut self.child else { return Ok(None) };
        let status = child.try_wait()?;
        if status.is_some() {
            self.child = None;
        }
        Ok(status)
    }

    /// Politely, so that it hands back what it was about to send; by force after five seconds.
    fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        // The signal fails only where the process is gone already.
        let _ = run::output(run::program("kill").args(["-TERM", &child.id().to_string()]));
        if run::wait_for(Duration::from_secs(5), "the server's end", || Ok(child.try_wait()?)).is_err() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Returns when the server answers, or when it is clear that it won't.
    fn await_health(&mut self, port: u16) {
        let answer = run::wait_for(Duration::from_secs(10), "an answer of /healthz", || {
            let ended = self.child.as_mut().is_none_or(|child| !matches!(child.try_wait(), Ok(None)));
            Ok((ended || http::healthy(port)).then_some(()))
        });
        if let Err(error) = answer {
            eprintln!("· {error:#}");
        }
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        // Best effort on the way out of an error.
        let _ = self.stop();
    }
}

/// The port that the server will listen on.
fn port(args: &[String]) -> Result<u16> {
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let value =
            if arg == "--listen" { args.next().map(String::as_str) } else { arg.strip_prefix("--listen=") };
        if let Some(address) = value {
            let port = address.rsplit(':').next().and_then(|port| port.parse().ok());
            return port.with_context(|| format!("no port in --listen {address}"));
        }
    }
    Ok(DEFAULT_PORT)
}

#[cfg(test)]
mod tests {
    use super::port;

    #[test]
    fn knows_the_port() {
        let args = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(port(&args("")).unwrap(), 3000);
        assert_eq!(port(&args("--role all --listen 127.0.0.1:4000")).unwrap(), 4000);
        assert_eq!(port(&args("--listen=[::1]:4001")).unwrap(), 4001);
        assert!(port(&args("--listen here")).is_err());
    }
}
