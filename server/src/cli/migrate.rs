//! `crier migrate`

use super::Setting;
use crate::out;
use anyhow::Result;

/// Opening brings the schema up to date.
pub(super) async fn run(setting: &Setting) -> Result<()> {
    setting.open().await?;
    Ok(out::line("The database is up to date.")?)
}
