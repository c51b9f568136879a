//! `crier event publish`: over REST, so that it works from anywhere.

use crate::out;
use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Args, Subcommand};
use reqwest::{Client, header, redirect::Policy};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::{io::Read as _, time::Duration};
use url::Url;

/// How long the server may take.
const DEADLINE: Duration = Duration::from_secs(30);

#[derive(Debug, Subcommand)]
pub(super) enum Event {
    /// Publish an event; the API key comes from CRIER_API_KEY
    Publish(Publish),
}

#[derive(Args, Debug)]
pub(super) struct Publish {
    /// The topic's key, such as learning.user.created
    #[arg(long)]
    topic: String,
    /// A file with the payload as JSON, or - for standard input
    #[arg(long, value_name = "FILE|-")]
    payload: String,
    /// Where Crier answers
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:3000")]
    server: Url,
}

/// What of a problem document is told.
#[derive(Deserialize)]
struct Problem {
    detail: String,
    #[serde(default)]
    errors: Vec<domain::invalid::FieldError>,
}

impl Event {
    pub(super) async fn run(self) -> Result<()> {
        let Self::Publish(publish) = self;
        let key = std::env::var("CRIER_API_KEY").ok().filter(|key| !key.is_empty());
        let key = key.context("CRIER_API_KEY is not set; `crier key create --scope events` makes a key")?;
        let payload = read(&publish.payload)?;
        let payload: &RawValue =
            serde_json::from_str(&payload).map_err(|e| anyhow!("{} is not JSON: {e}", publish.payload))?;
        let topic = serde_json::to_string(&publish.topic)?;
        let body = format!(r#"{{"topic":{topic},"payload":{payload}}}"#);
        let url = publish.server.join("/api/v1/events").context("--server is not an address")?;
        let response = client()?
            .post(url)
            .bearer_auth(key)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .send()
            .await
            .map_err(|e| anyhow!("{} does not answer: {}", publish.server, root_cause(&e)))?;
        let status = response.status();
        let text = response.text().await.context("the answer broke off")?;
        if status.is_success() {
            return Ok(out::line(&text)?);
        }
        match serde_json::from_str::<Problem>(&text) {
            Ok(problem) if problem.errors.len() > 1 => {
                let all: Vec<_> =
                    problem.errors.iter().map(|e| format!("{}: {}", e.field, e.message)).collect();
                bail!("{}", all.join(" "))
            }
            Ok(problem) => bail!("{}", problem.detail),
            Err(_) => bail!("{} answered {status}, which is not how Crier answers", publish.server),
        }
    }
}

fn read(payload: &str) -> Result<String> {
    if payload == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("can't read the payload from standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(payload).with_context(|| format!("can't read {payload}"))
}

fn client() -> Result<Client> {
    // Fails only when a provider is there already, which is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    Ok(Client::builder().timeout(DEADLINE).redirect(Policy::none()).build()?)
}

/// The innermost cause, which says what happened; the outer ones repeat the URL.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
