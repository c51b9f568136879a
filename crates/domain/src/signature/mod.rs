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
use std::fmt;

/// A webhook's keys, read once and used for many requests.
pub struct Signer {
    scheme: Scheme,
    header: String,
    key: Key,
    /// The one before, while the receiver changes over.
    previous: Option<Key>,
}

enum Key {
    Hmac(Box<hmac::Key>),
    Ed25519(Ed25519KeyPair),
    Rsa(rsa::PrivateKey),
}

impl Signer {
    /// Reads the keys; `None` for the scheme `none`. A `previous` secret that can't be read is left
    /// aside: the valid one signs.
    ///
    /// # Errors
    /// The secret does not fit the scheme.
    pub fn new(signing: &Signing, secret: &str, previous: Option<&str>) -> Result<Option<Self>, BadSecret> {
        let Some(header) = signing.header_name() else {
            return Ok(None);
        };
        let key = Key::read(signing.scheme, secret)?;
        let previous = previous.and_then(|previous| Key::read(signing.scheme, previous).ok());
        Ok(Some(Self { scheme: signing.scheme, header: header.to_owned(), key, previous }))
    }

    /// The header that carries the signature.
    #[must_use]
    pub fn header(&self) -> &str {
        &self.header
    }

    /// The value of the header for one request: `id` is the `webhook-id`, `timestamp` the
    /// `webhook-timestamp` (Unix seconds of the attempt), `body` empty for GET.
    ///
    /// `overlap`: the previous key still signs. Headers with room for several signatures carry
    /// both, the new one first; those with room for one carry the previous one's until the end.
    ///
    /// # Errors
    /// The key can't sign; never for a key that [`check_secret`] accepted.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8], overlap: bool) -> Result<String, BadSecret> {
        let stamp = timestamp.to_string();
        let standard: [&[u8]; 5] = [id.as_bytes(), b".", stamp.as_bytes(), b".", body];
        let stripe = &standard[2..];
        let previous = self.previous.as_ref().filter(|_| overlap);
        let one = || previous.unwrap_or(&self.key).sign(&[body]);
        let each = |parts: &[&[u8]]| {
            let keys = std::iter::once(&self.key).chain(previous);
            keys.map(|key| key.sign(parts)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match self.scheme {
            Scheme::Standard => list(each(&standard)?, " ", |mac| format!("v1,{}", STANDARD.encode(mac))),
            Scheme::Ed25519 => list(each(&standard)?, " ", |sig| format!("v1a,{}", STANDARD.encode(sig))),
            Scheme::HmacHex => format!("sha256={}", hex::encode(one()?)),
            Scheme::HmacBase64 | Scheme::RsaSha256 => STANDARD.encode(one()?),
            Scheme::Stripe => {
                format!("t={stamp},{}", list(each(stripe)?, ",", |mac| format!("v1={}", hex::encode(mac))))
            }
            Scheme::None => String::new(),
        })
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({}, {})", self.scheme.as_str(), self.header)
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

#[cfg(test)]
mod tests;
