//! `crier openapi`

use crate::{api, out};
use anyhow::Result;

pub(super) fn run() -> Result<()> {
    Ok(out::line(&api::openapi_text())?)
}
