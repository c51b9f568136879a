//! `crier`: accepts a platform's events, delivers them as webhooks, and shows both to the people who run it.
#![recursion_limit = "256"]

mod api;
mod cli;
mod client;
mod config;
mod files;
mod headers;
mod health;
mod listener;
mod live;
mod origin;
mod out;
mod receiver;
mod reload;
mod router;
mod session;
mod site;
mod start;
mod state;
mod tag;
mod telemetry;

use clap::Parser as _;
use std::process::ExitCode;

/// The C library's took a seventh of the processor's time under load (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Errors are one line on stderr and exit status 1; clap answers wrong usage with 2.
fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(cli.run()));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let line = format!("{error:#}").replace('\n', " ");
            // Nothing can be done when stderr is closed.
            let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("crier: {line}\n"));
            ExitCode::FAILURE
        }
    }
}
