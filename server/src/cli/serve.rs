//! `crier serve`

use super::Setting;
use crate::{start, telemetry};
use anyhow::Result;
use clap::Args;

#[derive(Args, Debug)]
pub(super) struct Serve {
    /// Address and port of console and API; port 0 takes a free one [default: 127.0.0.1:3000]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// What this process does: all, console (console and API) or dispatcher (deliveries) [default: all]
    #[arg(long, value_name = "ROLE", value_parser = ["all", "console", "dispatcher"])]
    role: Option<String>,
    #[command(flatten)]
    setting: Setting,
}

impl Serve {
    pub(super) async fn run(self) -> Result<()> {
        let config = self.setting.read(&[("listen", self.listen), ("role", self.role)])?;
        telemetry::start(&config.log)?;
        for warning in &config.warnings {
            tracing::warn!("{warning}");
        }
        start::serve(config).await
    }
}
