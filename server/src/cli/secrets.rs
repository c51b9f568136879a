//! `crier secrets rotate`

use super::Setting;
use crate::{config, out};
use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use engine::{Engine, NewKey};
use std::io::Read as _;

#[derive(Debug, Subcommand)]
pub(super) enum Secrets {
    /// Seal all stored secrets with a new key; stop Crier first
    Rotate(Rotate),
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

impl Secrets {
    pub(super) async fn run(self) -> Result<()> {
        let Self::Rotate(rotate) = self;
        let config = rotate.setting.read(&[])?;
        let new = if rotate.new_key_stdin {
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
