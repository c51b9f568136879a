//! What starts a campaign.

use crate::conditions::{Clause, Condition, Op};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a visitor does on the website.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// What is looked at.
    pub on: On,
    /// How it is compared; capitals count.
    #[serde(rename = "match")]
    pub by: Match,
    /// With what: an address, a kind of page, an item's id; 1–2,048 characters.
    pub value: String,
    /// Whether only known profiles start it.
    pub known_only: bool,
}

/// What of a view is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// The page's address: `payload.url` of pages and items.
    #[default]
    Page,
    /// The kind of page: `payload.page_type` of pages and items.
    PageType,
    /// The item's id: `payload.item.id` of items.
    Item,
}

/// How the value is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// It is the value.
    #[default]
    Exact,
    /// It begins with the value.
    Prefix,
    /// The value fits all of it; `*` stands for any text.
    Pattern,
}

/// What a view has only when somebody has said who the visitor is.
pub const KNOWN: &str = "profile.profileid";

const PAGE_VIEWED: &str = "visitor.page.viewed";
const ITEM_VIEWED: &str = "visitor.item.viewed";

impl Trigger {
    /// The topics whose events may start it; all of them as long as nothing is chosen.
    #[must_use]
    pub fn topics(trigger: Option<&Self>) -> &'static [&'static str] {
        match trigger.map(|trigger| trigger.on) {
            Some(On::Item) => &[ITEM_VIEWED],
            Some(On::Page | On::PageType) | None => &[PAGE_VIEWED, ITEM_VIEWED],
        }
    }

    /// Which of those events do.
    pub(super) fn condition(&self) -> Condition {
        let field = match self.on {
            On::Page => "payload.url",
            On::PageType => "payload.page_type",
            On::Item => "payload.item.id",
        };
        let (op, value) = match self.by {
            // Ids of items may be numbers, and are typed as they look.
            Match::Exact if self.on == On::Item => match serde_json::from_str(&self.value) {
                Ok(number @ Value::Number(_)) => (Op::In, json!([self.value, number])),
                _ => (Op::Eq, json!(self.value)),
            },
            Match::Exact => (Op::Eq, json!(self.value)),
            Match::Prefix => (Op::StartsWith, json!(self.value)),
            Match::Pattern => (Op::Matches, json!(self.value)),
        };
        let clause =
            |field: &str, op, value| Condition::Clause(Clause { field: field.to_owned(), op, value });
        let mut all = vec![clause(field, op, value)];
        if self.known_only {
            all.push(clause(KNOWN, Op::Exists, Value::Bool(true)));
        }
        Condition::All(all)
    }

    /// For people: "Page begins with https://…".
    #[must_use]
    pub fn describe(&self) -> String {
        let what = match self.on {
            On::Page => "Page",
            On::PageType => "Kind of page",
            On::Item => "Item",
        };
        let how = match self.by {
            Match::Exact => "is",
            Match::Prefix => "begins with",
            Match::Pattern => "matches",
        };
        format!("{what} {how} {}", self.value)
    }
}
