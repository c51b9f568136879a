//! Marketplaces, people, roles, keys, audit entries.

use crate::{
    id::{AuditId, KeyId, MarketplaceId, SessionId, UserId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marketplace {
    /// Its id.
    pub id: MarketplaceId,
    /// Names it on the command line; never changes.
    pub slug: String,
    /// Names it in the console.
    pub name: String,
    /// Goes out as `domain_id`; the slug unless set.
    pub domain_id: String,
    /// Goes out as `tenant_id`; the slug unless set.
    pub tenant_id: String,
}

/// What a person may do. Each role includes the ones after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads everything but secrets.
    Viewer,
    /// Changes webhooks, topics, test receivers; sends tests and retries.
    Manager,
    /// Also people, keys and the marketplace.
    Owner,
}

/// What an API key may do. `manage` includes the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Publishes events.
    Events,
    /// Everything.
    Manage,
    /// Reads everything but secrets.
    Read,
}

impl Role {
    /// Every role, the most allowed first.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Manager, Self::Viewer];
    /// The name in the contract and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Manager => "manager",
            Self::Owner => "owner",
        }
    }
    /// Reads the name of the contract.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

impl Scope {
    /// Every scope, the least allowed first.
    pub const ALL: [Self; 3] = [Self::Events, Self::Read, Self::Manage];
    /// The name in the contract and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Manage => "manage",
            Self::Read => "read",
        }
    }
    /// Reads the name of the contract.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
    /// Whether a key of this scope may do what `needed` allows.
    #[must_use]
    pub fn includes(self, needed: Self) -> bool {
        self == Self::Manage || self == needed
    }
}

/// A person, as a member of a marketplace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Their id.
    pub id: UserId,
    /// Signs in with it; lower case.
    pub email: String,
    /// How the console calls them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// When they were added.
    pub created_at: Timestamp,
}

/// A signed-in device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its id.
    pub id: SessionId,
    /// What the browser says it is.
    pub user_agent: String,
    /// Where it last came from.
    pub address: String,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it was last seen, to the minute.
    pub seen_at: Timestamp,
}

/// An API key, without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its id.
    pub id: KeyId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// The first characters of its text, to tell keys apart.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Actor {
    /// A person in the console.
    User {
        /// Who.
        id: UserId,
        /// Their name then.
        name: String,
    },
    /// A program with an API key.
    Key {
        /// Which.
        id: KeyId,
        /// Its name then.
        name: String,
    },
    /// The command line, or Crier itself (a deactivation by failures).
    System,
}

impl Actor {
    /// What people know them by.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::User { name, .. } | Self::Key { name, .. } => name,
            Self::System => "Crier",
        }
    }
}

/// One change, for the audit log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What was done: `webhook.created`, `key.deleted`.
    pub action: String,
    /// To what: a public id or a name.
    pub subject: String,
    /// Before and after, secrets hidden; null where there is nothing to tell.
    pub detail: serde_json::Value,
}
