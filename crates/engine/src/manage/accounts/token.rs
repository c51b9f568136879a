//! Random texts that somebody holds and only their SHA-256 is stored: sessions, set-up links, API keys.

use crate::generator::Generator;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// 256 random bits as 43 characters of base64url.
pub(crate) fn random(generator: &Generator) -> Zeroizing<String> {
    Zeroizing::new(URL_SAFE_NO_PAD.encode(Zeroizing::new(generator.bytes::<32>())))
}

/// The form that is stored and looked up: SHA-256 in hex. No salt: the text has 256 random bits.
pub(crate) fn stored(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}
