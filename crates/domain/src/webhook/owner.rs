//! What a webhook belongs to, when it is part of something larger.

use crate::id::{AutomationId, CampaignId};
use serde::{Deserialize, Serialize};

/// What makes and changes a webhook in its manager's stead; written as its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Owner {
    /// It is an action of an automation.
    Automation(AutomationId),
    /// It is what a campaign sends.
    Campaign(CampaignId),
}

impl Owner {
    /// Members of the webhook object that only the owner changes.
    #[must_use]
    pub const fn members(self) -> &'static [&'static str] {
        match self {
            Self::Automation(_) => &["topics", "conditions"],
            Self::Campaign(_) => &["topics", "conditions", "fields", "body_template", "frequency"],
        }
    }
    /// What a copy of the webhook belongs to. An automation has any number of actions, and a copy would stop
    /// following its trigger otherwise; a campaign sends by one webhook.
    #[must_use]
    pub const fn of_copies(self) -> Option<Self> {
        match self {
            Self::Automation(_) => Some(self),
            Self::Campaign(_) => None,
        }
    }
    /// For people: "automation".
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Automation(_) => "automation",
            Self::Campaign(_) => "campaign",
        }
    }
}
