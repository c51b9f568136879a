//! One delivery: what happened, what comes next, and every exchange.

use super::api::RetryDelivery;
use crate::{
    components::{
        attempt, button,
        card::{card, facts},
        copy,
        frame::Area,
        pill, time,
    },
    islands::live::LiveRegion,
    page::{Answer, Page, Visit},
    pairs::Pairs,
    words,
};
use domain::{
    delivery::{Attempt, Delivery, Outcome, State},
    id::DeliveryId,
    time::Timestamp,
};
use engine::Permission;
use leptos::{prelude::*, server_fn::ServerFn};

/// `/deliveries/{id}`; `?attempt=` chooses the exchange, the last one unless given.
pub async fn page(visit: Visit) -> Answer {
    let id: DeliveryId = visit.id("id")?;
    let delivery = visit.engine.delivery(&visit.who, id).await?;
    let number = visit.query.some("attempt").and_then(|n| n.parse().ok());
    let shown = delivery.attempts.iter().find(|a| Some(a.number) == number).or(delivery.attempts.last());
    let over = matches!(delivery.state, State::Delivered | State::Exhausted | State::Discarded);
    let source = delivery.webhook_id.map_or_else(|| "/live".to_owned(), |id| format!("/live?webhook={id}"));
    let body = view! {
        <section class="card" aria-labelledby="story-title">
            <div class="card-head">
                <h2 id="story-title">"What happened"</h2>
                {(!over).then(|| view! { <LiveRegion source=source region="story".to_owned() /> })}
            </div>
            <div id="story">
                <p class="story">{story(&delivery, visit.now)}</p>
                {life(&delivery)}
            </div>
        </section>
        {shown.map(|attempt| exchange(&visit, &delivery, attempt))}
        {card("facts", "Facts", facts_of(&delivery, id))}
    };
    Ok(Page::new(Area::Deliveries, delivery.topic.clone())
        .crumb("Deliveries", "/deliveries")
        .state(view! { {pill::delivery(delivery.state)} {delivery.test.then(pill::test)} })
        .lead(format!("To {}", delivery.webhook_name))
        .actions(actions(&visit, &delivery, id))
        .body(body))
}

fn actions(visit: &Visit, delivery: &Delivery, id: DeliveryId) -> AnyView {
    let ready = !matches!(delivery.state, State::Sending | State::Pending) && !delivery.test;
    if !ready || !visit.may(Permission::Manage) {
        return ().into_any();
    }
    let with = |body: &str| [("id", id.to_string()), ("body", body.to_owned())];
    let rendered = delivery.attempts.iter().any(|a| a.request.is_some());
    view! {
        {rendered.then(|| button::action("Render again", "code", "quiet", RetryDelivery::PATH, &with("render")))}
        {button::action("Retry", "retry", "primary", RetryDelivery::PATH, &with(if rendered { "same" } else { "render" }))}
    }
    .into_any()
}

/// What happened and what comes next, in words.
fn story(delivery: &Delivery, now: Timestamp) -> String {
    let last = delivery.attempts.last();
    let happened = last.map(attempt::sentence).unwrap_or_default();
    let tries = words::count(delivery.attempts.len() as i64, "try", "tries");
    let next = match (delivery.state, delivery.next_attempt_at) {
        (State::Delivered, _) if delivery.test => "It was a test.".to_owned(),
        (State::Delivered, _) => format!("Delivered on try {}.", delivery.attempts.len()),
        (State::Exhausted, _) if delivery.test => "It was a test, so it is not tried again.".to_owned(),
        (State::Exhausted, _) => format!("Gave up after {tries}."),
        (State::Retrying, Some(at)) => format!("Next try {}.", words::relative(at.ms(), now.ms())),
        (State::Retrying, None) => "It is tried again soon.".to_owned(),
        (State::Held, _) if last.is_some_and(|a| a.outcome == Outcome::Template) => {
            "It waits until the template is mended and saved.".to_owned()
        }
        (State::Held, _) => "It waits because the webhook is not active.".to_owned(),
        (State::Discarded, _) => "It was discarded and is not tried again.".to_owned(),
        (State::Pending, _) => "It waits for its first try.".to_owned(),
        (State::Sending, _) => "It is being sent right now.".to_owned(),
    };
    format!("{happened} {next}").trim().to_owned()
}

/// Accepted → attempts → now.
fn life(delivery: &Delivery) -> AnyView {
    let step = |attempt: &Attempt| {
        let tone = if attempt.outcome == Outcome::Delivered { "good" } else { "bad" };
        let result = attempt.response.as_ref().map_or_else(
            || words::outcome(attempt.outcome).name.to_owned(),
            |response| response.status.to_string(),
        );
        view! {
            <li>
                <span class=format!("dot {tone}")></span>
                <span>{format!("Try {}: {result}", attempt.number)}</span>
                {time::exact(attempt.at)}
            </li>
        }
    };
    let next = delivery.next_attempt_at.filter(|_| delivery.state == State::Retrying);
    view! {
        <ol class="life">
            <li><span class="dot plain"></span><span>"Accepted"</span>{time::exact(delivery.created_at)}</li>
            {delivery.attempts.iter().map(step).collect_view()}
            {next.map(|at| view! { <li><span class="dot warn"></span><span>"Next try"</span>{time::exact(at)}</li> })}
        </ol>
    }
    .into_any()
}

fn exchange(visit: &Visit, delivery: &Delivery, shown: &Attempt) -> AnyView {
    let link = |attempt: &Attempt| {
        let href = Pairs::from_iter([("attempt", attempt.number.to_string())]).on(&visit.path);
        let here = (attempt.number == shown.number).then_some("page");
        view! { <li><a href=href aria-current=here>{format!("Try {}", attempt.number)}</a></li> }
    };
    let tabs = (delivery.attempts.len() > 1).then(|| {
        view! { <nav class="tabs" aria-label="Tries"><ul>{delivery.attempts.iter().map(link).collect_view()}</ul></nav> }
    });
    let title = match delivery.state {
        State::Retrying | State::Pending | State::Sending => format!("Try {}", shown.number),
        _ => format!("Try {} of {}", shown.number, delivery.attempts.len()),
    };
    card(
        "exchange",
        title,
        view! {
            {tabs}
            <p class="result-line">{attempt::headline(shown)}</p>
            {attempt::view(shown)}
        },
    )
}

fn facts_of(delivery: &Delivery, id: DeliveryId) -> AnyView {
    let webhook = delivery.webhook_id.map_or_else(
        || delivery.webhook_name.clone().into_any(),
        |id| view! { <a href=format!("/webhooks/{id}")>{delivery.webhook_name.clone()}</a> }.into_any(),
    );
    let event = view! { <a href=format!("/events/{}", delivery.event_id)>"Open the event"</a> " " {copy::id(delivery.event_id, "event id")} };
    let revisions: Vec<_> = delivery.attempts.last().map(|a| a.revision.to_string()).into_iter().collect();
    facts(vec![
        ("Delivery id", copy::id(id, "delivery id")),
        ("Event", event.into_any()),
        ("Webhook", webhook),
        ("Revision of the settings", revisions.join(", ").into_any()),
    ])
}
