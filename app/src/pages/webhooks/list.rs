//! The list of webhooks.

use super::api::{ActivateWebhook, DeleteWebhook, DuplicateWebhook, PauseWebhook};
use crate::{
    components::{
        button::{self, main_link},
        confirm::Confirm,
        dots, empty,
        frame::Area,
        pill,
        table::{self, Column},
        time,
    },
    page::{Answer, Page, Visit},
    words,
};
use domain::webhook::{State, Webhook, WebhookRow};
use engine::Permission;
use leptos::{prelude::*, server_fn::ServerFn};

const COLUMNS: [Column; 7] = [
    Column("Name", false),
    Column("State", false),
    Column("Topics", false),
    Column("Last outcomes", false),
    Column("Waiting", true),
    Column("Last delivered", false),
    Column("", false),
];

/// The page.
pub async fn page(visit: Visit) -> Answer {
    let rows = visit.engine.webhooks(&visit.who).await?;
    let may = visit.may(Permission::Manage);
    let page = Page::new(Area::Webhooks, "Webhooks");
    let create = may.then(|| main_link("New webhook", "plus", "/webhooks/new"));
    if rows.is_empty() {
        return Ok(page.body(empty::nothing_yet(
            "webhook",
            "No webhooks yet",
            "A webhook sends the events you choose to an address of yours.",
            create,
        )));
    }
    let rows = rows.iter().map(|row| line(&visit, row, may)).collect();
    Ok(page.actions(create).body(table::table("Webhooks", &COLUMNS, rows)))
}

fn line(visit: &Visit, row: &WebhookRow, may: bool) -> AnyView {
    let webhook = &row.webhook;
    let href = format!("/webhooks/{}", webhook.id);
    let name = view! {
        {table::row_link(webhook.settings.name.clone(), href.clone())}
        <span class="sub-line">{webhook.settings.url.clone()}</span>
    };
    let waiting = match row.waiting {
        0 => view! { <span class="muted">"0"</span> }.into_any(),
        n => view! { {words::number(n)} }.into_any(),
    };
    let last = row.last_delivered_at.map_or_else(
        || view! { <span class="muted">"never"</span> }.into_any(),
        |at| time::ago(at, visit.now),
    );
    table::row(vec![
        table::cell("Name", name),
        table::cell("State", pill::webhook(webhook.state)),
        table::cell("Topics", topics(&webhook.settings.topics)),
        table::cell("Last outcomes", dots::dots(&row.recent)),
        table::number("Waiting", waiting),
        table::cell("Last delivered", last),
        table::tools(if may { menu(webhook, row.waiting) } else { ().into_any() }),
    ])
}

/// The first topic, and how many more.
fn topics(list: &[String]) -> AnyView {
    let first = list.first().cloned().unwrap_or_default();
    let more = list.len().saturating_sub(1);
    let all = list.join("\n");
    let more =
        (more > 0).then(|| view! { <span class="muted" title=all>{format!(" and {more} more")}</span> });
    view! { <span class="topic-cell"><code>{first}</code>{more}</span> }.into_any()
}

fn menu(webhook: &Webhook, waiting: i64) -> AnyView {
    let id = webhook.id.to_string();
    let hidden = [("id", id.clone()), ("back", "/webhooks".to_owned())];
    let toggle = match webhook.state {
        State::Active => button::action("Pause", "pause", "menu-item", PauseWebhook::PATH, &hidden),
        _ => button::action("Activate", "play", "menu-item", ActivateWebhook::PATH, &hidden),
    };
    table::menu(
        &webhook.settings.name,
        view! {
            <a class="menu-item" href=format!("/webhooks/{id}/settings")>{crate::components::icon::icon("edit")} "Edit"</a>
            {toggle}
            {button::action("Duplicate", "copy", "menu-item", DuplicateWebhook::PATH, &hidden)}
            {delete(webhook, Some(waiting), "menu-item")}
        },
    )
}

/// The button that deletes, and its question. `waiting` is how much it would discard, where known.
pub fn delete(webhook: &Webhook, waiting: Option<i64>, class: &'static str) -> AnyView {
    let waits = match waiting {
        None => "what waits for it is discarded".to_owned(),
        Some(0) => "nothing waits for it".to_owned(),
        Some(n) => format!("{} discarded", words::count(n, "waiting delivery is", "waiting deliveries are")),
    };
    Confirm {
        id: format!("delete-{}", webhook.id),
        verb: "Delete",
        class,
        icon: "trash",
        title: format!("Delete “{}”?", webhook.settings.name),
        text: format!("It stops receiving at once, and {waits}. Its log stays readable."),
        action: DeleteWebhook::PATH,
        hidden: vec![("id", webhook.id.to_string()), ("back", "/webhooks".to_owned())],
    }
    .view()
}
