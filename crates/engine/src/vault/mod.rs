//! Secrets at rest: XChaCha20-Poly1305, each bound to the place it belongs to.
//!
//! A sealed text reads `1.<key id>.<base64 of nonce and ciphertext>`. The additional data is the
//! place (`marketplace|webhook|field`), so a text that was moved to another row does not open. The
//! key id says which key sealed it, so that the key can be changed (`rotate_key`).

mod key;

pub(crate) use key::Key;

use crate::{Error, Generator, Result};
use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305,
    aead::{Aead as _, Payload},
};
use domain::{
    id::{MarketplaceId, WebhookId},
    secret::Secrets,
};
use std::{collections::BTreeMap, fmt};
use zeroize::Zeroizing;

const VERSION: &str = "1";
const NONCE_BYTES: usize = 24;

/// Seals with the key of this installation, and opens with it.
#[derive(Clone)]
pub(crate) struct Vault {
    /// The first one seals; the other opens too, while one takes the place of the other.
    locks: Vec<Lock>,
    generator: Generator,
}

#[derive(Clone)]
struct Lock {
    cipher: XChaCha20Poly1305,
    key_id: String,
}

impl Lock {
    fn new(key: &Key) -> Self {
        Self { cipher: XChaCha20Poly1305::new(key.bytes().into()), key_id: key.id() }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.locks.iter().map(|lock| &lock.key_id)).finish()
    }
}

impl Vault {
    /// Seals with the first of `keys`, and opens what any of them sealed. Without keys it does neither.
    pub(crate) fn new<'a>(keys: impl IntoIterator<Item = &'a Key>, generator: Generator) -> Self {
        Self { locks: keys.into_iter().map(Lock::new).collect(), generator }
    }

    /// Seals `plain` for `place`.
    ///
    /// # Errors
    /// `Internal` without a key.
    pub(crate) fn seal(&self, place: &str, plain: &[u8]) -> Result<String> {
        let Some(own) = self.locks.first() else {
            return Err(Error::internal("seal a secret", "this process has no key that fits the database"));
        };
        let nonce: [u8; NONCE_BYTES] = self.generator.bytes();
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let sealed = own.cipher.encrypt(&nonce.into(), payload);
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed.map_err(|error| Error::internal("seal a secret", error))?);
        Ok(format!("{VERSION}.{}.{}", own.key_id, BASE64_STANDARD_NO_PAD.encode(bytes)))
    }

    /// Opens what was sealed for `place`.
    ///
    /// # Errors
    /// `Internal` when it was sealed for another place or with another key, or is damaged.
    pub(crate) fn open(&self, place: &str, sealed: &str) -> Result<Zeroizing<Vec<u8>>> {
        let mut parts = sealed.splitn(3, '.');
        let (version, key_id, text) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
        let lock = self.locks.iter().find(|lock| version == Some(VERSION) && key_id == Some(&lock.key_id));
        let Some(lock) = lock else {
            let problem = format!("it was sealed with another key; this process has {self:?}");
            return Err(Error::internal("open a secret", problem));
        };
        let opened = BASE64_STANDARD_NO_PAD.decode(text).ok().and_then(|bytes| {
            let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>()?;
            let payload = Payload { msg: ciphertext, aad: place.as_bytes() };
            lock.cipher.decrypt(nonce.into(), payload).ok()
        });
        opened.map(Zeroizing::new).ok_or_else(|| Error::internal("open a secret", "it is damaged"))
    }

    /// Seals the secrets of one webhook, each for its own field.
    pub(crate) fn seal_secrets(
        &self,
        marketplace: MarketplaceId,
        webhook: WebhookId,
        secrets: &Secrets,
    ) -> Result<String> {
        let place = place(marketplace, webhook);
        let mut sealed = BTreeMap::new();
        for (field, text) in secrets {
            sealed.insert(field, self.seal(&format!("{place}|{field}"), text.as_bytes())?);
        }
        serde_json::to_string(&sealed).map_err(|error| Error::internal("seal secrets", error))
    }

    /// Opens the secrets of one webhook. An empty text holds none.
    pub(crate) fn open_secrets(
        &self,
        marketplace: MarketplaceId,
        webhook: WebhookId,
        sealed: &str,
    ) -> Result<Secrets> {
        let place = place(marketplace, webhook);
        if sealed.is_empty() {
            return Ok(Secrets::new());
        }
        let sealed: BTreeMap<String, String> =
            serde_json::from_str(sealed).map_err(|error| Error::internal("read sealed secrets", error))?;
        let open = |(field, text): (String, String)| {
            let plain = self.open(&format!("{place}|{field}"), &text)?;
            let text =
                std::str::from_utf8(&plain).map_err(|error| Error::internal("open a secret", error))?;
            Ok((field, Zeroizing::new(text.to_owned())))
        };
        sealed.into_iter().map(open).collect()
    }

    /// Seals the identify secret of a marketplace's website tag.
    pub(crate) fn seal_identify_secret(&self, marketplace: MarketplaceId, secret: &str) -> Result<String> {
        self.seal(&tag_place(marketplace), secret.as_bytes())
    }

    /// Opens the identify secret of a marketplace's website tag.
    pub(crate) fn open_identify_secret(
        &self,
        marketplace: MarketplaceId,
        sealed: &str,
    ) -> Result<Zeroizing<String>> {
        let plain = self.open(&tag_place(marketplace), sealed)?;
        let text = std::str::from_utf8(&plain).map_err(|error| Error::internal("open a secret", error))?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// Seals any JSON for `place`.
    pub(crate) fn seal_json(&self, place: &str, value: &serde_json::Value) -> Result<String> {
        let plain = serde_json::to_vec(value).map_err(|error| Error::internal("seal a value", error))?;
        self.seal(place, &Zeroizing::new(plain))
    }

    /// Opens JSON that was sealed for `place`.
    pub(crate) fn open_json(&self, place: &str, sealed: &str) -> Result<serde_json::Value> {
        serde_json::from_slice(&self.open(place, sealed)?)
            .map_err(|error| Error::internal("open a value", error))
    }
}

fn place(marketplace: MarketplaceId, webhook: WebhookId) -> String {
    format!("{}|{}", marketplace.key(), webhook.key())
}

fn tag_place(marketplace: MarketplaceId) -> String {
    format!("{}|tracking|identify_secret", marketplace.key())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;

    fn vault(byte: u8) -> Vault {
        Vault::new(&[Key::new([byte; 32])], Generator::system(Clock::system()))
    }

    #[test]
    fn opens_only_in_its_place_and_with_its_key() {
        let sealed = vault(1).seal("1|2|auth.password", b"hunter2").expect("sealed");
        assert!(!sealed.contains("hunter2"));
        assert_eq!(&*vault(1).open("1|2|auth.password", &sealed).expect("opened"), b"hunter2");
        assert!(vault(1).open("1|3|auth.password", &sealed).is_err());
        assert!(vault(2).open("1|2|auth.password", &sealed).is_err());
        let none = Vault::new([], Generator::system(Clock::system()));
        assert!(none.open("1|2|auth.password", &sealed).is_err());
        assert!(none.seal("1|2|auth.password", b"hunter2").is_err());
        let mut damaged = sealed.clone();
        damaged.pop();
        assert!(vault(1).open("1|2|auth.password", &damaged).is_err());
    }

    #[test]
    fn two_keys_open_while_one_replaces_the_other() {
        let keys = [1, 2].map(|byte| Key::new([byte; 32]));
        let both = Vault::new([&keys[1], &keys[0]], Generator::system(Clock::system()));
        let old = vault(1).seal("1|2|auth.password", b"hunter2").expect("sealed");
        assert_eq!(&*both.open("1|2|auth.password", &old).expect("opened"), b"hunter2");
        let new = both.seal("1|2|auth.password", b"hunter2").expect("sealed");
        assert!(vault(1).open("1|2|auth.password", &new).is_err());
        assert_eq!(&*vault(2).open("1|2|auth.password", &new).expect("opened"), b"hunter2");
    }

    #[test]
    fn secrets_read_back() {
        let secrets: Secrets = [("signing.secret", "whsec_a"), ("headers.x|y", "b")]
            .map(|(field, text)| (field.to_owned(), Zeroizing::new(text.to_owned())))
            .into();
        let (market, one, other) =
            (MarketplaceId::from_key(1), WebhookId::from_key(2), WebhookId::from_key(3));
        let sealed = vault(1).seal_secrets(market, one, &secrets).expect("sealed");
        assert_eq!(vault(1).open_secrets(market, one, &sealed).expect("opened"), secrets);
        assert!(vault(1).open_secrets(market, other, &sealed).is_err());
        assert!(vault(1).open_secrets(market, one, "").expect("none").is_empty());
    }
}
