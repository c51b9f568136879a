//! Ids: one 64-bit key inside, one UUIDv7 with a prefix outside, and nothing stored twice.
//!
//! A key is 42 bits of Unix milliseconds, 6 bits of node, 15 bits of sequence, so keys sort by
//! time and fit a BIGINT. The public form spreads the key over a UUIDv7 (RFC 9562 section 5.7
//! leaves the 74 bits after the time free): the low 21 bits of the key, then 53 bits of checksum,
//! which make a mistyped id fail to parse instead of naming another row.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, hash::Hash, marker::PhantomData, str::FromStr};

/// Bits of a key below its milliseconds: 6 of node and 15 of sequence.
pub const LOW_BITS: u32 = 21;

/// What an id names; gives the prefix of the public form.
pub trait Kind: 'static {
    /// The letters before the underscore.
    const PREFIX: &'static str;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $id:ident $kind:ident $prefix:literal;)*) => {$(
        #[doc = concat!("The kind with the prefix `", $prefix, "_`.")]
        #[derive(Debug)]
        pub enum $kind {}
        impl Kind for $kind { const PREFIX: &'static str = $prefix; }
        $(#[$doc])*
        pub type $id = Id<$kind>;
    )*};
}

kinds! {
    /// A tenant.
    MarketplaceId Marketplace "mkt";
    /// A person who signs in.
    UserId User "usr";
    /// An API key.
    KeyId Key "key";
    /// A webhook.
    WebhookId Webhook "whk";
    /// An event; also the `webhook-id` header.
    EventId Event "evt";
    /// One event for one webhook.
    DeliveryId Delivery "dlv";
    /// One HTTP exchange.
    AttemptId Attempt "att";
    /// A signed-in device.
    SessionId Session "ses";
    /// An entry of the audit log.
    AuditId Audit "aud";
    /// A request that a test receiver caught.
    CaughtId Caught "req";
    /// A replay: what of a webhook was sent again together.
    ReplayId Replay "rpl";
    /// An automation: what becomes of access to one product.
    AutomationId Automation "aut";
    /// A campaign: what visitors of a website do, sent on.
    CampaignId Campaign "cmp";
    /// A profile's place in lists; outside it goes by the platform's own id.
    ProfileId Profile "prf";
}

/// A key of one kind. `Display` and serde use the public form.
pub struct Id<K>(i64, PhantomData<fn() -> K>);

impl<K> Id<K> {
    /// The id of a database key.
    #[must_use]
    pub const fn from_key(key: i64) -> Self {
        Self(key, PhantomData)
    }
    /// The database key.
    #[must_use]
    pub const fn key(self) -> i64 {
        self.0
    }
    /// The public form as a UUID of the usual spelling, without prefix.
    #[must_use]
    pub fn uuid(self) -> String {
        let bits = spread(self.0);
        let (a, b, c) = ((bits >> 96) as u32, (bits >> 80) as u16, (bits >> 64) as u16);
        format!("{a:08x}-{b:04x}-{c:04x}-{:04x}-{:012x}", (bits >> 48) as u16, bits & 0xffff_ffff_ffff)
    }
    /// When the id was made, in Unix milliseconds.
    #[must_use]
    pub const fn made_ms(self) -> i64 {
        self.0 >> LOW_BITS
    }
}

/// The 128 bits of the public form of `key`.
const fn spread(key: i64) -> u128 {
    let key = key as u64;
    let ms = (key >> LOW_BITS) as u128;
    let low = (key & ((1 << LOW_BITS) - 1)) as u128;
    let rand = (low << 53) | (checksum(key) >> 11) as u128;
    (ms << 80) | (7 << 76) | ((rand >> 62) << 64) | (0b10 << 62) | (rand & ((1 << 62) - 1))
}

/// The finaliser of splitmix64 (Steele et al. 2014): every bit of the key moves half of the result.
const fn checksum(key: u64) -> u64 {
    let z = key.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The text is not an id of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the form {0}_…")]
pub struct NotAnId(pub &'static str);

impl<K: Kind> FromStr for Id<K> {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let parse = || {
            let hex = text.strip_prefix(K::PREFIX)?.strip_prefix('_')?;
            if hex.len() != 32 || hex.bytes().any(|b| !matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
                return None;
            }
            let bits = u128::from_str_radix(hex, 16).ok()?;
            let ms = (bits >> 80) as i64;
            if ms >> (63 - LOW_BITS) != 0 {
                return None;
            }
            let rand = ((bits >> 64 & 0xfff) << 62) | (bits & ((1 << 62) - 1));
            let key = (ms << LOW_BITS) | (rand >> 53) as i64;
            (spread(key) == bits).then_some(Self::from_key(key))
        };
        parse().ok_or(NotAnId(K::PREFIX))
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{:032x}", K::PREFIX, spread(self.0))
    }
}
impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'_, str>>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn public_form_reads_back(key in 0..i64::MAX) {
            let id = EventId::from_key(key);
            let text = id.to_string();
            prop_assert_eq!(text.parse::<EventId>(), Ok(id));
            prop_assert!(text.parse::<WebhookId>().is_err());
            // RFC 9562: version 7, variant 10.
            prop_assert_eq!(&text[16..17], "7");
            prop_assert!(matches!(text.as_bytes()[20], b'8'..=b'b'));
        }

        #[test]
        fn public_form_sorts_by_time(a in 0..i64::MAX, b in 0..i64::MAX) {
            let (x, y) = (EventId::from_key(a), EventId::from_key(b));
            prop_assert_eq!(x.cmp(&y), x.to_string().cmp(&y.to_string()));
        }

        #[test]
        fn a_changed_digit_is_noticed(key in 0..i64::MAX, at in 4..36usize, digit in 0..16u32) {
            let text = EventId::from_key(key).to_string();
            let mut other = text.clone().into_bytes();
            other[at] = char::from_digit(digit, 16).expect("a hex digit") as u8;
            let other = String::from_utf8(other).expect("ASCII");
            prop_assert!(other == text || other.parse::<EventId>().is_err());
        }
    }
}
