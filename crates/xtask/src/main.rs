//! `cargo xtask …`: every step between a fresh clone and a running, tested or released Crier, so that nothing
//! but Rust and a C compiler has to be installed by hand.

mod api;
mod architecture;
mod bench;
mod chromium;
mod deny;
mod dev;
mod fuzz;
mod http;
mod mutants;
mod node;
mod postgres;
mod python;
mod reload;
mod run;
mod scratch;
mod serve;
mod site;
mod smoke;
mod style;
mod tests;
mod tool;
mod torture;
mod wasm;
mod watch;
mod workspace;

use std::{os::unix::process::CommandExt as _, process::ExitCode};

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo xtask <command>

  serve [-- ARGS]       build and run the console on SQLite in ./data; ARGS go to `crier serve`
  dev [-- ARGS]         the same, and rebuild and reload the browser on every change
  build [--release]     build site and server; --release leaves one file, target/release/crier
  test [--only STEP]    run all tests, or one step (ARGS after -- go to the test program of that step)
  bench [--quick] [--only NAME] [--database sqlite|postgres] [--binary PATH]
                        measure the release program beside a raw client and print the table
  torture HARNESS       kill, power, away, nodes, guard or faults: break the program under load and check that
                        nothing is lost; --rounds N, --seconds N, --database sqlite|postgres
  fuzz [TARGET] [--seconds N]
                        templates, filters, XML, addresses and masks, fed by libFuzzer
  mutants               faults in address rules, signatures, retries and permissions, each noticed by a test
  check-api             thousands of requests made from the OpenAPI description (schemathesis)
  check-deps            licences, advisories and banned crates (cargo deny)";

fn main() -> ExitCode {
    match command(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command(args: &[String]) -> Result<()> {
    let (own, rest) = match args.iter().position(|arg| arg == "--") {
        Some(at) => (&args[..at], &args[at + 1..]),
        None => (args, &args[args.len()..]),
    };
    let own = own.iter().map(String::as_str).collect::<Vec<_>>();
    if !own.is_empty() && workspace::claim()? {
        return Err(run::cargo().arg("xtask").args(args).exec().into());
    }
    match own[..] {
        ["serve"] => serve::serve(rest),
        ["dev"] => dev::dev(rest),
        ["build"] => site::build(site::Mode::Dev),
        ["build", "--release"] => site::build(site::Mode::Release).and_then(|()| smoke::release()),
        ["test"] => tests::all(),
        ["test", "--only", step] => tests::only(step, rest),
        ["bench", ref options @ ..] => bench::bench(options),
        ["torture", ref words @ ..] => torture::torture(words),
        ["fuzz", ref words @ ..] => fuzz::fuzz(words),
        ["mutants"] => mutants::mutants(),
        ["check-api"] => api::check(),
        ["check-deps"] => deny::check(),
        [] | ["help" | "--help" | "-h"] => {
            eprintln!("{USAGE}\n\nsteps of `test`: {}", tests::names());
            Ok(())
        }
        _ => bail!("unknown arguments: {}\n\n{USAGE}", args.join(" ")),
    }
}
