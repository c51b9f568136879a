//! Measures Crier from outside. Four programs in one file, each a process of its own when it runs:
//!
//! - `receiver` answers webhooks as cheaply as it can and remembers when each came,
//! - `load` publishes events,
//! - `limit` is what a raw client reaches without a database (L, and its CPU per post, C),
//! - `run` starts the others and the server, and prints the table. `cargo xtask bench` calls it.

mod clock;
mod http;
mod limit;
mod load;
mod payload;
mod process;
mod receiver;
mod run;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "bench", about = "Measures Crier; `cargo xtask bench` runs it")]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer webhooks
    Receiver(receiver::Receiver),
    /// Publish events
    Load(load::Load),
    /// Post with a raw client
    Limit(limit::Limit),
    /// Measure everything and print the table
    Run(run::Run),
}

fn main() -> Result<()> {
    match Line::parse().command {
        Command::Receiver(receiver) => receiver.run(),
        Command::Load(load) => load.run(),
        Command::Limit(limit) => limit.run(),
        Command::Run(run) => run.run(),
    }
}
