//! `cargo xtask bench`: the release program, measured beside a raw client; `crates/bench` does the measuring.

use std::{
    fs::{self, File},
    path::PathBuf,
};

use anyhow::{Context, Result, bail};

use crate::{
    postgres::{self, Postgres},
    run,
    site::{self, Mode},
    workspace,
};

/// What to measure.
#[derive(Default)]
struct Wanted<'a> {
    quick: bool,
    only: Option<&'a str>,
    database: Option<&'a str>,
    /// Instead of the program that is built from this source.
    binary: Option<&'a str>,
}

/// Builds, starts a durable Postgres, and hands over to `bench run`.
pub(crate) fn bench(options: &[&str]) -> Result<()> {
    let wanted = read(options)?;
    let binary = match wanted.binary {
        Some(path) => PathBuf::from(path).canonicalize().with_context(|| format!("there is no {path}"))?,
        None => {
            site::site(Mode::Release)?;
            site::server(Mode::Release)?
        }
    };
    let mut build = run::cargo();
    run::run(build.args(["build", "--release", "--bin", "bench"]).args(workspace::PROGRAM))?;
    let target = workspace::target()?;
    let folder = target.join("bench");
    fs::create_dir_all(&folder)?;
    let lock = File::create(folder.join("lock"))?;
    lock.try_lock().context("another bench runs; two would measure each other")?;
    let mut bench = run::program(target.join("release/bench"));
    bench.arg("run").arg("--binary").arg(binary).arg("--folder").arg(folder);
    if wanted.quick {
        bench.arg("--quick");
    }
    if let Some(only) = wanted.only {
        bench.args(["--only", only]);
    }
    if wanted.database == Some("postgres") {
        bench.arg("--without-sqlite");
    }
    let postgres = if wanted.database == Some("sqlite") { None } else { Some(Postgres::durable()?) };
    if let Some(postgres) = &postgres {
        bench.args(["--postgres-port", &postgres.port.to_string()]);
        bench.args(["--postgres-pid", &postgres.pid().to_string()]);
        bench.arg("--postgres-bin").arg(postgres::programs()?);
    }
    run::run(&mut bench)
}

fn read<'a>(options: &[&'a str]) -> Result<Wanted<'a>> {
    let mut wanted = Wanted::default();
    let mut options = options.iter().copied();
    while let Some(option) = options.next() {
        let mut value = || options.next().with_context(|| format!("{option} needs a value"));
        match option {
            "--quick" => wanted.quick = true,
            "--only" => wanted.only = Some(value()?),
            "--binary" => wanted.binary = Some(value()?),
            "--database" => match value()? {
                name @ ("sqlite" | "postgres") => wanted.database = Some(name),
                other => bail!("--database is sqlite or postgres, not {other}"),
            },
            other => bail!("unknown option {other}"),
        }
    }
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn reads_options() {
        let wanted = read(&["--quick", "--only", "drain", "--database", "sqlite"]).unwrap();
        assert!(wanted.quick && wanted.only == Some("drain") && wanted.database == Some("sqlite"));
        assert!(
            read(&["--database", "oracle"]).is_err() && read(&["--only"]).is_err() && read(&["x"]).is_err()
        );
    }
}
