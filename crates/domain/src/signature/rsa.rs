//! RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017). The key is stored as PKCS#8 in base64.

use super::{BadSecret, secret::decode};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

const NOT_A_KEY: BadSecret =
    BadSecret("The signing secret is an RSA private key of 2048 to 4096 bits, PKCS#8 in base64 or PEM.");
const CANNOT: BadSecret = BadSecret("This RSA key can't be used for signatures; make a new one.");

pub(super) struct PrivateKey(KeyPair);

impl PrivateKey {
    /// Reads base64, with or without the lines of a PEM file around it.
    pub(super) fn read(text: &str) -> Result<Self, BadSecret> {
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
        let joined = Zeroizing::new(lines.collect::<String>());
        let der = decode(&joined).ok_or(NOT_A_KEY)?;
        let pair = KeyPair::from_pkcs8(&der).map_err(|_| NOT_A_KEY)?;
        // Larger ones would make every delivery slow.
        if !(256..=512).contains(&pair.public_modulus_len()) {
            return Err(NOT_A_KEY);
        }
        Ok(Self(pair))
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, BadSecret> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        // The padding is deterministic: the generator is asked for by the interface only.
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).map_err(|_| CANNOT)?;
        Ok(signature)
    }

    pub(super) fn public_pem(&self) -> Result<String, BadSecret> {
        let der: PublicKeyX509Der<'_> = self.0.public_key().as_der().map_err(|_| CANNOT)?;
        let base64 = STANDARD.encode(der.as_ref());
        let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
        let mut rest = base64.as_str();
        // RFC 7468 section 2: lines of 64 characters.
        while !rest.is_empty() {
            let (line, after) = rest.split_at(rest.len().min(64));
            pem.push_str(line);
            pem.push('\n');
            rest = after;
        }
        pem.push_str("-----END PUBLIC KEY-----\n");
        Ok(pem)
    }

    /// The form that .NET's `RSA.FromXmlString` reads.
    pub(super) fn public_xml(&self) -> Result<String, BadSecret> {
        let (modulus, exponent) = modulus_and_exponent(self.0.public_key().as_ref()).ok_or(CANNOT)?;
        Ok(format!(
            "<RSAKeyValue><Modulus>{}</Modulus><Exponent>{}</Exponent></RSAKeyValue>",
            STANDARD.encode(modulus),
            STANDARD.encode(exponent)
        ))
    }
}

/// A new key of 2048 bits.
pub(super) fn generate() -> Result<Zeroizing<String>, BadSecret> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| CANNOT)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| CANNOT)?;
    Ok(Zeroizing::new(STANDARD.encode(der.as_ref())))
}

/// The two integers of an `RSAPublicKey` (RFC 8017 appendix A.1.1) without leading zeros.
fn modulus_and_exponent(der: &[u8]) -> Option<(&[u8], &[u8])> {
    const SEQUENCE: u8 = 0x30;
    const INTEGER: u8 = 0x02;
    let (sequence, _) = element(der, SEQUENCE)?;
    let (modulus, rest) = element(sequence, INTEGER)?;
    let (exponent, _) = element(rest, INTEGER)?;
    Some((without_zeros(modulus), without_zeros(exponent)))
}

fn without_zeros(integer: &[u8]) -> &[u8] {
    let zeros = integer.iter().take_while(|byte| **byte == 0).count();
    &integer[zeros..]
}

/// The content of the DER element that `der` begins with (X.690 section 8.1), and what follows.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        0x81..=0x83 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            (bytes.iter().fold(0, |sum, byte| (sum << 8) + usize::from(*byte)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length).filter(|_| *first == tag)
}
