//! The list of automations, by product.

use super::steps::{catalog_is_off, verified};
use crate::{
    components::{
        button::main_link,
        dots, empty,
        frame::Area,
        pill,
        table::{self, Column},
    },
    page::{Answer, Page, Visit},
};
use domain::{
    automation::{AutomationRow, Trigger},
    webhook::WebhookRow,
};
use engine::Permission;
use leptos::prelude::*;

const COLUMNS: [Column; 3] = [Column("Product", false), Column("Trigger", false), Column("Actions", false)];

/// `/automations`.
pub async fn page(visit: Visit) -> Answer {
    let mut rows = visit.engine.automations(&visit.who).await?;
    rows.sort_by_key(|row| (row.automation.title().to_lowercase(), row.automation.id.key()));
    let off = catalog_is_off(&visit).await?;
    let new = (visit.may(Permission::Manage) && off.is_none())
        .then(|| main_link("New automation", "plus", "/automations/new"));
    let page = Page::new(Area::Automations, "Automations")
        .lead("For each product: what is sent when somebody receives or loses access to it.");
    if rows.is_empty() {
        let text =
            "Choose a product and when it counts, and give the address that gets the member and the product.";
        let empty = empty::nothing_yet("automation", "No automations yet", text, new);
        return Ok(page.body(view! { {off} {empty} }));
    }
    let lines = rows.iter().map(line).collect();
    Ok(page.actions(new).body(view! { {off} {table::table("Automations", &COLUMNS, lines)} }))
}

fn line(row: &AutomationRow) -> AnyView {
    let automation = &row.automation;
    let id = automation.name.as_ref().map(|_| {
        view! { <span class="sub-line">"Product " {automation.product.clone()}</span> }
    });
    let link = table::row_link(automation.title(), format!("/automations/{}", automation.id));
    let none = |text: &'static str| view! { <span class="muted">{text}</span> }.into_any();
    let actions = match row.actions.as_slice() {
        [] => none("none yet"),
        actions => view! { <ul class="plain actions-cell">{actions.iter().map(action).collect_view()}</ul> }
            .into_any(),
    };
    table::row(vec![
        table::cell("Product", view! { {link} {id} }),
        table::cell(
            "Trigger",
            automation
                .trigger
                .map_or_else(|| none("none yet"), |trigger: Trigger| trigger.label().into_any()),
        ),
        table::cell("Actions", actions),
    ])
}

fn action(row: &WebhookRow) -> AnyView {
    let webhook = &row.webhook;
    view! {
        <li>
            <a class="over" href=format!("/webhooks/{}", webhook.id)>{webhook.settings.name.clone()}</a>
            {pill::webhook(webhook.state)}
            {verified(row)}
            {(!row.recent.is_empty()).then(|| dots::with_count(&row.recent))}
        </li>
    }
    .into_any()
}
