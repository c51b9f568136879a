//! `crier doctor`: what a start would need, checked without starting.

use super::Setting;
use crate::{config::Config, out, site::Site};
use anyhow::{Result, bail};
use engine::{Engine, KeyState, OpenAs, OpenError};
use std::path::Path;

enum Finding {
    Good(String),
    Note(String),
    Bad(String),
}

pub(super) async fn run(setting: &Setting) -> Result<()> {
    let config = setting.read(&[])?;
    let mut findings: Vec<Finding> = config.warnings.iter().cloned().map(Finding::Note).collect();
    findings.push(Finding::Good(match &setting.config {
        Some(path) => format!("configuration: {} and the environment", path.display()),
        None => "configuration: the defaults and the environment".to_owned(),
    }));
    findings.extend(opens(&config).await?);
    findings.push(console());
    findings.extend(networks(&config));
    let mut bad = 0;
    for finding in findings {
        match finding {
            Finding::Good(text) => out::line(&format!("ok    {text}"))?,
            Finding::Note(text) => out::line(&format!("note  {text}"))?,
            Finding::Bad(text) => {
                bad += 1;
                out::line(&format!("wrong {text}"))?;
            }
        }
    }
    if bad > 0 {
        bail!("{bad} of these must be put right");
    }
    Ok(())
}

async fn opens(config: &Config) -> Result<Vec<Finding>> {
    let kind = config.database_url.split(':').next().unwrap_or_default();
    let engine = match Engine::open(config.engine(config.planned_url()?), OpenAs::Tool).await {
        Ok(engine) => engine,
        Err(error @ (OpenError::File { .. } | OpenError::Key(_))) => {
            return Ok(vec![Finding::Bad(format!("secret key: {error}"))]);
        }
        Err(error) => return Ok(vec![Finding::Bad(format!("database ({kind}): {error}"))]),
    };
    let mut findings = vec![Finding::Good(format!("database ({kind}): opens and is up to date"))];
    if kind == "sqlite" {
        findings.push(pages(&engine).await);
    }
    findings.extend(key(&engine, config));
    findings.extend(lacking(&engine).await);
    if app::context::is_exposed(&engine) {
        let text = "public_url: plain http beyond this machine; passwords can be read on the way, use https";
        findings.push(Finding::Note(text.to_owned()));
    } else {
        findings.push(Finding::Good(format!("public_url: {}", engine.config().public_url)));
    }
    findings.push(match engine.try_mail_server().await {
        None => {
            Finding::Note("smtp.url: not set, so alerts are shown in the console and not mailed".to_owned())
        }
        Some(Ok(())) => Finding::Good("smtp.url: the mail server answers".to_owned()),
        Some(Err(reason)) => Finding::Bad(format!("smtp.url: {reason}")),
    });
    Ok(findings)
}

fn key(engine: &Engine, config: &Config) -> Vec<Finding> {
    let from = match config.secret_key {
        Some(_) => "from the configuration".to_owned(),
        None => format!("from a file in {}", Path::new(&config.data_dir).display()),
    };
    let mut findings = vec![match engine.key_state() {
        KeyState::Fits => Finding::Good(format!("secret key: {from}, and it is the database's")),
        KeyState::Unfinished(told) => Finding::Note(format!("secret key: {told}")),
        KeyState::Unused => Finding::Good(format!("secret key: {from}; nothing was sealed with it yet")),
        KeyState::Wrong(told) => Finding::Bad(format!("secret key: {told}")),
    }];
    let is_whole = matches!(engine.key_state(), KeyState::Fits | KeyState::Unused);
    if is_whole && config.secret_key.is_none() {
        let text = "secret key: keep a copy of its file apart from the database";
        findings.push(Finding::Note(text.to_owned()));
    }
    findings
}

async fn lacking(engine: &Engine) -> Option<Finding> {
    if matches!(engine.key_state(), KeyState::Wrong(_)) {
        return None;
    }
    match engine.lacking_secrets().await {
        Ok(webhooks) if webhooks.is_empty() => None,
        Ok(webhooks) => {
            let webhooks: Vec<_> = webhooks.iter().map(ToString::to_string).collect();
            Some(Finding::Bad(format!(
                "secrets: {} lack some, or the key in their bodies; type them again in the settings",
                webhooks.join(", ")
            )))
        }
        Err(error) => Some(Finding::Bad(format!("secrets: {error}"))),
    }
}

async fn pages(engine: &Engine) -> Finding {
    match engine.damage().await {
        Ok(damage) if damage.is_empty() => Finding::Good("database (sqlite): every page is whole".to_owned()),
        Ok(damage) => Finding::Bad(format!(
            "database (sqlite): the file is damaged, restore a copy: {}",
            damage.join("; ").replace('\n', " ")
        )),
        Err(error) => Finding::Bad(format!("database (sqlite): {error}")),
    }
}

fn console() -> Finding {
    if Site::is_there() {
        Finding::Good("console: its files are here".to_owned())
    } else {
        Finding::Bad(
            "console: its files are missing; `cargo xtask build --release` builds them in".to_owned(),
        )
    }
}

fn networks(config: &Config) -> Option<Finding> {
    let list: Vec<_> = config.allowed_networks.iter().map(ToString::to_string).collect();
    (!list.is_empty()).then(|| {
        Finding::Note(format!(
            "outgoing.allowed_networks: webhooks may reach {} on your network",
            list.join(", ")
        ))
    })
}
