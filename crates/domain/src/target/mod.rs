//! Where a webhook may point: which URLs may be saved and which addresses may be dialled.
//!
//! Everything is judged on what the URL parser made of the text, never on the text: it turns
//! octal, hexadecimal and full-width digits into an address and reads `\` as `/`.

mod address;
mod own;

pub use address::address_allowed;
pub use own::is_own_bin;

use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// The limit for a URL, in bytes.
pub const MAX_URL: usize = 2048;

/// A URL that may be saved. A name in it must still be resolved and its addresses judged by
/// [`address_allowed`] each time something is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    url: Url,
    host: Host<String>,
    port: u16,
}

impl Target {
    /// Reads and judges what a manager typed. `allowed` are the operator's networks.
    ///
    /// # Errors
    /// Why nothing may be sent there.
    pub fn parse(text: &str, allowed: &[IpNet]) -> Result<Self, Refusal> {
        if text.len() > MAX_URL {
            return Err(Refusal::TooLong);
        }
        let url = Url::parse(text).map_err(|_| Refusal::NotAUrl)?;
        // Reading makes it longer: a letter beyond ASCII in the path is six or more.
        if url.as_str().len() > MAX_URL {
            return Err(Refusal::TooLong);
        }
        Self::judge(url, allowed)
    }

    /// Judges a URL that is already parsed.
    ///
    /// # Errors
    /// Why nothing may be sent there.
    pub fn judge(url: Url, allowed: &[IpNet]) -> Result<Self, Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::UserInfo);
        }
        let host = url.host().ok_or(Refusal::NotAUrl)?.to_owned();
        let port = url.port_or_known_default().ok_or(Refusal::NotAUrl)?;
        if matches!(port, 0 | 25) {
            return Err(Refusal::Port(port));
        }
        match &host {
            Host::Ipv4(ip) => literal((*ip).into(), allowed)?,
            Host::Ipv6(ip) => literal((*ip).into(), allowed)?,
            Host::Domain(name) => judge_name(name, allowed)?,
        }
        Ok(Self { url, host, port })
    }

    /// The URL as the parser understood it.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.url
    }
    /// Whether the exchange is over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
    /// The name to resolve, or the literal address to dial.
    #[must_use]
    pub const fn host(&self) -> &Host<String> {
        &self.host
    }
    /// The port to dial.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }
}

fn literal(ip: IpAddr, allowed: &[IpNet]) -> Result<(), Refusal> {
    if address_allowed(ip, allowed) { Ok(()) } else { Err(Refusal::Address(ip)) }
}

/// Names that never lead to the internet: `localhost` (RFC 6761) passes when the operator allows
/// a loopback address, `.internal` (reserved by ICANN for private use) when they allow anything;
/// the addresses behind both are judged again when sending.
fn judge_name(name: &str, allowed: &[IpNet]) -> Result<(), Refusal> {
    let bare = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    let is_or_under =
        |top: &str| bare.strip_suffix(top).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let passes = if bare.split('.').any(str::is_empty) {
        // No name has an empty label (RFC 1034 section 3.1); `127.0.0.1..` is not even an address.
        return Err(Refusal::NotAUrl);
    } else if is_or_under("localhost") {
        let loopback = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        loopback.iter().any(|ip| address_allowed(*ip, allowed))
    } else if is_or_under("internal") {
        !allowed.is_empty()
    } else {
        true
    };
    if passes { Ok(()) } else { Err(Refusal::Name(bare)) }
}

/// Why nothing may be sent to a URL; reads as a sentence for the manager.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not a URL with a host.
    #[error("Type the whole address, such as https://example.com/webhook.")]
    NotAUrl,
    /// Longer than [`MAX_URL`].
    #[error("The address is longer than {MAX_URL} characters.")]
    TooLong,
    /// Neither http nor https.
    #[error("The address must start with https:// or http://.")]
    Scheme,
    /// `user:password@` in it.
    #[error("Leave the username and password out of the address; use basic authentication instead.")]
    UserInfo,
    /// 0 or 25.
    #[error("Port {0} can't be used for webhooks; use another port.")]
    Port(u16),
    /// A literal address that may not be dialled.
    #[error("{0} is not a public internet address; an operator can allow private networks.")]
    Address(IpAddr),
    /// A name that never leads to the internet.
    #[error("{0} is not a public internet name; an operator can allow private networks.")]
    Name(String),
}

#[cfg(test)]
mod tests;
