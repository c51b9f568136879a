//! `cargo xtask check-deps`: licences, advisories, banned crates and sources, by `deny.toml`.

use anyhow::Result;

use crate::{run, tool};

/// Runs cargo-deny, which is not part of `test` because it asks the advisory database on the network.
pub(crate) fn check() -> Result<()> {
    run::run(run::program(tool::ensure("cargo-deny", "0.20.2")?).args(["deny", "check"]))
}
