//! One delivery: what happened, what comes next, and every exchange; the log beside it.

use super::{beside, life, retry, story, then};
use crate::{
    components::{
        attempt,
        card::{card, facts},
        copy,
        frame::Area,
        pill, time,
    },
    islands::live::LiveRegion,
    page::{Answer, Page, Visit},
    words,
};
use domain::{
    delivery::{Attempt, Delivery},
    id::DeliveryId,
    webhook::Webhook,
};
use engine::Error;
use leptos::prelude::*;

/// The parts that renew themselves, by their ids.
const LIVE: &str = "delivery-state story retry tries beside";

/// `/deliveries/{id}`; `?attempt=` chooses the exchange, the last one unless given.
pub async fn page(visit: Visit) -> Answer {
    let id: DeliveryId = visit.id("id")?;
    let delivery = visit.engine.delivery(&visit.who, id).await?;
    let webhook = webhook(&visit, &delivery).await?;
    let number = visit.query.some("attempt").and_then(|n| n.parse().ok());
    let shown = delivery.attempts.iter().find(|a| Some(a.number) == number).or(delivery.attempts.last());
    let version = version(&delivery, webhook.as_ref());
    let exchange = match shown {
        Some(attempt) => Some(exchange(&visit, &delivery, webhook.as_ref(), attempt).await?),
        None => None,
    };
    let retry = retry::view(&visit, &delivery, id, webhook.as_ref()).await?;
    let body = view! {
        <section class="card" aria-labelledby="story-title">
            <div class="card-head">
                <h2 id="story-title">"What happened"</h2>
                <LiveRegion source="/live".to_owned() region=LIVE.to_owned() />
            </div>
            <div id="story" data-version=version.clone()>
                {story::view(&delivery, webhook.as_ref(), visit.now)}
                {life::view(&visit, &delivery)}
            </div>
            <div id="retry" data-version=version.clone()>{retry}</div>
        </section>
        <div id="tries" data-version=version.clone()>{exchange}</div>
        {card("facts", "Facts", facts_of(&delivery, webhook.as_ref(), id))}
    };
    let state = view! { {pill::delivery(delivery.state)} {delivery.test.then(pill::test)} };
    Ok(Page::new(Area::Deliveries, delivery.topic.clone())
        .crumb("Deliveries", crate::components::split::list_query(&visit.query).on("/deliveries"))
        .state(view! { <span class="row" id="delivery-state" data-version=version>{state}</span> })
        .lead(format!("To {}", delivery.webhook_name))
        .beside(beside::view(&visit, id).await?)
        .body(body))
}

/// The webhook as it is now; `None` when it was deleted.
async fn webhook(visit: &Visit, delivery: &Delivery) -> Result<Option<Webhook>, Error> {
    let Some(id) = delivery.webhook_id else { return Ok(None) };
    match visit.engine.webhook(&visit.who, id).await {
        Ok(webhook) => Ok(Some(webhook)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Differs when the page says something else.
fn version(delivery: &Delivery, webhook: Option<&Webhook>) -> String {
    let next = delivery.next_attempt_at.map_or(0, domain::time::Timestamp::ms);
    let webhook = webhook.map_or_else(String::new, |w| format!("{:?} {}", w.state, w.revision));
    format!("{} {} {next} {webhook}", delivery.state.as_str(), delivery.attempts.len())
}

/// One try: which it is, and its parts.
async fn exchange(
    visit: &Visit,
    delivery: &Delivery,
    webhook: Option<&Webhook>,
    shown: &Attempt,
) -> Result<AnyView, Error> {
    let link = |attempt: &Attempt| {
        let href = life::address(visit, attempt);
        let here = (attempt.number == shown.number).then_some("page");
        view! { <li><a href=href aria-current=here>{format!("Try {}", attempt.number)}</a></li> }
    };
    let tabs = (delivery.attempts.len() > 1).then(|| {
        view! { <nav class="tabs" aria-label="Tries"><ul>{delivery.attempts.iter().map(link).collect_view()}</ul></nav> }
    });
    // The story tells the last one, with what to do about it.
    let told = (delivery.attempts.last() != Some(shown)).then(|| {
        view! {
            <p class="result-line">{attempt::headline(shown)}</p>
            {attempt::message(shown)}
            {attempt::advice(shown)}
        }
    });
    let then = match delivery.webhook_id {
        Some(id) => visit.engine.settings_then(&visit.who, id, shown.revision).await.ok(),
        None => None,
    };
    let title = story::title(delivery, webhook, shown.number);
    let body = view! {
        {tabs}
        <p class="help">{time::exact(shown.at)} ", " {words::duration(shown.timing_ms.total)}</p>
        {told}
        {attempt::parts(shown)}
        {then.map(|then| then::view(shown, &then, webhook))}
    };
    Ok(card("exchange", title, body))
}

fn facts_of(delivery: &Delivery, webhook: Option<&Webhook>, id: DeliveryId) -> AnyView {
    let name = delivery.webhook_name.clone();
    let webhook = match webhook {
        Some(webhook) => view! { <a href=format!("/webhooks/{}", webhook.id)>{name}</a> }.into_any(),
        None => view! { {name} " " <span class="muted">"(deleted)"</span> }.into_any(),
    };
    let event = view! { <a href=format!("/events/{}", delivery.event_id)>"Open the event"</a> " " {copy::id(delivery.event_id, "event id")} };
    facts(vec![
        ("Webhook", webhook),
        ("Event", event.into_any()),
        ("Delivery id", copy::id(id, "delivery id")),
        ("Accepted", time::exact(delivery.created_at)),
    ])
}
