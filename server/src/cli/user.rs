//! `crier user add`

use super::{Setting, system};
use crate::out;
use anyhow::{Context as _, Result, ensure};
use clap::{Args, Subcommand};
use domain::account::Role;
use std::io::Read as _;

#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Add a person to a marketplace
    Add(Add),
}

#[derive(Args, Debug)]
pub(super) struct Add {
    /// Signs in with it
    #[arg(long, value_name = "E-MAIL")]
    email: String,
    /// How the console calls them
    #[arg(long)]
    name: String,
    /// What they may do: viewer reads, manager changes webhooks, owner also people and keys
    #[arg(long, value_parser = ["owner", "manager", "viewer"])]
    role: String,
    /// Read the password from standard input; it has at least 10 characters
    #[arg(long, required = true)]
    password_stdin: bool,
    /// The marketplace's slug
    #[arg(long, value_name = "SLUG", default_value = "default")]
    marketplace: String,
    #[command(flatten)]
    setting: Setting,
}

impl User {
    pub(super) async fn run(self) -> Result<()> {
        let Self::Add(add) = self;
        let role = Role::parse(&add.role).context("the role is one of owner, manager, viewer")?;
        let mut password = String::new();
        std::io::stdin().read_to_string(&mut password).context("can't read the password")?;
        let password = password.strip_suffix('\n').unwrap_or(&password);
        let password = password.strip_suffix('\r').unwrap_or(password);
        ensure!(!password.contains('\n'), "the password is one line");
        let engine = add.setting.open().await?;
        let who = system(&engine, &add.marketplace).await?;
        let member = engine.add_member(&who, &add.email, &add.name, role, password).await?;
        Ok(out::line(&format!("Added {} as {}.", member.email, member.role.as_str()))?)
    }
}
