//! What a webhook is part of: said where it stands alone, and in place of what is set there.

use crate::{components::card::section, page::Visit, pairs::Pairs};
use domain::{
    id::WebhookId,
    webhook::{Owner, Webhook},
};
use engine::Error;
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

/// What those of these webhooks that don't stand on their own are part of.
///
/// # Errors
/// The engine's.
pub async fn links<'w>(
    visit: &Visit,
    webhooks: impl Iterator<Item = &'w Webhook>,
) -> Result<HashMap<WebhookId, Link>, Error> {
    let owned: Vec<_> = webhooks.filter_map(|webhook| Some((webhook.id, webhook.owner?))).collect();
    if owned.is_empty() {
        return Ok(HashMap::new());
    }
    let names = visit.engine.owner_names(&visit.who).await?;
    let link = |owner: Owner| {
        let name = names.get(&owner).map(|name| format!(" “{name}”")).unwrap_or_default();
        Link { href: href(owner), text: format!("{}{name}", owner.word()) }
    };
    Ok(owned.into_iter().map(|(id, owner)| (id, link(owner))).collect())
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
    let told = match owner {
        Owner::Automation(_) => "This webhook is part of an automation, which sets what is shown here.",
        Owner::Campaign(_) => "This webhook is part of a campaign, which sets what is shown here.",
    };
    section(
        "owned",
        "Which events",
        told,
        view! {
            <input type="hidden" name=OWNER value=fields.get(OWNER).to_owned() />
            {kept}
            {shown.into_any()}
            <p class="help">"Change this in " <a href=href(owner)>{format!("the {}", owner.word())}</a> " that the webhook is part of."</p>
        },
    )
}
