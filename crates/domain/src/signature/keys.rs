//! The keys that receivers check signatures with.

use super::{BadSecret, Key};
use crate::webhook::Scheme;
use aws_lc_rs::signature::KeyPair as _;
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// What may be shown of a signing key; nothing for schemes with a shared secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicKeys {
    /// `whpk_…` for `ed25519`, PEM (SubjectPublicKeyInfo, RFC 7468) for `rsa_sha256`.
    pub key: Option<String>,
    /// `<RSAKeyValue>` as .NET's `RSA.FromXmlString` reads it, for `rsa_sha256`.
    pub xml: Option<String>,
}

/// The public keys of `secret`.
///
/// # Errors
/// The secret does not fit the scheme.
pub fn public_keys(scheme: Scheme, secret: &str) -> Result<PublicKeys, BadSecret> {
    if !matches!(scheme, Scheme::Ed25519 | Scheme::RsaSha256) {
        return Ok(PublicKeys::default());
    }
    Ok(match Key::read(scheme, secret)? {
        Key::Hmac(_) => PublicKeys::default(),
        Key::Ed25519(pair) => {
            let key = format!("whpk_{}", STANDARD.encode(pair.public_key().as_ref()));
            PublicKeys { key: Some(key), xml: None }
        }
        Key::Rsa(key) => PublicKeys { key: Some(key.public_pem()?), xml: Some(key.public_xml()?) },
    })
}
