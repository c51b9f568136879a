//! How deliveries are signed.
//!
//! Standard Webhooks 1.0.0 (`standard`, `ed25519`) signs `id.timestamp.body`; the other schemes
//! are those that receivers already check: GitHub's, Shopify's, Stripe's, Dialog Insight's.

mod keys;
mod rsa;
mod secret;

pub use keys::{PublicKeys, public_keys};
pub use secret::{BadSecret, check_secret, generate};

use crate::webhook::{Scheme, Signing};
use aws_lc_rs::{hmac, signature::Ed25519KeyPair};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// A webhook's keys, read once and used for many requests.
pub struct Signer {
    scheme: Scheme,
    header: String,
    keys: Vec<Key>,
}

enum Key {
    Hmac(Box<hmac::Key>),
    Ed25519(Ed25519KeyPair),
    Rsa(rsa::PrivateKey),
}

impl Signer {
    /// Reads the keys; `None` for the scheme `none`. While a secret is being replaced there are
    /// two: the new one first. Schemes whose header holds one signature use the first only.
    ///
    /// # Errors
    /// A secret does not fit the scheme, or there is none.
    pub fn new(signing: &Signing, secrets: &[&str]) -> Result<Option<Self>, BadSecret> {
        let Some(header) = signing.header_name() else {
            return Ok(None);
        };
        let keys: Vec<_> =
            secrets.iter().map(|secret| Key::read(signing.scheme, secret)).collect::<Result<_, _>>()?;
        if keys.is_empty() {
            return Err(BadSecret("There is no signing secret yet."));
        }
        Ok(Some(Self { scheme: signing.scheme, header: header.to_owned(), keys }))
    }

    /// The header that carries the signature.
    #[must_use]
    pub fn header(&self) -> &str {
        &self.header
    }

    /// The value of the header for one request: `id` is the `webhook-id`, `timestamp` the
    /// `webhook-timestamp` (Unix seconds of the attempt), `body` empty for GET.
    ///
    /// # Errors
    /// The key can't sign; never for a key that [`check_secret`] accepted.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> Result<String, BadSecret> {
        let stamp = timestamp.to_string();
        let standard: [&[u8]; 5] = [id.as_bytes(), b".", stamp.as_bytes(), b".", body];
        let stripe = &standard[2..];
        let first = || self.keys[0].sign(&[body]);
        let each =
            |parts: &[&[u8]]| self.keys.iter().map(|key| key.sign(parts)).collect::<Result<Vec<_>, _>>();
        Ok(match self.scheme {
            Scheme::Standard => list(each(&standard)?, " ", |mac| format!("v1,{}", STANDARD.encode(mac))),
            Scheme::Ed25519 => list(each(&standard)?, " ", |sig| format!("v1a,{}", STANDARD.encode(sig))),
            Scheme::HmacHex => format!("sha256={}", hex::encode(first()?)),
            Scheme::HmacBase64 | Scheme::RsaSha256 => STANDARD.encode(first()?),
            Scheme::Stripe => {
                format!("t={stamp},{}", list(each(stripe)?, ",", |mac| format!("v1={}", hex::encode(mac))))
            }
            Scheme::None => String::new(),
        })
    }
}

fn list(signatures: Vec<Vec<u8>>, separator: &str, write: impl Fn(Vec<u8>) -> String) -> String {
    signatures.into_iter().map(write).collect::<Vec<_>>().join(separator)
}

impl Key {
    fn read(scheme: Scheme, text: &str) -> Result<Self, BadSecret> {
        Ok(match scheme {
            Scheme::Standard => Self::hmac(&secret::standard(text)?),
            Scheme::HmacHex | Scheme::HmacBase64 | Scheme::Stripe => Self::hmac(secret::whole_text(text)?),
            Scheme::Ed25519 => Self::Ed25519(secret::ed25519(text)?),
            Scheme::RsaSha256 => Self::Rsa(rsa::PrivateKey::read(text)?),
            Scheme::None => return Err(BadSecret("Without a signature there is no signing secret.")),
        })
    }

    fn hmac(key: &[u8]) -> Self {
        Self::Hmac(Box::new(hmac::Key::new(hmac::HMAC_SHA256, key)))
    }

    /// The signature of the parts one after the other.
    fn sign(&self, parts: &[&[u8]]) -> Result<Vec<u8>, BadSecret> {
        match self {
            Self::Hmac(key) => {
                let mut context = hmac::Context::with_key(key);
                for part in parts {
                    context.update(part);
                }
                Ok(context.sign().as_ref().to_vec())
            }
            Self::Ed25519(key) => Ok(key.sign(&parts.concat()).as_ref().to_vec()),
            Self::Rsa(key) => key.sign(&parts.concat()),
        }
    }
}

/// Signs one request: the header to add, none for the scheme `none`. Reads the key each time;
/// [`Signer`] keeps it.
///
/// # Errors
/// The secret does not fit the scheme.
pub fn sign(
    signing: &Signing,
    secret: &str,
    id: &str,
    timestamp: i64,
    body: &[u8],
) -> Result<Vec<(String, String)>, BadSecret> {
    match Signer::new(signing, &[secret])? {
        Some(signer) => Ok(vec![(signer.header.clone(), signer.sign(id, timestamp, body)?)]),
        None => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests;
