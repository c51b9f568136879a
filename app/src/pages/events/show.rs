//! One event: its payload, its deliveries, and why each webhook got it or not.

use crate::{
    components::{
        card::{card, facts},
        code::{self, Language},
        copy,
        frame::Area,
        pill,
        table::{self, Column},
        time,
    },
    islands::live::LiveRegion,
    page::{Answer, Page, Visit},
    pages::deliveries,
};
use domain::{event::Event, format::Json, id::EventId};
use engine::Verdict;
use leptos::prelude::*;

/// `/events/{id}`.
pub async fn page(visit: Visit) -> Answer {
    let id: EventId = visit.id("id")?;
    let found = visit.engine.event(&visit.who, id).await?;
    let verdicts = if found.event.test { Vec::new() } else { visit.engine.explain(&visit.who, id).await? };
    let log = if found.deliveries.is_empty() {
        view! { <p class="help">"No webhook wanted it."</p> }.into_any()
    } else {
        deliveries::list::rows(&visit, &found.deliveries, true)
    };
    let body = view! {
        <section class="card" aria-labelledby="deliveries-title">
            <div class="card-head">
                <h2 id="deliveries-title">"Deliveries"</h2>
                <LiveRegion source="/live".to_owned() region="event-deliveries".to_owned() />
            </div>
            <div id="event-deliveries">{log}</div>
        </section>
        {(!verdicts.is_empty()).then(|| card("explain", "Why, or why not", explain(&verdicts)))}
        {card("payload", "Payload", code::block("Payload", Language::Json, &pretty(&found.event.payload)))}
        {card("facts", "Facts", facts_of(&found.event))}
    };
    Ok(Page::new(Area::Events, found.event.topic.clone())
        .crumb("Events", "/events")
        .state(found.event.test.then(pill::test))
        .body(body))
}

/// Indented for reading; numbers and order stay as they arrived.
fn pretty(payload: &str) -> String {
    Json::parse(payload).map_or_else(|_| payload.to_owned(), |json| json.pretty())
}

fn explain(verdicts: &[Verdict]) -> AnyView {
    let columns = [Column("Webhook", false), Column("Would get it now", false), Column("Why", false)];
    let row = |v: &Verdict| {
        let verdict =
            if v.sent { pill::pill("good", "check", "Yes") } else { pill::pill("plain", "x", "No") };
        let clause = v.clause.clone().map(|clause| view! { " " <code>{clause}</code> });
        table::row(vec![
            table::cell(
                "Webhook",
                view! { <a href=format!("/webhooks/{}", v.webhook_id)>{v.webhook_name.clone()}</a> },
            ),
            table::cell("Would get it now", verdict),
            table::cell("Why", view! { {v.reason.clone()} {clause} }),
        ])
    };
    table::table("Verdicts", &columns, verdicts.iter().map(row).collect())
}

fn facts_of(event: &Event) -> AnyView {
    let mut list = vec![
        ("Event id", copy::id(event.id, "event id")),
        (
            "Topic",
            view! { <a href=format!("/topics#{}", event.topic)><code>{event.topic.clone()}</code></a> }
                .into_any(),
        ),
        ("Happened", time::exact(event.occurred_at)),
        ("Accepted", time::exact(event.received_at)),
    ];
    if let Some(key) = &event.idempotency_key {
        list.push(("Idempotency key", copy::text(key.clone(), "idempotency key")));
    }
    facts(list)
}
