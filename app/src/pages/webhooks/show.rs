//! The pages of one webhook: summary, settings, deliveries; and the form of a new one.

use super::{
    alert,
    api::{DiscardHeld, ReleaseHeld},
    form::{self, People, fill, preview},
    head::{Standing, Step},
    replay, signing,
};
use crate::{
    components::{
        button,
        card::{card, facts},
        copy, dots,
        frame::Area,
        icon::icon,
        notice::{self, notice},
        split::{self, LIST},
        time,
    },
    form::Tone,
    page::{Answer, Page, Visit},
    pages::deliveries,
    pairs::Pairs,
    words,
};
use domain::{
    delivery::DeliveryFilter,
    page::PageRequest,
    preset,
    topic::Topic,
    webhook::{Auth, Settings, State, Success, Webhook},
};
use engine::{Error, Permission, Subject};
use leptos::{prelude::*, server_fn::ServerFn};

/// `/webhooks/new`; `?name=&url=&topics=` and `?preset=` fill it in.
pub async fn new(visit: Visit) -> Answer {
    visit.who.must(Permission::Manage)?;
    let topics = visit.engine.topics(&visit.who).await?;
    let start = form::preset::start(visit.query.get("preset"));
    let fresh = || {
        let given = visit.query.iter().filter(|(name, _)| matches!(*name, "name" | "url" | "topics"));
        given.chain(start.iter().map(|(name, value)| (name.as_str(), value.as_str()))).collect::<Pairs>()
    };
    let fields = visit.form.typed.clone().unwrap_or_else(fresh);
    let chooser = form::preset::chooser(&visit.query, fields.some("preset"));
    let body = view! { {chooser} {filled(&visit, &fields, &topics).await?} };
    Ok(Page::new(Area::Webhooks, "New webhook").crumb("Webhooks", "/webhooks").narrow().body(body))
}

/// The form with these fields, and the preview of the body that they make.
async fn filled(visit: &Visit, fields: &Pairs, topics: &[Topic]) -> Result<AnyView, Error> {
    let shown = preview::shown(&visit.engine, &visit.who, fields, topics).await;
    let people = People::new(&visit.engine, visit.engine.members(&visit.who).await?);
    Ok(form::view(visit, fields, topics, &people, shown))
}

/// The tab *Settings*.
pub async fn settings(visit: Visit) -> Answer {
    let standing = Standing::of(&visit).await?;
    let webhook = standing.webhook();
    let topics = visit.engine.topics(&visit.who).await?;
    let fields = visit.form.typed.clone().unwrap_or_else(|| fill(webhook));
    let list = split::list_query(&visit.query);
    let fields = if list == Pairs::default() { fields } else { fields.with(LIST, list.encode()) };
    let advice = advice(&visit, webhook).await?;
    let inner = if visit.may(Permission::Manage) {
        filled(&visit, &fields, &topics).await?
    } else {
        form::read_only(webhook, visit.member.role)
    };
    let body = view! { {signing::shown_once(&visit.form)} {advice} {inner} };
    Ok(standing.page(&visit, "/settings").narrow().body(body))
}

/// What is worth a second look in what was saved.
async fn advice(visit: &Visit, webhook: &Webhook) -> Result<AnyView, Error> {
    let mut advice = visit.engine.webhook_advice(&visit.who, &Subject::Saved(webhook.id)).await?;
    // Not what a refusal on this page says already.
    advice.retain(|advice| visit.form.said.as_ref().is_none_or(|(_, said)| *said != advice.message));
    Ok(notice::advice(&advice))
}

/// The tab *Deliveries*: the log of this webhook.
pub async fn deliveries(visit: Visit) -> Answer {
    let standing = Standing::of(&visit).await?;
    let id = standing.webhook().id;
    let replay = replay::running(&visit, id).await?;
    let log = deliveries::list::log(&visit, Some(id)).await?;
    Ok(standing.page(&visit, "/deliveries").body(view! { {replay} {log} }))
}

/// The first tab: what it does, how it goes, what waits.
pub async fn summary(visit: Visit) -> Answer {
    let standing = Standing::of(&visit).await?;
    let webhook = standing.webhook();
    let mine = DeliveryFilter { webhook: Some(webhook.id), ..DeliveryFilter::default() };
    let counts = visit.engine.counts(&visit.who, &mine).await?;
    let last = visit.engine.deliveries(&visit.who, &mine, PageRequest { limit: 8, before: None }).await?;
    let advice = advice(&visit, webhook).await?;
    let held = (counts.held > 0).then(|| held(&visit, webhook, counts.held));
    let log = if last.data.is_empty() {
        view! { <p class="help">"Nothing was sent since it was saved. Send a test, or activate it and " <a href="/topics">"publish a sample event"</a> "."</p> }.into_any()
    } else {
        deliveries::list::rows(&visit, &last.data, &Pairs::from_iter([("webhook", webhook.id.to_string())]))
    };
    let row = &standing.row;
    let alert = alert::of(&visit, webhook).await?;
    let body = view! {
        {next_step(webhook.state, standing.next)}
        {alert}
        {signing::shown_once(&visit.form)}
        {advice}
        {held}
        <div class="columns">
            {card("about", "What it does", about(webhook))}
            {card("health", "How it goes", facts(vec![
                ("Last outcomes", dots::with_count(&row.recent)),
                ("Delivered", words::number(counts.delivered).into_any()),
                ("Failed", words::number(counts.exhausted).into_any()),
                ("Under way", words::number(counts.waiting + counts.retrying).into_any()),
                ("Last delivered", row.last_delivered_at.map_or_else(|| "never".into_any(), |at| time::ago(at, visit.now))),
            ]))}
        </div>
        {card("latest", "Latest deliveries", log)}
    };
    Ok(standing.page(&visit, "").body(body))
}

/// What a webhook that does not receive needs; the button for it stands in the head.
fn next_step(state: State, next: Step) -> AnyView {
    let (tone, text) = match (state, next) {
        (State::Draft, Step::Test) => (
            Tone::Info,
            "Saved as a draft. Send a test and see what the receiver answers; then activate it, and every event of its topics goes there.",
        ),
        (State::Draft, _) => {
            (Tone::Good, "The test arrived. Activate it, and every event of its topics goes there.")
        }
        (State::Deactivated, _) => (
            Tone::Bad,
            "It was deactivated because the receiver kept failing or answered 410 Gone. Events wait. Send a test, then activate it again.",
        ),
        (State::Active | State::Paused, _) => return ().into_any(),
    };
    notice(tone, text)
}

fn held(visit: &Visit, webhook: &Webhook, n: i64) -> AnyView {
    let hidden = [("id", webhook.id.to_string()), ("back", visit.address())];
    let active = webhook.state == State::Active;
    let advice =
        if active { "Release them, or discard them." } else { "They are sent when you activate it." };
    let buttons = visit.may(Permission::Manage).then(|| {
        view! {
            {active.then(|| button::action("Release", "play", "small", ReleaseHeld::PATH, &hidden))}
            {button::action("Discard", "discard", "small danger", DiscardHeld::PATH, &hidden)}
        }
    });
    let text = format!("{} for this webhook. {advice}", words::count(n, "delivery waits", "deliveries wait"));
    notice(Tone::Info, view! { <p>{text}</p> <div class="row">{buttons}</div> })
}

/// How many topics are named before the others are folded.
const SHOWN: usize = 6;

/// How the receiver knows the sender, in words.
fn authentication(settings: &Settings) -> String {
    match &settings.auth {
        Auth::None => "None".to_owned(),
        Auth::Basic { username, .. } => format!("Basic, as {username}"),
        Auth::Header { name, .. } => format!("Header {name}"),
        Auth::Bearer { .. } => "Bearer token".to_owned(),
        Auth::Oauth2ClientCredentials { .. } => "OAuth 2.0 client credentials".to_owned(),
        Auth::Oauth2Password { .. } => "OAuth 2.0 password".to_owned(),
    }
}

fn about(webhook: &Webhook) -> AnyView {
    let s = &webhook.settings;
    let preset = s.preset.as_deref().and_then(preset::find).map_or("None", |preset| preset.title.as_str());
    let topic = |topic: &String| view! { <li><code>{topic.clone()}</code></li> };
    let (first, more) = s.topics.split_at(s.topics.len().min(SHOWN));
    let more = (!more.is_empty()).then(|| {
        let summary = format!("and {} more", more.len());
        view! { <li><details class="more"><summary>{icon("right")} {summary}</summary><ul class="plain">{more.iter().map(topic).collect_view()}</ul></details></li> }
    });
    let topics = view! { {first.iter().map(topic).collect_view()} {more} };
    let body = if s.body_template.is_some() { "A template of yours" } else { "The topic's own" };
    facts(vec![
        ("Topics", view! { <ul class="plain">{topics}</ul> }.into_any()),
        ("Content type", view! { <code>{s.format.content_type()}</code> }.into_any()),
        ("Body", body.into_any()),
        ("Conditions", if s.conditions.is_some() { "Some events only" } else { "None" }.into_any()),
        ("Authentication", authentication(s).into_any()),
        ("Signature", signing::name(s.signing.scheme).into_any()),
        ("Success", if s.success == Success::Only200 { "200 alone" } else { "Any 2xx" }.into_any()),
        ("Retries", s.retry.describe().into_any()),
        ("Time limit", format!("{} s for an answer", f64::from(s.timeout_ms) / 1000.0).into_any()),
        ("Preset", preset.into_any()),
        ("Webhook id", copy::id(webhook.id, "webhook id")),
        ("Last saved", time::exact(webhook.updated_at)),
    ])
}
