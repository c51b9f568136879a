//! The browser half: crate `frontend` as WASM, and the JavaScript that loads it.

use std::{
    fs,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    run,
    site::{Mode, NAME},
    workspace,
};

const TARGET: &str = "wasm32-unknown-unknown";

/// What `rustc` may use for this target today and the browsers we support all know.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Builds and returns the folder with `crier.js` and `crier_bg.wasm`. A file that did not change is not
/// processed again.
pub(crate) fn build(mode: Mode) -> Result<PathBuf> {
    ensure_target()?;
    // A target folder of its own: the two halves enable different features of the same crates, and two calls
    // of cargo can run beside each other.
    let front = workspace::target()?.join("front");
    let profile = mode.wasm_profile();
    run::run(
        run::cargo()
            .args([
                "build",
                "--package",
                "frontend",
                "--target",
                TARGET,
                "--profile",
                profile,
                "--target-dir",
            ])
            .arg(&front),
    )?;
    let module = front.join(TARGET).join(profile).join("frontend.wasm");
    let optimiser = if mode == Mode::Release { wasm_opt() } else { None };
    let folder = front.join("pkg").join(profile);
    let stamp_file = folder.with_extension("stamp");
    let stamp = stamp(&module, optimiser.as_deref())?;
    if fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
        return Ok(folder);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    bindgen(&module, &folder, mode)?;
    match optimiser {
        Some(program) => optimise(&program, &folder.join(format!("{NAME}_bg.wasm")))?,
        None if mode == Mode::Release => {
            eprintln!(
                "note: no wasm-opt in PATH or end2end/node_modules (npm ci there): the WASM stays larger"
            );
        }
        None => {}
    }
    fs::write(stamp_file, stamp)?;
    Ok(folder)
}

/// `wasm32-unknown-unknown` is added by rustup where it is missing.
pub(crate) fn ensure_target() -> Result<()> {
    let rustc = || run::program(std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into()));
    let libraries = run::output(rustc().args(["--print", "target-libdir", "--target", TARGET]))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    run::run(run::program("rustup").args(["target", "add", TARGET])).with_context(|| {
        format!("Rust's target {TARGET} is missing; install it the way Rust was installed here")
    })
}

/// Says whether the module or the way it is processed changed since the last time.
fn stamp(module: &Path, optimiser: Option<&Path>) -> Result<String> {
    let data = fs::metadata(module).with_context(|| format!("no {}", module.display()))?;
    let age = data.modified()?.duration_since(UNIX_EPOCH)?.as_nanos();
    Ok(format!("{} {age} {} {optimiser:?}", module.display(), data.len()))
}

fn bindgen(module: &Path, folder: &Path, mode: Mode) -> Result<()> {
    let release = mode == Mode::Release;
    Bindgen::new()
        .input_path(module)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        .remove_name_section(release)
        .remove_producers_section(release)
        .generate(folder)
        .context("wasm-bindgen")
}

fn wasm_opt() -> Option<PathBuf> {
    let local = workspace::root().join("end2end/node_modules/.bin/wasm-opt");
    if local.exists() { Some(local) } else { run::which(&["wasm-opt"]) }
}

fn optimise(program: &Path, module: &Path) -> Result<()> {
    run::run(
        run::program(program)
            .args(["-Oz", "--strip-debug", "--strip-producers"])
            .args(FEATURES)
            .arg(module)
            .arg("-o")
            .arg(module),
    )
}
