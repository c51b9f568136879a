//! `cargo xtask test`: everything that must hold, in the order in which it fails fastest.

use std::{thread, time::Duration};

use anyhow::{Context, Result, bail};

use crate::{
    architecture, chromium, node,
    postgres::{self, Postgres},
    python, run,
    scratch::Scratch,
    site::{self, Mode},
    smoke, torture, wasm, workspace,
};

/// One step: its name for `--only`, what it is in words, and how it is done.
struct Step {
    name: &'static str,
    what: &'static str,
    run: fn(&[String]) -> Result<()>,
}

const STEPS: [Step; 7] = [
    Step { name: "format", what: "formatting", run: format },
    Step { name: "architecture", what: "the rules of the architecture", run: rules },
    Step { name: "lint", what: "lints and banned calls, server and browser half", run: lint },
    Step {
        name: "units",
        what: "unit, property, conformance and integration tests, on SQLite and Postgres",
        run: units,
    },
    Step { name: "torture", what: "a short turn of each harness of crates/torture", run: torture },
    Step { name: "browser", what: "browser tests in Chromium", run: browser },
    Step { name: "release", what: "the release file, run from an empty folder", run: release },
];

/// The names of the steps, for the help text.
pub(crate) fn names() -> String {
    STEPS.map(|step| step.name).join(", ")
}

/// All steps; the first failure ends the run.
pub(crate) fn all() -> Result<()> {
    let start = run::now();
    prepare()?;
    let mut times = Vec::new();
    for step in &STEPS {
        times.push((step.name, timed(step, &[])?));
    }
    let times =
        times.iter().map(|(name, time)| format!("{name} {}", run::duration(*time))).collect::<Vec<_>>();
    eprintln!(
        "\nAll {} steps passed in {}: {}",
        STEPS.len(),
        run::duration(start.elapsed()),
        times.join(", ")
    );
    Ok(())
}

/// One step by name, with arguments for its test program.
pub(crate) fn only(name: &str, args: &[String]) -> Result<()> {
    let step = STEPS.iter().find(|step| step.name == name);
    timed(step.with_context(|| format!("no step {name}; there are {}", names()))?, args).map(drop)
}

/// Has everything in place that comes from outside, so that what is missing is known at once and not after the
/// first ten minutes.
fn prepare() -> Result<()> {
    eprintln!("\n=== what the tests need");
    wasm::ensure_target()?;
    let postgres = postgres::programs()?;
    let chromium = chromium::ensure()?;
    node::ensure()?;
    let python = python::ensure("verifiers")?;
    eprintln!(
        "--- Postgres in {}, browser {}, npm packages in end2end, Python {}",
        postgres.display(),
        chromium.display(),
        python.display()
    );
    Ok(())
}

fn timed(step: &Step, args: &[String]) -> Result<Duration> {
    eprintln!("\n=== {}: {}", step.name, step.what);
    let start = run::now();
    (step.run)(args).with_context(|| format!("step {} failed", step.name))?;
    let time = start.elapsed();
    eprintln!("--- {} passed in {}", step.name, run::duration(time));
    Ok(time)
}

fn format(_: &[String]) -> Result<()> {
    run::run(run::cargo().args(["fmt", "--all", "--check"]))
}

fn rules(_: &[String]) -> Result<()> {
    let broken = architecture::check()?;
    if !broken.is_empty() {
        bail!("{} of the architecture's rules broken:\n  {}", broken.len(), broken.join("\n  "));
    }
    Ok(())
}

fn lint(_: &[String]) -> Result<()> {
    let clippy =
        |args: &[&str]| run::run(run::cargo().arg("clippy").args(args).args(["--", "-D", "warnings"]));
    clippy(&[&workspace::PROGRAM[..], &["--all-targets"]].concat())?;
    clippy(&["--package", "xtask", "--all-targets"])?;
    let front = workspace::target()?.join("front");
    let front = front.to_str().context("the target folder's path is not UTF-8")?;
    let wasm = ["--package", "frontend", "--target", "wasm32-unknown-unknown", "--profile", "wasm-dev"];
    wasm::ensure_target()?;
    clippy(&[&wasm[..], &["--target-dir", front]].concat())
}

fn units(args: &[String]) -> Result<()> {
    run::run(run::cargo().args(["test", "--package", "xtask", "--quiet"]))?;
    site::beside(Mode::Dev, program)?;
    let postgres = Postgres::start()?;
    node::ensure()?;
    let python = python::ensure("verifiers")?;
    let mut cargo = run::cargo();
    // nextest runs the tests of all crates at once; without it they run crate by crate. Half of the time they wait,
    // for leases, pauses and Postgres: so twice as many as there are processors.
    if run::which(&["cargo-nextest"]).is_some() {
        let threads = thread::available_parallelism().map_or(2, usize::from) * 2;
        cargo.args(["nextest", "run"]).env("NEXTEST_TEST_THREADS", threads.to_string());
    } else {
        cargo.arg("test");
    }
    cargo.args(workspace::PROGRAM).args(args).env("CRIER_TEST_POSTGRES_URL", &postgres.url);
    let scratch = Scratch::new("units")?;
    run::run(cargo.env("CRIER_TEST_PYTHON", python).env("TMPDIR", scratch.path()))
}

/// With the tests, because their dependencies take part in the choice of features: this way all steps have the same
/// program.
fn program() -> Result<()> {
    run::run(run::cargo().arg("build").args(workspace::PROGRAM).args(["--bins", "--tests"]))
}

fn torture(_: &[String]) -> Result<()> {
    torture::short()
}

fn browser(args: &[String]) -> Result<()> {
    let chromium = chromium::ensure()?;
    node::ensure()?;
    site::beside(Mode::Dev, program)?;
    let crier = workspace::target()?.join("debug/crier");
    let mut playwright = run::program(node::folder().join("node_modules/.bin/playwright"));
    playwright.current_dir(node::folder()).arg("test").args(args);
    let scratch = Scratch::new("browser")?;
    run::run(playwright.env("CRIER_BIN", crier).env("CHROMIUM", chromium).env("TMPDIR", scratch.path()))
}

fn release(_: &[String]) -> Result<()> {
    node::ensure()?;
    site::build(Mode::Release)?;
    smoke::release()
}
