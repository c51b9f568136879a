//! Signing secrets: how each scheme's are written, checked and made.

use super::{Key, rsa};
use crate::webhook::Scheme;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use zeroize::Zeroizing;

/// A secret that does not fit its scheme; reads as a sentence for the manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadSecret(pub &'static str);

/// Base64 as people paste it, with or without the `=` at its end.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The longest secret that is used as text, in bytes.
const MAX_TEXT: usize = 512;

pub(super) fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    LENIENT.decode(text).ok().map(Zeroizing::new)
}

/// The bytes of a `whsec_` secret: 24–64, by Standard Webhooks 1.0.0.
pub(super) fn standard(text: &str) -> Result<Zeroizing<Vec<u8>>, BadSecret> {
    text.strip_prefix("whsec_")
        .and_then(decode)
        .filter(|key| (24..=64).contains(&key.len()))
        .ok_or(BadSecret("The signing secret is whsec_ followed by 24 to 64 bytes in base64."))
}

/// The bytes of a secret that is used as it stands.
pub(super) fn whole_text(text: &str) -> Result<&[u8], BadSecret> {
    if text.is_empty() || text.len() > MAX_TEXT {
        return Err(BadSecret("The signing secret is a text of 1 to 512 characters."));
    }
    Ok(text.as_bytes())
}

/// The key pair of a `whsk_` secret: 32 bytes of seed and 32 of public key.
pub(super) fn ed25519(text: &str) -> Result<Ed25519KeyPair, BadSecret> {
    const MESSAGE: BadSecret =
        BadSecret("The signing secret is whsk_ followed by the 64 bytes of an Ed25519 key pair in base64.");
    let bytes =
        text.strip_prefix("whsk_").and_then(decode).filter(|bytes| bytes.len() == 64).ok_or(MESSAGE)?;
    Ed25519KeyPair::from_seed_and_public_key(&bytes[..32], &bytes[32..]).map_err(|_| MESSAGE)
}

/// Whether `secret` is one that `scheme` can sign with.
///
/// # Errors
/// What the scheme expects.
pub fn check_secret(scheme: Scheme, secret: &str) -> Result<(), BadSecret> {
    Key::read(scheme, secret).map(drop)
}

/// A new secret for `scheme` from 32 random bytes; `None` for the scheme `none`.
///
/// An RSA key is made by the cryptography library's own generator instead: it needs an unknown
/// amount of randomness, and about a tenth of a second, so call it off the event loop.
///
/// # Errors
/// The library could not make a key.
pub fn generate(scheme: Scheme, random: &[u8; 32]) -> Result<Option<Zeroizing<String>>, BadSecret> {
    let text = match scheme {
        Scheme::None => return Ok(None),
        Scheme::Standard | Scheme::HmacHex | Scheme::HmacBase64 | Scheme::Stripe => {
            format!("whsec_{}", STANDARD.encode(random))
        }
        Scheme::Ed25519 => {
            let pair = Ed25519KeyPair::from_seed_unchecked(random)
                .map_err(|_| BadSecret("No Ed25519 key could be made."))?;
            let both = Zeroizing::new([random.as_slice(), pair.public_key().as_ref()].concat());
            format!("whsk_{}", STANDARD.encode(both.as_slice()))
        }
        Scheme::RsaSha256 => return rsa::generate().map(Some),
    };
    Ok(Some(Zeroizing::new(text)))
}
