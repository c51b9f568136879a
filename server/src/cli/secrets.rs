//! `crier secrets`: a change of the key, and what to do when it is lost.

use super::Setting;
use crate::{config, out};
use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use engine::{Engine, Lacking, NewKey};
use std::io::Read as _;

#[derive(Debug, Subcommand)]
pub(super) enum Secrets {
    /// Seal all stored secrets with a new key; stop Crier first
    Rotate(Rotate),
    /// The key is lost for good: forget what it sealed, and pause those webhooks; stop Crier first
    Forget(Forget),
}

#[derive(Args, Debug)]
pub(super) struct Rotate {
    /// Read the new key, 32 bytes in base64, from standard input; needed where the key comes from the
    /// configuration
    #[arg(long)]
    new_key_stdin: bool,
    #[command(flatten)]
    setting: Setting,
}

#[derive(Args, Debug)]
pub(super) struct Forget {
    /// The key that is lost, as `crier doctor` names it
    #[arg(long, value_name = "KEY ID")]
    lost_key: String,
    #[command(flatten)]
    setting: Setting,
}

impl Secrets {
    pub(super) async fn run(self) -> Result<()> {
        match self {
            Self::Rotate(rotate) => rotate.run().await,
            Self::Forget(forget) => forget.run().await,
        }
    }
}

impl Rotate {
    async fn run(self) -> Result<()> {
        let config = self.setting.read(&[])?;
        let new = if self.new_key_stdin {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).context("can't read the new key")?;
            let key = config::secret_key(&text).context("the new key")?;
            NewKey::Given(key.context("the new key: standard input is empty")?)
        } else {
            NewKey::Made
        };
        let rotated = Engine::rotate_key(&config.engine(config.planned_url()?), new).await?;
        let sealed = match rotated.webhooks {
            1 => "The secrets of 1 webhook are sealed with the new key.".to_owned(),
            n => format!("The secrets of {n} webhooks are sealed with the new key."),
        };
        let then = if rotated.in_file {
            "It is in the key file: keep a copy apart from the database."
        } else {
            "Put it into the configuration before the next start."
        };
        Ok(out::line(&format!("{sealed} {then} Older copies of the database still need the old one."))?)
    }
}

impl Forget {
    async fn run(self) -> Result<()> {
        let config = self.setting.read(&[])?;
        let lacking = Engine::forget_secrets(&config.engine(config.planned_url()?), &self.lost_key).await?;
        for Lacking { marketplace, webhook, .. } in &lacking {
            out::line(&format!("{}  {}  {}", marketplace.slug, webhook.id, webhook.settings.name))?;
        }
        let webhooks = match lacking.len() {
            0 => "No webhook lacks secrets.",
            _ => {
                "Secrets of these webhooks are forgotten, and what was active is paused. Edit each, type its passwords \
                 and tokens again and save it, which makes a new signing secret; then activate it."
            }
        };
        let others =
            "Set secret keys in bodies again in Settings; identify secrets that were lost are new ones.";
        Ok(out::line(&format!("{webhooks} {others}"))?)
    }
}
