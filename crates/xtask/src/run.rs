//! Running other programs: what runs is printed, what fails is one plain line.

use std::{
    env,
    net::TcpListener,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// `cargo` in the workspace's folder: the same one that runs this program.
pub(crate) fn cargo() -> Command {
    program(env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
}

/// Any program in the workspace's folder.
pub(crate) fn program(path: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(path);
    command.current_dir(workspace::root());
    command
}

/// A program that is told to end when we end, should it be by force; where the system has a way to say so.
pub(crate) fn bound(path: impl AsRef<std::ffi::OsStr>) -> Command {
    match which(&["setpriv"]) {
        Some(setpriv) => {
            let mut command = program(setpriv);
            command.arg("--pdeathsig=TERM").arg("--").arg(path);
            command
        }
        None => program(path),
    }
}

/// Runs to the end with our own output; an exit status other than 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    eprintln!("$ {line}");
    let status = command.status().with_context(|| format!("can't start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs quietly to the end and returns what it printed; on failure the error holds what it complained about.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let line = line(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("can't start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` failed ({})\n{}", output.status, String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// The first of these programs that is in `PATH`.
pub(crate) fn which(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names
        .iter()
        .find_map(|name| env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file()))
}

/// Installs Debian packages where we may (as root, with apt). `what` says in words what is missing otherwise.
pub(crate) fn apt_install(packages: &[&str], what: &str) -> Result<()> {
    if which(&["apt-get"]).is_none() || !is_root() {
        bail!("{what}, and only root on a system with apt-get can have it installed from here");
    }
    eprintln!("{what}: installing {}", packages.join(" "));
    let apt = || {
        let mut apt = program("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    run(apt().args(["update", "-qq"]))?;
    run(apt().args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages))
}

/// Whether this process is root's.
pub(crate) fn is_root() -> bool {
    output(program("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// The clock for timing builds and for patience.
#[allow(clippy::disallowed_methods, reason = "the ban is for the product; a build tool has no clock to fix")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Asks until the answer is there. `what` names, for the error, what did not come.
pub(crate) fn wait_for<T>(
    patience: Duration,
    what: &str,
    mut ask: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let start = now();
    loop {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        if start.elapsed() > patience {
            bail!("{what} did not come within {} s", patience.as_secs());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// `1 min 05 s`, `4.2 s`.
pub(crate) fn duration(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// A TCP port on the loopback address that nobody listens on. It is below those that systems give out by themselves
/// (from 32,768 on Linux) and beside the harnesses' own (`Lab::port`), so that a server may take it later, or again.
pub(crate) fn free_port() -> Result<u16> {
    let own = u16::try_from(std::process::id() % 2_500).unwrap_or(0);
    let mut ports = (0..2_500).map(|step| 30_000 + (own + step) % 2_500);
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).context("no free port on 127.0.0.1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command_and_what_it_said() {
        let error = output(program("sh").args(["-c", "echo gone >&2; exit 3"])).unwrap_err().to_string();
        assert!(error.contains("exit 3") && error.contains("gone"), "{error}");
    }

    #[test]
    fn durations_read_well() {
        assert_eq!(duration(Duration::from_millis(4_200)), "4.2 s");
        assert_eq!(duration(Duration::from_secs(65)), "1 min 05 s");
    }
}
