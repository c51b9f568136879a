//! Harnesses that treat the real `crier` as the world does: they kill it at random points, cut the power
//! of its disk, take its database away, stop its nodes, and point it at every forbidden address, all under
//! real load and with a real receiver. Afterwards the history must be whole: what was accepted is
//! delivered, exhausted, held or waiting. `cargo xtask torture` builds what they need and runs them.

mod api;
mod away;
mod crier;
mod dice;
mod disk;
mod dns;
mod faults;
mod folder;
mod front;
mod guard;
mod history;
mod lab;
mod load;
mod log;
mod nodes;
mod postgres;
mod preload;
mod receiver;
mod replay;
mod rounds;
mod time;
mod vectors;

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand, ValueEnum};
use lab::Lab;
use std::{path::PathBuf, process::ExitCode};

#[derive(Debug, Parser)]
struct Line {
    /// The program under test.
    #[arg(long, value_name = "FILE")]
    crier: PathBuf,
    /// Repeats the random choices of another run, as far as the machine does.
    #[arg(long)]
    seed: Option<u64>,
    #[command(subcommand)]
    harness: Harness,
}

#[derive(Debug, Subcommand)]
enum Harness {
    /// `kill -9` at random points
    Kill {
        #[arg(long, default_value = "sqlite")]
        database: Kind,
        #[arg(long, default_value_t = 200)]
        rounds: u32,
        #[command(flatten)]
        postgres: Server,
    },
    /// The power of SQLite's disk is cut at random points: what was not synced is gone, or torn
    Power {
        #[arg(long, default_value_t = 200)]
        rounds: u32,
    },
    /// The database is away for a while
    Away {
        #[arg(long, default_value = "sqlite")]
        database: Kind,
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        #[command(flatten)]
        postgres: Server,
    },
    /// Three nodes on one Postgres: one is killed, one is stopped past its lease and goes on
    Nodes {
        #[arg(long, default_value_t = 10)]
        rounds: u32,
        #[command(flatten)]
        postgres: Server,
    },
    /// Every forbidden address at every place that sends, in a network where all addresses are ours
    Guard {
        /// Set by the harness itself, inside that network.
        #[arg(long, hide = true)]
        inside: bool,
        /// Plants the fault that the dialled address is not the vetted one.
        #[arg(long, hide = true)]
        redial: bool,
    },
    /// Plants faults and shows that the harnesses above notice them
    Faults {
        #[command(flatten)]
        postgres: Server,
    },
}

#[derive(Debug, Args)]
struct Server {
    /// How to start a Postgres; `CRIER_TEST_POSTGRES_URL` says where it listens then
    #[arg(last = true)]
    words: Vec<String>,
}

/// A database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Sqlite,
    Postgres,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Line::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("torture: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(line: Line) -> Result<()> {
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok().context("a second TLS provider")?;
    let lab = Lab::new(&line.crier, line.seed)?;
    match line.harness {
        Harness::Kill { database, rounds, postgres } => {
            rounds::kill(&lab.with(postgres.words), database, rounds).await?.tell()
        }
        Harness::Power { rounds } => rounds::power(&lab, rounds).await?.tell(),
        Harness::Away { database, seconds, postgres } => {
            away::run(&lab.with(postgres.words), database, seconds).await?.tell()
        }
        Harness::Nodes { rounds, postgres } => nodes::run(&lab.with(postgres.words), rounds).await?.tell(),
        Harness::Guard { inside: false, redial } => guard::enter(&lab, redial),
        Harness::Guard { inside: true, redial } => guard::run(&lab, redial).await?.tell(),
        Harness::Faults { postgres } => faults::run(&lab.with(postgres.words)).await,
    }
}
