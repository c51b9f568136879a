//! The settings that an attempt used, and what is different since.

use crate::components::{
    card::{facts, folded},
    changes,
};
use crate::words;
use domain::{delivery::Attempt, webhook::Webhook};
use engine::SettingsThen;
use leptos::prelude::*;

/// The block *Settings then*, folded. `webhook` is as it is now, `None` when it was deleted.
pub(super) fn view(attempt: &Attempt, then: &SettingsThen, webhook: Option<&Webhook>) -> AnyView {
    let revision = attempt.revision;
    let changed = then.changes.as_ref().map(changes::summary).unwrap_or_default();
    let (summary, since) = match webhook {
        None => (
            format!("Revision {revision}"),
            view! { <p class="help">"The webhook was deleted since."</p> }.into_any(),
        ),
        Some(now) if changed.is_empty() => {
            let said = if now.revision == revision {
                "These are the settings of now."
            } else {
                "Nothing that counts is different now."
            };
            (format!("Revision {revision}, as now"), view! { <p class="help">{said}</p> }.into_any())
        }
        Some(now) => {
            let title = format!("Changed since, up to revision {}", now.revision);
            let list = then.changes.as_ref().map(changes::list);
            (
                format!("Revision {revision}; since then {changed}"),
                view! { <h4>{title}</h4> {list} }.into_any(),
            )
        }
    };
    folded("then", "Settings then", summary, false, view! { {of(then)} {since} })
}

fn of(then: &SettingsThen) -> AnyView {
    let s = &then.settings;
    let body = if s.body_template.is_some() { "A template" } else { "The topic's own" };
    facts(vec![
        ("URL", view! { <code>{s.url.clone()}</code> }.into_any()),
        ("Content type", view! { <code>{s.format.content_type()}</code> }.into_any()),
        ("Body", body.into_any()),
        ("Authentication", s.auth.kind().replace('_', " ").into_any()),
        ("Signing", s.signing.scheme.as_str().replace('_', " ").into_any()),
        ("Retries", s.retry.describe().into_any()),
        ("Time limit", words::duration(s.timeout_ms.into()).into_any()),
    ])
}
