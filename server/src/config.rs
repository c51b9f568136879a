//! What the process was told: defaults, then the file, then the environment, then flags.

mod layers;

pub(crate) use layers::Layers;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use base64::Engine as _;
use ipnet::IpNet;
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use std::{net::IpAddr, path::PathBuf};
use url::Url;

/// The defaults, with every key explained.
pub(crate) const DEFAULTS: &str = include_str!("../config.default.toml");

/// Everything that can be set; `config.default.toml` says what each key means.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// Host and port.
    pub(crate) listen: String,
    /// `None` follows the listener.
    pub(crate) public_url: Option<Url>,
    /// With the default filled in. May hold a password: never printed.
    pub(crate) database_url: String,
    /// Made when missing.
    pub(crate) data_dir: PathBuf,
    /// `None` asks for the key file in `data_dir`.
    pub(crate) secret_key: Option<[u8; 32]>,
    /// What this process does.
    pub(crate) role: engine::Role,
    /// Whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// What is logged.
    pub(crate) log: String,
    /// What webhooks may reach beside public addresses.
    pub(crate) allowed_networks: Vec<IpNet>,
    /// How long events are kept; `None` without end.
    pub(crate) keep_days: Option<u32>,
    /// Root certificates in DER that are believed beside the system's.
    pub(crate) extra_roots: Vec<Vec<u8>>,
    /// The mail server; `None` sends no mail.
    pub(crate) smtp: Option<engine::Smtp>,
    /// Variables that look like keys and are none, one sentence each.
    pub(crate) warnings: Vec<String>,
}

impl Config {
    /// Reads the values of the layers.
    ///
    /// # Errors
    /// Where a value was set that can't be used, and why.
    pub(crate) fn read(layers: Layers) -> Result<Self> {
        let data_dir = layers.read("data_dir", |dir| {
            ensure!(!dir.is_empty(), "a directory is needed");
            Ok(PathBuf::from(dir))
        })?;
        let server = layers.read("smtp.url", mail_server)?;
        let smtp = layers.read("smtp.from", |from| match server {
            Some(server) if !from.is_empty() => Ok(Some(server.from(from)?)),
            server => Ok(server),
        })?;
        Ok(Self {
            listen: layers.read("listen", listen)?,
            public_url: layers.read("public_url", public_url)?,
            database_url: layers.read("database_url", |url| database_url(url, &data_dir))?,
            secret_key: layers.read("secret_key", secret_key)?,
            role: layers.read("role", role)?,
            trusted_proxies: layers.read("trusted_proxies", networks)?,
            log: layers.read("log", |log| Ok(log.to_owned()))?,
            allowed_networks: layers.read("outgoing.allowed_networks", networks)?,
            keep_days: layers.read("retention.days", days)?,
            extra_roots: layers.read("outgoing.extra_ca_file", certificates)?,
            smtp,
            data_dir,
            warnings: layers.warnings,
        })
    }

    /// What the engine needs of it; `public_url` is the one in use.
    pub(crate) fn engine(&self, public_url: Url) -> engine::Config {
        engine::Config {
            secret_key: self.secret_key,
            allowed_networks: self.allowed_networks.clone(),
            extra_roots: self.extra_roots.clone(),
            smtp: self.smtp.clone(),
            role: self.role,
            keep_days: self.keep_days,
            ..engine::Config::new(&self.database_url, &self.data_dir, public_url)
        }
    }

    /// The public URL before anything listens: the configured one, or the listener's.
    ///
    /// # Errors
    /// When `listen` holds a host that no URL can hold.
    pub(crate) fn planned_url(&self) -> Result<Url> {
        match &self.public_url {
            Some(url) => Ok(url.clone()),
            None => Url::parse(&format!("http://{}", self.listen))
                .with_context(|| format!("listen: `{}` does not fit in a URL", self.listen)),
        }
    }
}

fn listen(text: &str) -> Result<String> {
    let port = text.rsplit_once(':').filter(|(host, _)| !host.is_empty()).map(|(_, port)| port);
    ensure!(
        port.is_some_and(|port| port.parse::<u16>().is_ok()),
        "`{text}` is not an address and a port such as 127.0.0.1:3000"
    );
    Ok(text.to_owned())
}

fn public_url(text: &str) -> Result<Option<Url>> {
    if text.is_empty() {
        return Ok(None);
    }
    let url = Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
    });
    match url {
        Some(url) if url.username().is_empty() && url.password().is_none() => Ok(Some(url)),
        _ => bail!("`{text}` is not an address without a path such as https://hooks.example.com"),
    }
}

fn database_url(text: &str, data_dir: &std::path::Path) -> Result<String> {
    if text.is_empty() {
        return Ok(format!("sqlite://{}", data_dir.join("crier.db").display()));
    }
    // The text is not repeated: it may hold a password.
    ensure!(
        ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| text.starts_with(scheme)),
        "it starts with sqlite:// or postgres://"
    );
    Ok(text.to_owned())
}

/// The text is not repeated: it may hold a password.
fn mail_server(text: &str) -> Result<Option<engine::Smtp>> {
    Ok(if text.is_empty() { None } else { Some(engine::Smtp::new(text)?) })
}

pub(crate) fn secret_key(text: &str) -> Result<Option<[u8; 32]>> {
    if text.is_empty() {
        return Ok(None);
    }
    let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim()).ok();
    match bytes.and_then(|bytes| bytes.try_into().ok()) {
        Some(key) => Ok(Some(key)),
        None => bail!("it is not 32 bytes in base64; `openssl rand -base64 32` makes one"),
    }
}

fn role(text: &str) -> Result<engine::Role> {
    match text {
        "all" => Ok(engine::Role::All),
        "console" => Ok(engine::Role::Console),
        "dispatcher" => Ok(engine::Role::Dispatcher),
        _ => bail!("`{text}` is not one of all, console, dispatcher"),
    }
}

fn days(text: &str) -> Result<Option<u32>> {
    match text.trim().parse() {
        Ok(0) => Ok(None),
        // More than a hundred years are a mistake.
        Ok(days) if days <= 36_500 => Ok(Some(days)),
        _ => bail!("`{text}` is not a number of days up to 36500 such as 90, or 0 to keep everything"),
    }
}

fn networks(text: &str) -> Result<Vec<IpNet>> {
    let network = |part: &str| {
        let single = || part.parse::<IpAddr>().ok().map(IpNet::from);
        part.parse()
            .ok()
            .or_else(single)
            .with_context(|| format!("`{part}` is not a network such as 10.0.0.0/8"))
    };
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(network).collect()
}

/// The certificates of a PEM file, each of which can be a root.
fn certificates(path: &str) -> Result<Vec<Vec<u8>>> {
    if path.is_empty() {
        return Ok(Vec::new());
    }
    let pem = std::fs::read(path).with_context(|| format!("can't read {path}"))?;
    let mut roots = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|_| anyhow!("{path} is not PEM"))?;
        let usable = RootCertStore::empty().add(certificate.clone());
        usable.map_err(|_| anyhow!("{path} holds a certificate that can't be read"))?;
        roots.push(certificate.to_vec());
    }
    ensure!(!roots.is_empty(), "{path} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)");
    Ok(roots)
}

#[cfg(test)]
mod tests;
