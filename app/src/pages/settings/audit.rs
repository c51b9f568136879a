//! Who changed what, when.

use super::frame;
use crate::{
    components::{changes, empty, icon::icon, pager::pager, time},
    page::{Answer, Visit},
    words,
};
use domain::account::{Actor, AuditEntry};
use leptos::prelude::*;

/// `/settings/audit`
pub(super) async fn page(visit: Visit) -> Answer {
    let page = visit.engine.audit(&visit.who, visit.list_page()).await?;
    if page.data.is_empty() {
        let nothing = empty::nothing_yet(
            "audit",
            "Nothing was changed yet",
            "Every change of settings is kept here.",
            (),
        );
        return Ok(frame(&visit).body(nothing));
    }
    let entries = page.data.iter().map(|entry| view! { <li>{line(&visit, entry)}</li> }).collect_view();
    let pages = pager(&visit.path, &visit.query, page.next_cursor.as_deref());
    Ok(frame(&visit).lead("Who changed what, newest first.").body(view! {
        <ol class="audit" aria-label="Changes, newest first">{entries}</ol>
        {pages}
    }))
}

/// One change; what it did is folded below, where there is more to tell.
fn line(visit: &Visit, entry: &AuditEntry) -> AnyView {
    let sign = match &entry.actor {
        Actor::User { .. } => "user",
        Actor::Key { .. } => "key",
        Actor::System => "settings",
    };
    let who = entry.actor.name().to_owned();
    let more = changes::summary(&entry.detail);
    let facts = view! {
        <span class="audit-what">{action(&entry.action)}</span>
        <strong class="audit-which">{which(entry)}</strong>
        <span class="audit-more">{more.clone()}</span>
        <span class="audit-who">{icon(sign)} {who}</span>
        <span class="audit-when">{time::ago_inside(entry.at, visit.now)}</span>
    };
    if more.is_empty() {
        return view! { <div class="audit-line">{facts}</div> }.into_any();
    }
    view! {
        <details>
            <summary class="audit-line">{facts}</summary>
            <div class="audit-detail">
                <p class="muted">{time::exact(entry.at)} {object(entry).map(|href| view! { ". " <a href=href>"Open it"</a> })}</p>
                {changes::list(&entry.detail)}
            </div>
        </details>
    }
    .into_any()
}

/// What was changed, by its name, or by its id in short.
fn which(entry: &AuditEntry) -> AnyView {
    let short = words::short_id(&entry.subject);
    if short == entry.subject { short.into_any() } else { view! { <code>{short}</code> }.into_any() }
}

/// The page of what was changed, unless it is gone.
fn object(entry: &AuditEntry) -> Option<String> {
    let (kind, verb) = entry.action.split_once('.')?;
    if verb == "deleted" {
        return None;
    }
    match kind {
        "webhook" => entry.detail.get("id").and_then(|id| id.as_str()).map(|id| format!("/webhooks/{id}")),
        "delivery" => Some(format!("/deliveries/{}", entry.subject)),
        "topic" => Some(format!("/topics/{}", entry.subject)),
        "bin" => Some(format!("/bins/{}", entry.subject)),
        _ => None,
    }
}

/// `webhook.secret_rotated` → "Webhook secret rotated".
fn action(name: &str) -> String {
    let (subject, verb) = name.split_once('.').unwrap_or(("", name));
    let subject = match subject {
        "bin" => "Test receiver",
        "key" => "API key",
        "member" => "Person",
        "webhook" => "Webhook",
        "campaign" => "Campaign",
        "topic" => "Topic",
        "marketplace" => "Marketplace",
        "password" => "Password",
        "delivery" => "Delivery",
        "device" => "Device",
        "data" => "Personal data",
        other => other,
    };
    format!("{subject} {}", verb.replace('_', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_read_as_words() {
        assert_eq!(action("webhook.secret_rotated"), "Webhook secret rotated");
        assert_eq!(action("bin.created"), "Test receiver created");
    }
}
