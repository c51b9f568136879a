//! `crier key create`

use super::{Setting, system};
use crate::out;
use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use domain::account::Scope;

#[derive(Debug, Subcommand)]
pub(super) enum Key {
    /// Make an API key and print it, once
    Create(Create),
}

#[derive(Args, Debug)]
pub(super) struct Create {
    /// What it is for
    #[arg(long)]
    name: String,
    /// What it may do: events publishes, read reads, manage does everything
    #[arg(long, value_parser = ["events", "manage", "read"])]
    scope: String,
    /// The marketplace's slug
    #[arg(long, value_name = "SLUG", default_value = "default")]
    marketplace: String,
    #[command(flatten)]
    setting: Setting,
}

impl Key {
    pub(super) async fn run(self) -> Result<()> {
        let Self::Create(create) = self;
        let scope = Scope::parse(&create.scope).context("the scope is one of events, manage, read")?;
        let engine = create.setting.open().await?;
        let who = system(&engine, &create.marketplace).await?;
        let (_, text) = engine.create_key(&who, &create.name, scope).await?;
        Ok(out::line(&text)?)
    }
}
