//! Random texts that somebody holds and only their SHA-256 is stored: sessions, set-up links, API keys.

use crate::generator::Generator;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// As many letters as hold 256 bits.
const LENGTH: usize = 43;
/// The largest multiple of 62 in a byte; what is over would favour the first letters.
const FAIR: u8 = 248;

/// 43 random letters and digits, 256 bits: a double click takes all of it.
pub(crate) fn random(generator: &Generator) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(LENGTH));
    while text.len() < LENGTH {
        let bytes = Zeroizing::new(generator.bytes::<64>());
        let fair = bytes.iter().filter(|byte| **byte < FAIR);
        for byte in fair.take(LENGTH - text.len()) {
            text.push(char::from(LETTERS[usize::from(byte % 62)]));
        }
    }
    text
}

/// The form that is stored and looked up: SHA-256 in hex. No salt: the text has 256 random bits.
pub(crate) fn stored(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}
