//! The list of deliveries, for all webhooks or for one.

use super::filters;
use crate::{
    components::{
        button, empty,
        field::problem,
        frame::Area,
        pager::pager,
        pill, split,
        table::{self, Column},
        time,
    },
    islands::live::LiveRegion,
    page::{Answer, Page, Visit},
    pages::{topics, webhooks},
    pairs::Pairs,
    words,
};
use domain::{
    delivery::{DeliveryFilter, DeliveryRow, Outcome, State},
    id::WebhookId,
};
use engine::{Error, Permission};
use leptos::prelude::*;

/// `/deliveries`.
pub async fn page(visit: Visit) -> Answer {
    let log = log(&visit, None).await?;
    let kept = match visit.engine.config().keep_days {
        Some(days) => format!("Every try, kept for {}.", words::count(days.into(), "day", "days")),
        None => "Every try, kept without an end.".to_owned(),
    };
    Ok(Page::new(Area::Deliveries, "Deliveries").lead(kept).body(log))
}

/// Filters, rows and pages of the log; of one webhook where it is given.
///
/// # Errors
/// The engine's.
pub async fn log(visit: &Visit, webhook: Option<WebhookId>) -> Result<AnyView, Error> {
    let (filter, wrong) = filters::read(&visit.query, webhook);
    let webhooks = if webhook.is_some() { Vec::new() } else { visit.engine.webhooks(&visit.who).await? };
    let topics = topics::choices(&visit.engine.topics(&visit.who).await?);
    let counts = visit.engine.counts(&visit.who, &filter).await?;
    let found = visit.engine.deliveries(&visit.who, &filter, visit.list_page()).await?;
    let said = filters::says(&filter, &webhooks);
    let filtered = !said.is_empty() || !filter.states.is_empty();
    let list = match (found.data.is_empty(), filtered) {
        (false, _) => rows(visit, &found.data, &from_here(visit, webhook)),
        (true, true) => empty::no_match(&in_words(&said, &filter.states), visit.path.clone()),
        (true, false) => nothing_yet(webhook),
    };
    let wrong =
        wrong.errors.iter().enumerate().map(|(i, e)| problem(format!("filter-error-{i}"), e)).collect_view();
    let replay = replay(visit, &filter);
    let regions = format!("log {}", webhooks::replay::LINE);
    let live = visit.query.some("cursor").is_none();
    let source = webhook.map_or_else(|| "/live".to_owned(), |id| format!("/live?webhook={id}"));
    Ok(view! {
        <div class="log">
            <div class="log-head">
                {filters::form(visit, &webhooks, topics)}
                {replay}
                {live.then(|| view! { <LiveRegion source=source region=regions /> })}
            </div>
            {wrong}
            {filters::chips(visit, &filter, &webhooks)}
            <div id="log" class="log">
                {filters::states(visit, &counts)}
                {list}
                {pager(&visit.path, &visit.query, found.next_cursor.as_deref())}
            </div>
        </div>
    }
    .into_any())
}

/// The way to send again what the log shows of one webhook; tests are not.
fn replay(visit: &Visit, filter: &DeliveryFilter) -> Option<AnyView> {
    let id = filter.webhook.filter(|_| filter.test != Some(true) && visit.may(Permission::Manage))?;
    Some(button::link("Replay…", "retry", webhooks::replay::link(id, filter)))
}

/// The query of the whole log that shows what this page of it shows.
fn from_here(visit: &Visit, webhook: Option<WebhookId>) -> Pairs {
    let said: Pairs = visit.query.iter().filter(|(_, text)| !text.trim().is_empty()).collect();
    match webhook {
        Some(id) => said.with("webhook", id.to_string()),
        None => said,
    }
}

fn in_words(said: &[(&str, String)], states: &[State]) -> String {
    let states = states.iter().map(|s| words::delivery_state(*s).word.to_owned());
    said.iter().map(|(_, text)| text.clone()).chain(states).collect::<Vec<_>>().join(", ")
}

fn nothing_yet(webhook: Option<WebhookId>) -> AnyView {
    let (text, href, label) = match webhook {
        Some(id) => ("Nothing was sent to it yet.", format!("/webhooks/{id}/test"), "Send a test"),
        None => {
            ("Each event that a webhook wants makes one delivery.", "/webhooks".to_owned(), "Go to webhooks")
        }
    };
    empty::nothing_yet(
        "delivery",
        "No deliveries yet",
        text,
        view! { <a class="button" href=href>{label}</a> },
    )
}

const COLUMNS: [Column; 7] = [
    Column("State", false),
    Column("Answer", false),
    Column("Topic", false),
    Column("Webhook", false),
    Column("Tries", true),
    Column("Next try", false),
    Column("Accepted", false),
];

/// The rows as a table. `list` is the query of the log that they come from, which a delivery keeps
/// beside it; the webhook is named unless it is the filter, the topic unless the event is.
pub fn rows(visit: &Visit, rows: &[DeliveryRow], list: &Pairs) -> AnyView {
    let is_told = |column: &Column| match column.0 {
        "Webhook" => !list.has("webhook"),
        "Topic" => !list.has("event"),
        _ => true,
    };
    let columns: Vec<Column> = COLUMNS.into_iter().filter(is_told).collect();
    let rows = rows.iter().map(|row| line(visit, row, list)).collect();
    table::table("Deliveries", &columns, rows)
}

fn line(visit: &Visit, row: &DeliveryRow, list: &Pairs) -> AnyView {
    let href = split::address(&format!("/deliveries/{}", row.id), list);
    let label = format!("{}, {}", words::delivery_state(row.state).word, row.topic);
    let state = view! {
        <a class="row-link" href=href aria-label=label>{pill::delivery(row.state)}</a>
        {row.test.then(pill::test)}
    };
    let mut cells = vec![table::cell("State", state), table::cell("Answer", answer(row))];
    if !list.has("event") {
        cells.push(table::cell("Topic", view! { <code>{row.topic.clone()}</code> }));
    }
    if !list.has("webhook") {
        cells.push(table::cell("Webhook", row.webhook_name.clone()));
    }
    cells.push(table::number("Tries", words::number(row.attempt_count)));
    cells.push(table::cell(
        "Next try",
        row.next_attempt_at.filter(|_| row.state == State::Retrying).map(|at| time::ago(at, visit.now)),
    ));
    cells.push(table::cell("Accepted", time::ago(row.created_at, visit.now)));
    table::live_row(row.id.to_string(), version(row), cells)
}

/// Differs when the row's look differs.
fn version(row: &DeliveryRow) -> String {
    let next = row.next_attempt_at.map_or(0, domain::time::Timestamp::ms);
    format!("{} {} {next}", row.state.as_str(), row.attempt_count)
}

/// The status code, or what happened instead of an answer; and how long it took.
fn answer(row: &DeliveryRow) -> AnyView {
    let what = match (row.http_status, row.outcome) {
        (Some(status), Some(Outcome::Delivered | Outcome::Status)) => pill::status_code(status),
        // Nothing went wrong: it was not meant to be sent.
        (_, Some(outcome @ Outcome::Frequency)) => {
            view! { <span class="muted">{words::outcome(outcome).name}</span> }.into_any()
        }
        (_, Some(outcome)) => {
            view! { <span class="bad-word">{words::outcome(outcome).name}</span> }.into_any()
        }
        (_, None) => view! { <span class="muted">"not tried yet"</span> }.into_any(),
    };
    // A body that could not be made was never sent.
    let took = row.duration_ms.filter(|_| row.outcome != Some(Outcome::Template));
    let took = took.map(|ms| view! { <span class="muted">" " {words::duration(ms)}</span> });
    view! { {what} {took} }.into_any()
}
