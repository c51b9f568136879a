//! What a webhook is part of: said where it stands alone, and in place of what is set there.

use crate::{components::card::section, page::Visit, pairs::Pairs};
use domain::{
    id::WebhookId,
    webhook::{Owner, Webhook, WebhookRow},
};
use leptos::prelude::*;
use std::collections::HashMap;

/// The hidden field of a webhook's form that names its owner.
pub const OWNER: &str = "owner";

/// Where an owner is shown, and what it is called: "the campaign “Packing”".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    href: String,
    text: String,
}

/// The page of an owner.
fn href(owner: Owner) -> String {
    match owner {
        Owner::Automation(id) => format!("/automations/{id}"),
        Owner::Campaign(id) => format!("/campaigns/{id}"),
    }
}

/// What a webhook is part of; `None` when it stands on its own.
pub async fn link(visit: &Visit, webhook: &Webhook) -> Option<Link> {
    let owner = webhook.owner?;
    let name = match owner {
        Owner::Campaign(id) => visit.engine.campaign(&visit.who, id).await.ok().map(|campaign| campaign.name),
        Owner::Automation(id) => {
            let found = visit.engine.automation(&visit.who, id).await.ok();
            found.map(|row| row.automation.title())
        }
    };
    let text = name.map_or_else(|| owner.word().to_owned(), |name| format!("{} “{name}”", owner.word()));
    Some(Link { href: href(owner), text })
}

/// The same for the webhooks of a list.
pub async fn links(visit: &Visit, rows: &[WebhookRow]) -> HashMap<WebhookId, Link> {
    let mut links = HashMap::new();
    for row in rows {
        if let Some(link) = link(visit, &row.webhook).await {
            links.insert(row.webhook.id, link);
        }
    }
    links
}

/// "Part of the campaign “Packing”".
pub fn part_of(link: &Link) -> AnyView {
    let Link { href, text } = link.clone();
    view! { <span class="part-of">"Part of the " <a href=href>{text}</a></span> }.into_any()
}

/// Whether a webhook is deleted where it stands; that of a campaign goes with it.
#[must_use]
pub fn may_be_deleted(webhook: &Webhook) -> bool {
    !matches!(webhook.owner, Some(Owner::Campaign(_)))
}

/// The owner that a webhook's form names.
#[must_use]
pub fn of(fields: &Pairs) -> Option<Owner> {
    serde_json::from_value(fields.some(OWNER)?.into()).ok()
}

/// Whether the owner of the form's webhook sets this member.
#[must_use]
pub fn sets(fields: &Pairs, member: &str) -> bool {
    of(fields).is_some_and(|owner| owner.members().contains(&member))
}

/// In a form, in place of the sections that the owner sets; `shown` is what it set.
pub fn instead(fields: &Pairs, shown: impl IntoView + 'static) -> AnyView {
    let Some(owner) = of(fields) else { return ().into_any() };
    let kept = fields
        .all("topics")
        .map(|topic| view! { <input type="hidden" name="topics" value=topic.to_owned() /> });
    let kept = kept.collect_view();
    section(
        "owned",
        "Which events",
        "This webhook is part of something larger, which sets what is shown here.",
        view! {
            <input type="hidden" name=OWNER value=fields.get(OWNER).to_owned() />
            {kept}
            {shown.into_any()}
            <p class="help">"Change this in " <a href=href(owner)>{format!("the {}", owner.word())}</a> " that the webhook is part of."</p>
        },
    )
}
