//! What a webhook is part of, in words and with the way there.

use crate::page::Visit;
use domain::webhook::{Owner, Webhook};
use leptos::prelude::*;
use std::collections::HashMap;

/// What the owners of some webhooks are called.
#[derive(Clone, Debug, Default)]
pub struct Owners(HashMap<String, String>);

impl Owners {
    /// Of these webhooks.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn of(visit: &Visit, webhooks: impl Iterator<Item = &Webhook>) -> Result<Self, engine::Error> {
        let is_action = |webhook: &Webhook| matches!(webhook.owner, Some(Owner::Automation(_)));
        if !{ webhooks }.any(is_action) {
            return Ok(Self::default());
        }
        let rows = visit.engine.automations(&visit.who).await?;
        let titles = rows.iter().map(|row| (row.automation.id.to_string(), row.automation.title()));
        Ok(Self(titles.collect()))
    }

    /// "Part of the automation “Gold membership”."
    #[must_use]
    pub fn part_of(&self, webhook: &Webhook) -> Option<AnyView> {
        let owner = webhook.owner?;
        let (area, id) = match owner {
            Owner::Automation(id) => ("automations", id.to_string()),
            Owner::Campaign(id) => ("campaigns", id.to_string()),
        };
        let name = self
            .0
            .get(&id)
            .map_or_else(|| owner.word().to_owned(), |title| format!("{} “{title}”", owner.word()));
        let link = view! { <a href=format!("/{area}/{id}")>{name}</a> };
        Some(view! { <span class="part-of">"Part of the " {link}</span> }.into_any())
    }
}
