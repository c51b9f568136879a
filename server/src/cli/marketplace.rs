//! `crier marketplace add`

use super::Setting;
use crate::out;
use anyhow::Result;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(super) enum Marketplace {
    /// Make a further marketplace, with people and keys of its own
    Add(Add),
}

#[derive(Args, Debug)]
pub(super) struct Add {
    /// Names it on the command line and never changes: lower-case letters, digits, hyphens
    #[arg(long)]
    slug: String,
    /// How the console calls it
    #[arg(long)]
    name: String,
    #[command(flatten)]
    setting: Setting,
}

impl Marketplace {
    pub(super) async fn run(self) -> Result<()> {
        let Self::Add(add) = self;
        let engine = add.setting.open().await?;
        let made = engine.add_marketplace(&add.slug, &add.name).await?;
        Ok(out::line(&format!("Made the marketplace {} ({}).", made.name, made.slug))?)
    }
}
