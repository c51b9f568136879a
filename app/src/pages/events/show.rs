//! One event: what became of it, why each webhook got it or not, its payload; the list beside it.

use super::{beside, why};
use crate::{
    components::{
        card::{card, facts},
        code::{self, Language},
        copy,
        frame::Area,
        pill, split, time,
    },
    islands::live::LiveRegion,
    page::{Answer, Page, Visit},
    pages::deliveries,
    pairs::Pairs,
    words,
};
use domain::{
    delivery::{DeliveryRow, State},
    event::Event,
    format::Json,
    id::EventId,
    invalid::FieldError,
};
use leptos::prelude::*;

/// The parts that renew themselves, by their ids.
const LIVE: &str = "event-story event-deliveries beside";

/// `/events/{id}`.
pub async fn page(visit: Visit) -> Answer {
    let id: EventId = visit.id("id")?;
    let found = visit.engine.event(&visit.who, id).await?;
    let verdicts = if found.event.test { Vec::new() } else { visit.engine.explain(&visit.who, id).await? };
    let log = (!found.deliveries.is_empty()).then(|| {
        let list = Pairs::from_iter([("event", id.to_string())]);
        deliveries::list::rows(&visit, &found.deliveries, &list)
    });
    let said = story(&found.deliveries, found.event.test);
    let body = view! {
        <section class="card" aria-labelledby="deliveries-title">
            <div class="card-head">
                <h2 id="deliveries-title">"What became of it"</h2>
                <LiveRegion source="/live".to_owned() region=LIVE.to_owned() />
            </div>
            <div id="event-story" data-version=said.clone()><p class="story">{said.clone()}</p></div>
            <div id="event-deliveries" class="card-list">{log}</div>
        </section>
        {(!verdicts.is_empty()).then(|| card("explain", "Why, or why not", why::view(&verdicts, &found.deliveries)))}
        {mismatches(&found.event)}
        {card("payload", "Payload", code::block("Payload", Language::Json, &pretty(&found.event.payload)))}
        {found.event.context.profile.as_ref().map(|profile| {
            card("profile", "Profile", code::block("Profile", Language::Json, &profile.pretty()))
        })}
        {card("facts", "Facts", facts_of(&found.event))}
    };
    let list = split::list_query(&visit.query);
    Ok(Page::new(Area::Events, found.event.topic.clone())
        .crumb("Events", list.on("/events"))
        .state(found.event.test.then(pill::test))
        .beside(beside::view(&visit, id).await?)
        .body(body))
}

/// What was not as the topic's schema wants it, when that was noted.
fn mismatches(event: &Event) -> Option<AnyView> {
    let errors = &event.context.schema_errors;
    let one = |error: &FieldError| {
        view! { <li><code>{error.field.clone()}</code> " " {error.message.clone()}</li> }
    };
    (!errors.is_empty()).then(|| {
        let list = errors.iter().map(one).collect_view();
        let text = "It was accepted, but its payload is not as the schema of its topic wants it:";
        card(
            "schema",
            "Does not match the schema",
            view! {
                <p class="card-text">{text}</p>
                <ul class="mismatches">{list}</ul>
            },
        )
    })
}

/// What became of it, in one sentence.
fn story(deliveries: &[DeliveryRow], test: bool) -> String {
    let n = |states: &[State]| deliveries.iter().filter(|row| states.contains(&row.state)).count() as i64;
    let all = deliveries.len() as i64;
    let parts = [
        (n(&[State::Delivered]), "delivered"),
        (n(&[State::Retrying]), "tried again"),
        (n(&[State::Exhausted]), "failed"),
        (n(&[State::Pending, State::Sending]), "on the way"),
        (n(&[State::Held]), "waiting"),
        (n(&[State::Discarded]), "discarded"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{} {word}", words::number(n)))
        .collect();
    match (all, test) {
        (0, _) => "No webhook wanted it, so nothing was sent.".to_owned(),
        (_, true) => "A test made it, for one webhook alone.".to_owned(),
        _ => format!("It went to {}: {}.", words::count(all, "webhook", "webhooks"), parts.join(", ")),
    }
}

/// Indented for reading; numbers and order stay as they arrived.
fn pretty(payload: &str) -> String {
    Json::parse(payload).map_or_else(|_| payload.to_owned(), |json| json.pretty())
}

fn facts_of(event: &Event) -> AnyView {
    let mut list = vec![
        ("Event id", copy::id(event.id, "event id")),
        (
            "Topic",
            view! { <a href=format!("/topics/{}", event.topic)><code>{event.topic.clone()}</code></a> }
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
