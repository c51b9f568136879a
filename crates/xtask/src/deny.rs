//! `cargo xtask check-deps`: licences, advisories, banned crates and sources, by `deny.toml`.

use anyhow::{Result, bail};

use crate::run;

/// Runs cargo-deny, which is not part of `test` because it asks the advisory database on the network.
pub(crate) fn check() -> Result<()> {
    if run::which(&["cargo-deny"]).is_none() {
        bail!("cargo-deny is missing: cargo install --locked cargo-deny");
    }
    run::run(run::cargo().args(["deny", "check"]))
}
