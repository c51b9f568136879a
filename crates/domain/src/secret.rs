//! Secrets in settings: write-only outside, never printed.

use crate::invalid::Invalid;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::SerializeMap as _};
use std::{borrow::Cow, collections::BTreeMap, fmt};
use zeroize::Zeroizing;

/// A secret in settings. Reads `{"set":true}`; only the vault turns it into text at rest and back.
#[derive(Clone, PartialEq, Eq)]
pub enum SecretText {
    /// Set before; its text is in the vault.
    Kept,
    /// Its text.
    Given(Zeroizing<String>),
}

impl SecretText {
    /// A secret with this text.
    #[must_use]
    pub fn given(text: impl Into<String>) -> Self {
        Self::Given(Zeroizing::new(text.into()))
    }
    /// The text, when it is here.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Kept => None,
            Self::Given(text) => Some(text),
        }
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(Some(1))?;
        map.serialize_entry("set", &true)?;
        map.end()
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written<'a> {
    Text(#[serde(borrow)] Cow<'a, str>),
    Set { set: bool },
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        match Written::deserialize(d)? {
            Written::Text(text) => Ok(Self::given(text)),
            Written::Set { set: true } => Ok(Self::Kept),
            Written::Set { set: false } => Err(D::Error::custom("a text, or {\"set\":true}")),
        }
    }
}

/// The secrets of one webhook by field: `auth.password`, `headers.x-api-key`, `signing.secret`.
pub type Secrets = BTreeMap<String, Zeroizing<String>>;

impl crate::webhook::Settings {
    /// Calls `f` with the field and the place of every secret that is set.
    fn each_secret(&mut self, f: &mut dyn FnMut(&str, &mut SecretText)) {
        self.auth.each_secret(&mut *f);
        for header in self.headers.iter_mut().filter(|h| h.secret) {
            f(&format!("headers.{}", header.name.to_ascii_lowercase()), &mut header.value);
        }
        if let Some(secret) = &mut self.signing.secret {
            f("signing.secret", secret);
        }
    }

    /// Takes the texts of the secrets out, so that the rest may be stored or shown.
    pub fn take_secrets(&mut self) -> Secrets {
        let mut taken = Secrets::new();
        self.each_secret(&mut |field, secret| {
            if let SecretText::Given(text) = std::mem::replace(secret, SecretText::Kept) {
                taken.insert(field.to_owned(), text);
            }
        });
        taken
    }

    /// Puts texts back where a secret is kept; returns the fields that stay without one.
    pub fn put_secrets(&mut self, secrets: &Secrets) -> Vec<String> {
        let mut missing = Vec::new();
        self.each_secret(&mut |field, secret| {
            if *secret == SecretText::Kept {
                match secrets.get(field) {
                    Some(text) => *secret = SecretText::Given(text.clone()),
                    None => missing.push(field.to_owned()),
                }
            }
        });
        missing
    }
}

#[derive(Serialize, Deserialize)]
struct WrittenHeader<V> {
    name: String,
    value: V,
    #[serde(default)]
    secret: bool,
}

impl Serialize for crate::webhook::Header {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let name = self.name.clone();
        match &self.value {
            SecretText::Given(text) if !self.secret => {
                WrittenHeader { name, value: text.as_str(), secret: false }.serialize(s)
            }
            value => WrittenHeader { name, value, secret: self.secret }.serialize(s),
        }
    }
}

impl<'de> Deserialize<'de> for crate::webhook::Header {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let WrittenHeader { name, value, secret } = WrittenHeader::<SecretText>::deserialize(d)?;
        Ok(Self { name, value, secret })
    }
}

/// The longest secret key of a marketplace, in characters.
pub const MAX_SECRET_KEY: usize = 128;

/// Judges a secret key that goes out inside bodies: letters and digits only, so that it is spelt the same in every
/// format.
///
/// # Errors
/// At `secret_key`.
pub fn check_secret_key(text: &str) -> Result<(), Invalid> {
    let told = match text.chars().count() {
        0 => "Type the key.".to_owned(),
        n if n > MAX_SECRET_KEY => format!("The key has at most {MAX_SECRET_KEY} characters."),
        _ if text.chars().any(|c| !c.is_ascii_alphanumeric()) => {
            "The key has letters (A to Z, a to z) and digits only.".to_owned()
        }
        _ => return Ok(()),
    };
    Err(Invalid::one("secret_key", told))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dap_17_the_key_is_alphanumeric() {
        for key in ["a", "0", "s3cretKEY", &"x".repeat(MAX_SECRET_KEY)] {
            assert_eq!(check_secret_key(key), Ok(()), "{key}");
        }
        for key in ["", " a", "a b", "a-b", "é", "a\n", "٣", &"x".repeat(MAX_SECRET_KEY + 1)] {
            let wrong = check_secret_key(key).expect_err(key);
            assert!(wrong.at("secret_key").is_some(), "{key}");
        }
    }
}
