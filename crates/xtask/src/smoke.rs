//! The release file on its own: runs it in an empty folder with an empty environment and weighs the first page.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{http, run, workspace};

/// What the first page may weigh on the wire, all in all: 250 KiB.
const LIMIT: usize = 250 * 1024;

/// Starts `target/release/crier` from an empty folder, loads the first page and all it needs as a browser would,
/// prints the sizes, and fails where something is missing, too heavy, or does not stop when told to.
pub(crate) fn release() -> Result<()> {
    let folder = std::env::temp_dir().join(format!("crier-release-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let result = weigh(&workspace::root().canonicalize()?.join("target/release/crier"), &folder);
    fs::remove_dir_all(&folder)?;
    result
}

fn weigh(program: &Path, folder: &Path) -> Result<()> {
    let port = run::free_port()?;
    let mut server = Running::start(program, folder, port)?;
    let page = server.setup_path()?;
    let mut sizes = vec![part(port, &page)?];
    let html = http::get(port, &page, "identity")?;
    let mut files = references(&String::from_utf8_lossy(&html.body));
    for needed in ["css", "js", "wasm"] {
        if !files.iter().any(|file| file.split('?').next().is_some_and(|path| path.ends_with(needed))) {
            bail!("the first page names no {needed} file");
        }
    }
    files.sort();
    files.dedup();
    for file in files {
        sizes.push(part(port, &file)?);
    }
    server.stop()?;

    let megabytes = fs::metadata(program)?.len() as f64 / 1_000_000.0;
    eprintln!(
        "\ntarget/release/crier ({megabytes:.1} MB) runs from an empty folder. The first page on the wire, heads included:"
    );
    for (name, wire, encoding) in &sizes {
        eprintln!("  {name:<28} {:>8.1} KiB  {encoding}", kib(*wire));
    }
    let total = sizes.iter().map(|(_, wire, _)| wire).sum::<usize>();
    eprintln!("  {:<28} {:>8.1} KiB  (limit {:.0})", "in all", kib(total), kib(LIMIT));
    if total > LIMIT {
        bail!("the first page is too heavy: {:.1} KiB", kib(total));
    }
    Ok(())
}

fn kib(bytes: usize) -> f64 {
    bytes as f64 / 1024.0
}

/// Name without query, bytes on the wire, encoding.
fn part(port: u16, path: &str) -> Result<(String, usize, String)> {
    let answer = http::get(port, path, "br")?;
    let name = path.split('?').next().unwrap_or(path).to_owned();
    if answer.status != 200 {
        bail!("{name} answered {}", answer.status);
    }
    let encoding = answer.head.lines().find_map(|line| line.strip_prefix("content-encoding: "));
    Ok((name, answer.wire, encoding.unwrap_or("plain").to_owned()))
}

/// The files of the site that a page names.
fn references(html: &str) -> Vec<String> {
    let quoted = html.split(['"', '\'']).filter(|text| text.starts_with("/pkg/"));
    quoted.map(|text| text.split('#').next().unwrap_or(text).to_owned()).collect()
}

/// A server in a folder of its own.
pub(crate) struct Running {
    child: Child,
}

impl Running {
    /// Starts it without an environment and waits until it answers.
    pub(crate) fn start(program: &Path, folder: &Path, port: u16) -> Result<Self> {
        let child = run::bound(program)
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .current_dir(folder)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("can't start {}", program.display()))?;
        let mut running = Self { child };
        run::wait_for(Duration::from_secs(30), "an answer of /healthz", || {
            if let Some(status) = running.child.try_wait()? {
                bail!("the server ended at once ({status})");
            }
            Ok(http::healthy(port).then_some(()))
        })?;
        Ok(running)
    }

    /// The path of the one-time link on stdout; it is printed before `/healthz` answers.
    fn setup_path(&mut self) -> Result<String> {
        let stdout = self.child.stdout.take().context("stdout is piped")?;
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            if let Some(at) = line.find("/setup") {
                let path = line[at..].split_whitespace().next().unwrap_or_default();
                return Ok(path.to_owned());
            }
        }
        bail!("no set-up link on stdout")
    }

    /// Tells it to stop, and fails where it does not, or not in good order.
    pub(crate) fn stop(&mut self) -> Result<()> {
        run::output(run::program("kill").args(["-TERM", &self.child.id().to_string()]))?;
        let status =
            run::wait_for(Duration::from_secs(15), "the server's end", || Ok(self.child.try_wait()?))?;
        if !status.success() {
            bail!("told to stop, the server ended with {status}");
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already ended, unless something failed before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::references;

    #[test]
    fn finds_what_a_page_loads() {
        let html = r##"<link href="/pkg/crier.css?v=1"><use href='/pkg/icons.svg#x'/><a href="/login">"##;
        assert_eq!(references(html), ["/pkg/crier.css?v=1", "/pkg/icons.svg"]);
    }
}
