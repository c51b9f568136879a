//! What a marketplace decides about topics and events.

use serde::{Deserialize, Serialize};

/// What happens to events that are not as their topic's schema wants them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemaCheck {
    /// Nobody looks.
    #[default]
    Off,
    /// They are accepted, and what is wrong is noted.
    Warn,
    /// They are refused.
    Refuse,
}

/// Whether the topics that belong to enterprise plans can be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnterpriseTopics {
    /// As all others.
    #[default]
    Available,
    /// Their events are refused, and no webhook may name them.
    Locked,
}

/// What a marketplace decides about topics and events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The catalogs that are switched on, in the order of [`crate::catalog::all`].
    pub catalogs: Vec<String>,
    /// What happens to events that are not as their topic's schema wants them.
    pub schema_check: SchemaCheck,
    /// Whether the topics that belong to enterprise plans can be used.
    pub enterprise_topics: EnterpriseTopics,
}

impl SchemaCheck {
    /// Every setting, the least strict first.
    pub const ALL: [Self; 3] = [Self::Off, Self::Warn, Self::Refuse];
    /// The name in the contract and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Refuse => "refuse",
        }
    }
    /// Reads the name of the contract.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.as_str() == text)
    }
}

impl EnterpriseTopics {
    /// Both settings.
    pub const ALL: [Self; 2] = [Self::Available, Self::Locked];
    /// The name in the contract and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Locked => "locked",
        }
    }
    /// Reads the name of the contract.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.as_str() == text)
    }
}
