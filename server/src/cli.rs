//! The command line: one file a command.

mod doctor;
mod event;
mod key;
mod marketplace;
mod migrate;
mod openapi;
mod secrets;
mod serve;
mod user;

use crate::config::{Config, Layers};
use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use engine::{Engine, OpenAs, Who};
use std::path::PathBuf;

/// Sends a platform's events to the webhooks that its managers make.
#[derive(Debug, Parser)]
#[command(name = "crier", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the console, the API and the deliveries
    Serve(serve::Serve),
    /// Bring the database up to date, and end
    Migrate(Setting),
    /// Tenants beside the first
    #[command(subcommand)]
    Marketplace(marketplace::Marketplace),
    /// People who sign in to the console
    #[command(subcommand)]
    User(user::User),
    /// API keys
    #[command(subcommand)]
    Key(key::Key),
    /// Events
    #[command(subcommand)]
    Event(event::Event),
    /// Passwords, tokens and signing keys in the database
    #[command(subcommand)]
    Secrets(secrets::Secrets),
    /// Check configuration, database and key, and say what to do
    Doctor(Setting),
    /// Print the OpenAPI document of the REST API
    Openapi,
}

impl Cli {
    /// Does what was asked.
    ///
    /// # Errors
    /// One line for the person who asked.
    pub(crate) async fn run(self) -> Result<()> {
        match self.command {
            Command::Serve(serve) => serve.run().await,
            Command::Migrate(setting) => migrate::run(&setting).await,
            Command::Marketplace(marketplace) => marketplace.run().await,
            Command::User(user) => user.run().await,
            Command::Key(key) => key.run().await,
            Command::Event(event) => event.run().await,
            Command::Secrets(secrets) => secrets.run().await,
            Command::Doctor(setting) => doctor::run(&setting).await,
            Command::Openapi => openapi::run(),
        }
    }
}

/// Where things are; the flags of all commands that open the database.
#[derive(Args, Debug)]
pub(crate) struct Setting {
    /// A configuration file (TOML); see the documentation for its keys
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// sqlite://path or postgres://…; by default a file in the data directory
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Holds the SQLite database and the secret key [default: ./data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
}

impl Setting {
    /// Puts all layers together, with `flags` over those of every command.
    ///
    /// # Errors
    /// What is wrong, and where it was set.
    fn read(&self, flags: &[(&'static str, Option<String>)]) -> Result<Config> {
        let mut layers = Layers::defaults()?;
        if let Some(path) = &self.config {
            layers.file(path)?;
        }
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        layers.variables(std::env::vars_os().filter_map(text));
        layers.flag("database-url", self.database_url.clone());
        layers.flag("data-dir", self.data_dir.clone());
        for (name, value) in flags {
            layers.flag(name, value.clone());
        }
        Config::read(layers)
    }

    /// Opens the engine beside a server that may be running. Only what goes wrong is logged.
    ///
    /// # Errors
    /// The configuration is wrong or the database can't be opened.
    async fn open(&self) -> Result<Engine> {
        let config = self.read(&[])?;
        crate::telemetry::start("warn")?;
        for warning in &config.warnings {
            tracing::warn!("{warning}");
        }
        Ok(Engine::open(config.engine(config.planned_url()?), OpenAs::Tool).await?)
    }
}

/// The command line as somebody who may do everything in a marketplace.
///
/// # Errors
/// There is no such marketplace.
async fn system(engine: &Engine, slug: &str) -> Result<Who> {
    match engine.system(slug).await {
        Err(engine::Error::NotFound) => anyhow::bail!("there is no marketplace `{slug}`"),
        who => Ok(who?),
    }
}
