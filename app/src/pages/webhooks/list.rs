//! The list of webhooks.

use super::{
    api::{ActivateWebhook, DeleteWebhook, DuplicateWebhook, PauseWebhook},
    find,
};
use crate::{
    components::{
        button::{self, main_link},
        confirm::Confirm,
        dots, empty,
        frame::Area,
        icon::icon,
        owned,
        pager::{pager_around, place},
        pill,
        split::{self, Beside, Item, LIST},
        table::{self, Column},
        time,
    },
    form::TOKEN,
    page::{Answer, Page, Visit},
    pairs::Pairs,
    words,
};
use domain::{
    id::WebhookId,
    webhook::{Settings, State, Webhook, WebhookRow},
};
use engine::Permission;
use leptos::{prelude::*, server_fn::ServerFn};

const COLUMNS: [Column; 7] = [
    Column("Name", false),
    Column("State", false),
    Column("Topics", false),
    Column("Last 30", false),
    Column("Waiting", true),
    Column("Last delivered", false),
    Column("", false),
];
/// How many outcomes fit the list beside a webhook.
const BESIDE: usize = 12;

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
    let found = find::found(&rows, &visit.query);
    let list = if found.is_empty() {
        empty::no_match(&find::says(&visit.query), "/webhooks")
    } else {
        let shown = place(&visit.query, None, found.len());
        let owners = owned::links(&visit, rows.iter().map(|row| &row.webhook)).await?;
        let lines = found[shown.clone()]
            .iter()
            .map(|row| line(&visit, row, owners.get(&row.webhook.id), may))
            .collect();
        let pager = pager_around(&visit.query, &shown, found.len(), |query| query.on(&visit.path));
        view! { {table::table("Webhooks", &COLUMNS, lines)} {pager} }.into_any()
    };
    Ok(page.actions(create).body(view! { {find::bar(&rows, &visit.query)} {list} }))
}

/// The same list beside one of its webhooks; the others open at the same `tab`.
pub fn beside(visit: &Visit, rows: &[WebhookRow], here: WebhookId, tab: &str) -> AnyView {
    let query = split::list_query(&visit.query);
    let item = |row: &&WebhookRow| {
        let Settings { name, url, .. } = &row.webhook.settings;
        let address = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest).to_owned();
        let last = &row.recent[row.recent.len().saturating_sub(BESIDE)..];
        Item {
            href: split::address(&format!("/webhooks/{}{tab}", row.webhook.id), &query),
            here: row.webhook.id == here,
            title: name.clone().into_any(),
            mark: pill::webhook(row.webhook.state),
            note: view! { <span>{address}</span> {(!last.is_empty()).then(|| dots::dots(last))} }.into_any(),
        }
    };
    let new = view! {
        <a class="button quiet small square" href="/webhooks/new" aria-label="New webhook" title="New webhook">{icon("plus")}</a>
    };
    let says = find::says(&query);
    let filtered = (!says.is_empty())
        .then(|| view! { <p class="beside-filter">{says} " " <a href=visit.path.clone()>"Show all"</a></p> });
    let found = find::found(rows, &query);
    let shown = place(&query, found.iter().position(|row| row.webhook.id == here), found.len());
    let pager = pager_around(&query, &shown, found.len(), |query| split::address(&visit.path, query));
    Beside {
        title: "Webhooks",
        href: query.on("/webhooks"),
        tools: visit.may(Permission::Manage).then_some(new).into_any(),
        items: found[shown].iter().map(item).collect(),
        pager: view! { {pager} {filtered} }.into_any(),
    }
    .view()
}

fn line(visit: &Visit, row: &WebhookRow, owner: Option<&owned::Link>, may: bool) -> AnyView {
    let webhook = &row.webhook;
    let href = split::address(&format!("/webhooks/{}", webhook.id), &visit.query);
    let name = view! {
        {table::row_link(webhook.settings.name.clone(), href)}
        <span class="sub-line">{webhook.settings.url.trim_start_matches("https://").to_owned()}</span>
        {owner.map(owned::part_of)}
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
        table::cell("Last 30", dots::with_count(&row.recent)),
        table::number("Waiting", waiting),
        table::cell("Last delivered", last),
        table::tools(if may { menu(visit, webhook, row.waiting) } else { ().into_any() }),
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

fn menu(visit: &Visit, webhook: &Webhook, waiting: i64) -> AnyView {
    let id = webhook.id.to_string();
    let hidden = [("id", id.clone()), ("back", visit.address())];
    let toggle = match webhook.state {
        State::Active => button::action("Pause", "pause", "menu-item", PauseWebhook::PATH, &hidden),
        _ => button::action("Activate", "play", "menu-item", ActivateWebhook::PATH, &hidden),
    };
    table::menu(
        &webhook.settings.name,
        view! {
            <a class="menu-item" href=format!("/webhooks/{id}/settings")>{icon("edit")} "Edit"</a>
            {toggle}
            {button::action("Duplicate", "copy", "menu-item", DuplicateWebhook::PATH, &hidden)}
            {owned::may_be_deleted(webhook).then(|| delete(webhook, waiting, &visit.query))}
        },
    )
}

/// The last item of a webhook's menu: deletes it, after a question that says how much `waiting` it
/// would discard. `list` is the query of the list to go back to.
pub fn delete(webhook: &Webhook, waiting: i64, list: &Pairs) -> AnyView {
    let waits = match waiting {
        0 => "nothing waits for it".to_owned(),
        n => format!("{} discarded", words::count(n, "waiting delivery is", "waiting deliveries are")),
    };
    Confirm {
        id: format!("delete-{}", webhook.id),
        verb: "Delete",
        class: "menu-item danger",
        icon: "trash",
        title: format!("Delete “{}”?", webhook.settings.name),
        text: format!("It stops receiving at once, and {waits}. Its log stays readable."),
        action: DeleteWebhook::PATH,
        hidden: vec![
            ("id", webhook.id.to_string()),
            ("back", "/webhooks".to_owned()),
            (LIST, list.without(TOKEN).encode()),
        ],
    }
    .view()
}
