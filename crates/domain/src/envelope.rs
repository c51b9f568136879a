//! What default bodies are made of, as data: a catalog says which members its topics' bodies have, in which
//! order, and what each holds.

use serde::{Deserialize, Serialize};

/// The members of a topic's default body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Envelope {
    /// These members in this order.
    Members(Vec<Member>),
    /// `id, topic, created_at, payload`.
    Own,
}

/// One member. A catalog writes `name: source`, or the source alone where the name is the same; `...` stands for
/// the payload's own members. The name of a secret key may be a path: `fields.secretKey` is the last member of the
/// object `fields`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Member {
    /// Its name in the body; none for `...`.
    pub name: String,
    /// What it holds.
    pub source: Source,
}

/// What a member of a body holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The event's id, as in the header `webhook-id`.
    Id,
    /// The event's id as a bare UUID.
    Uuid,
    /// The topic's key.
    Topic,
    /// The topic's documented resource.
    Resource,
    /// The topic's documented action.
    Action,
    /// Resource and action with `_` between.
    Kind,
    /// The marketplace's domain id.
    DomainId,
    /// The marketplace's tenant id.
    TenantId,
    /// When it happened, RFC 3339 with milliseconds.
    CreatedAt,
    /// When it happened, in Unix seconds.
    Timestamp,
    /// When it happened, in Unix milliseconds.
    TimestampMs,
    /// The payload.
    Payload,
    /// The payload without its member `content`: what is left of a resource that is gone.
    Reference,
    /// Each of the payload's members.
    Members,
    /// `true` on tests; otherwise the member is absent.
    Test,
    /// The marketplace's secret key, when it has one; otherwise the member is absent.
    SecretKey,
}

impl Source {
    const NAMES: [(&'static str, Self); 16] = [
        ("id", Self::Id),
        ("uuid", Self::Uuid),
        ("topic", Self::Topic),
        ("resource", Self::Resource),
        ("action", Self::Action),
        ("kind", Self::Kind),
        ("domain_id", Self::DomainId),
        ("tenant_id", Self::TenantId),
        ("created_at", Self::CreatedAt),
        ("timestamp", Self::Timestamp),
        ("timestamp_ms", Self::TimestampMs),
        ("payload", Self::Payload),
        ("reference", Self::Reference),
        ("...", Self::Members),
        ("test", Self::Test),
        ("secret_key", Self::SecretKey),
    ];

    fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, source)| *source == self).map_or("", |(name, _)| name)
    }
}

impl Envelope {
    /// Whether one of its members holds this.
    #[must_use]
    pub fn holds(&self, source: Source) -> bool {
        match self {
            Self::Members(members) => members.iter().any(|member| member.source == source),
            Self::Own => {
                matches!(source, Source::Id | Source::Topic | Source::CreatedAt | Source::Payload)
            }
        }
    }
    /// Its members, whichever kind it is.
    #[must_use]
    pub fn members(&self) -> Vec<(&str, Source)> {
        match self {
            Self::Members(members) => {
                members.iter().map(|member| (member.name.as_str(), member.source)).collect()
            }
            Self::Own => vec![
                ("id", Source::Id),
                ("topic", Source::Topic),
                ("created_at", Source::CreatedAt),
                ("payload", Source::Payload),
            ],
        }
    }
}

impl TryFrom<String> for Member {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (name, source) = text.split_once(": ").unwrap_or((&text, &text));
        let known = Source::NAMES.iter().find(|(known, _)| *known == source);
        let source = known.map(|(_, source)| *source).ok_or_else(|| format!("no such source: {source}"))?;
        let name = if source == Source::Members { "" } else { name };
        Ok(Self { name: name.to_owned(), source })
    }
}

impl From<Member> for String {
    fn from(Member { name, source }: Member) -> Self {
        let own = source.name();
        if source == Source::Members || name == own { own.to_owned() } else { format!("{name}: {own}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_written_as_they_are_read() {
        for text in ["id", "resourceAction: action", "...", "isTest: test", "fields.secretKey: secret_key"] {
            let member = Member::try_from(text.to_owned()).expect(text);
            assert_eq!(String::from(member), text);
        }
        assert!(Member::try_from("a: b".to_owned()).is_err());
        assert!(Member::try_from("payload_of".to_owned()).is_err());
    }
}
