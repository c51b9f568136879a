//! Who changed what, when.

use super::frame;
use crate::{
    components::{
        code::{self, Language},
        empty,
        icon::icon,
        pager::pager,
        table::{Column, cell, row, table},
        time,
    },
    page::{Answer, Visit},
};
use domain::account::{Actor, AuditEntry};
use leptos::prelude::*;
use serde_json::Value;

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
    let columns = [
        Column("When", false),
        Column("Who", false),
        Column("What", false),
        Column("Which", false),
        Column("Details", false),
    ];
    let rows = page.data.iter().map(|entry| line(&visit, entry)).collect();
    let list = table("Changes, newest first", &columns, rows);
    let pages = pager(&visit.path, &visit.query, page.next_cursor.as_deref());
    Ok(frame(&visit).body(view! { {list} {pages} }))
}

fn line(visit: &Visit, entry: &AuditEntry) -> AnyView {
    let (sign, who) = match &entry.actor {
        Actor::User { name, .. } => ("user", name.clone()),
        Actor::Key { name, .. } => ("key", name.clone()),
        Actor::System => ("settings", "Crier".to_owned()),
    };
    row(vec![
        cell("When", time::ago(entry.at, visit.now)),
        cell("Who", view! { <span class="row">{icon(sign)} {who}</span> }),
        cell("What", action(&entry.action)),
        cell("Which", view! { <strong>{entry.subject.clone()}</strong> }),
        cell("Details", details(&entry.detail)),
    ])
}

/// `webhook.secret_rotated` → "Webhook secret rotated".
fn action(name: &str) -> String {
    let (subject, verb) = name.split_once('.').unwrap_or(("", name));
    let subject = match subject {
        "bin" => "Test receiver",
        "key" => "API key",
        "member" => "Person",
        "webhook" => "Webhook",
        "topic" => "Topic",
        "marketplace" => "Marketplace",
        "password" => "Password",
        other => other,
    };
    format!("{subject} {}", verb.replace('_', " "))
}

fn details(detail: &Value) -> Option<AnyView> {
    let empty = detail.is_null() || detail.as_object().is_some_and(serde_json::Map::is_empty);
    if empty {
        return None;
    }
    let text = serde_json::to_string_pretty(detail).unwrap_or_default();
    let view = view! {
        <details class="over">
            <summary>"Show"</summary>
            {code::block("Before and after", Language::Json, &text)}
        </details>
    };
    Some(view.into_any())
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
