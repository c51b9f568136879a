//! The list of campaigns.

use crate::{
    components::{
        button::{self, main_link},
        dots, empty,
        frame::Area,
        pill,
        table::{self, Column},
    },
    page::{Answer, Page, Visit},
    pages::profiles,
    words,
};
use domain::campaign::Trigger;
use engine::{CampaignRow, Permission};
use leptos::prelude::*;

const COLUMNS: [Column; 6] = [
    Column("Name", false),
    Column("State", false),
    Column("Website trigger", false),
    Column("Last 30", false),
    Column("Sent", true),
    Column("Held back", true),
];
/// As far as the engine counts.
const MOST: i64 = 10_000;

/// `/campaigns`.
pub async fn page(visit: Visit) -> Answer {
    let rows = visit.engine.campaigns(&visit.who).await?;
    let create =
        || visit.may(Permission::Manage).then(|| main_link("New campaign", "plus", "/campaigns/new"));
    let page = Page::new(Area::Campaigns, "Campaigns")
        .lead("When a visitor does something on your website, tell another system, once in a while for each profile.");
    let profiles = button::link("Profiles", "users", profiles::LIST);
    if rows.is_empty() {
        let text = "A hybrid campaign has three parts: a website trigger, a webhook, and a stop.";
        return Ok(page.actions(profiles).body(empty::nothing_yet(
            "campaign",
            "No campaigns yet",
            text,
            create(),
        )));
    }
    let rows = rows.iter().map(line).collect();
    Ok(page.actions(view! { {profiles} {create()} }).body(table::table("Campaigns", &COLUMNS, rows)))
}

fn line(row: &CampaignRow) -> AnyView {
    let campaign = &row.campaign;
    let trigger = match &campaign.trigger {
        Some(trigger) => said(trigger),
        None => view! { <span class="muted">"none yet"</span> }.into_any(),
    };
    let held_back = match (&campaign.webhook_id, row.held_back) {
        (Some(id), count @ 1..) => {
            let href = format!("/webhooks/{id}/deliveries?outcome=frequency");
            view! { <a href=href>{counted(count)}</a> }.into_any()
        }
        (_, count) => counted(count).into_any(),
    };
    table::row(vec![
        table::cell("Name", table::row_link(campaign.name.clone(), format!("/campaigns/{}", campaign.id))),
        table::cell("State", pill::webhook(campaign.state)),
        table::cell("Website trigger", trigger),
        table::cell("Last 30", dots::with_count(&row.recent)),
        table::number("Sent", counted(row.sent)),
        table::number("Held back", held_back),
    ])
}

fn said(trigger: &Trigger) -> AnyView {
    let whom = if trigger.known_only { "known profiles" } else { "every visitor" };
    view! {
        <span class="trigger-cell">{trigger.describe()} <span class="sub-line">{whom}</span></span>
    }
    .into_any()
}

fn counted(count: i64) -> String {
    let more = if count >= MOST { "+" } else { "" };
    format!("{}{more}", words::number(count))
}
