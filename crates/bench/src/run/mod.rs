//! The runs: start receiver, server and load, measure, and print one table.

mod crier;
mod database;
mod figures;
mod helpers;
mod machine;
mod rest;
mod scenarios;
mod table;
mod tail;

use crate::{clock, run::database::Kind};
use anyhow::{Context as _, Result, ensure};
use clap::Args;
use std::{fs, path::PathBuf};

/// `bench run`
#[derive(Args, Debug)]
pub(crate) struct Run {
    /// The program to measure
    #[arg(long)]
    binary: PathBuf,
    /// Where databases are made and kept
    #[arg(long)]
    folder: PathBuf,
    /// Less of everything: one pair, a small log; for a look, not for the record
    #[arg(long)]
    quick: bool,
    /// Only lines whose name holds this
    #[arg(long)]
    only: Option<String>,
    /// Leave SQLite out
    #[arg(long)]
    without_sqlite: bool,
    /// Measure on this Postgres, too: its port on 127.0.0.1, with a user `app` that may do everything
    #[arg(long, requires = "postgres_pid", requires = "postgres_bin")]
    postgres_port: Option<u16>,
    /// Its first process
    #[arg(long)]
    postgres_pid: Option<u32>,
    /// The folder of its programs
    #[arg(long)]
    postgres_bin: Option<PathBuf>,
}

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// Pairs of a measurement and the limit.
    pub(crate) pairs: usize,
    /// Finished deliveries in the database before anything is measured.
    pub(crate) finished: u64,
    /// How long a measurement of throughput takes, and the limit beside it.
    pub(crate) seconds: f64,
    /// Deliveries of a backlog that is drained.
    pub(crate) drained: u64,
    /// Deliveries that wait at a start.
    pub(crate) waiting: u64,
    /// How long a measurement of waits takes.
    pub(crate) wait_seconds: f64,
}

impl Size {
    const WHOLE: Self = Self {
        pairs: 5,
        finished: 1_000_000,
        seconds: 5.0,
        drained: 100_000,
        waiting: 1_000_000,
        wait_seconds: 20.0,
    };
    const QUICK: Self = Self {
        pairs: 1,
        finished: 20_000,
        seconds: 3.0,
        drained: 20_000,
        waiting: 50_000,
        wait_seconds: 10.0,
    };
}

impl Run {
    /// Measures; the table is on standard output, progress on standard error.
    pub(crate) fn run(self) -> Result<()> {
        ensure!(self.binary.is_file(), "there is no {}", self.binary.display());
        let binary = self.binary.canonicalize()?;
        fs::create_dir_all(&self.folder)?;
        let folder = self.folder.canonicalize()?;
        let size = if self.quick { Size::QUICK } else { Size::WHOLE };
        let start = clock::start();
        let machine = machine::Machine::look(&folder)?;
        eprintln!("{machine}");

        let mut kinds = Vec::new();
        if !self.without_sqlite {
            kinds.push(Kind::Sqlite);
        }
        if let Some(port) = self.postgres_port {
            let bin = self.postgres_bin.clone().context("--postgres-bin is missing")?;
            kinds.push(Kind::Postgres {
                port,
                pid: self.postgres_pid.context("--postgres-pid is missing")?,
                bin,
            });
        }
        let mut table = table::Table::default();
        for kind in kinds {
            let stage = database::Stage { kind, folder: folder.clone(), binary: binary.clone(), size };
            scenarios::measure(&stage, self.only.as_deref(), &mut table)?;
        }
        table.print(&machine, size, start.elapsed())
    }
}
