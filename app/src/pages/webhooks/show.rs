//! The pages of one webhook: summary, settings, deliveries; and the form of a new one.

use super::{
    api::{ActivateWebhook, DiscardHeld, DuplicateWebhook, PauseWebhook, ReleaseHeld},
    form::{self, fill},
    list::delete,
    signing,
};
use crate::{
    components::{
        button,
        card::{card, facts},
        copy, dots,
        frame::Area,
        notice::notice,
        pill,
        tabs::tabs,
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
    webhook::{State, Webhook},
};
use engine::{Error, Permission};
use leptos::{prelude::*, server_fn::ServerFn};

/// The head of every page of a webhook: name, state, what can be done, tabs.
pub fn frame(visit: &Visit, webhook: &Webhook, tab: &str) -> Page {
    let at = |path: &str| format!("/webhooks/{}{path}", webhook.id);
    let list = [
        ("Summary", "", ""),
        ("Settings", "settings", "/settings"),
        ("Test", "test", "/test"),
        ("Deliveries", "deliveries", "/deliveries"),
        ("Signing", "signing", "/signing"),
    ];
    let list = list.into_iter().map(|(label, name, path)| (label, at(path), name == tab)).collect();
    Page::new(Area::Webhooks, webhook.settings.name.clone())
        .crumb("Webhooks", "/webhooks")
        .state(pill::webhook(webhook.state))
        .lead(view! { <code>{method(webhook)} " " {webhook.settings.url.clone()}</code> })
        .actions(visit.may(Permission::Manage).then(|| actions(visit, webhook)))
        .tabs(tabs("Webhook", list))
}

const fn method(webhook: &Webhook) -> &'static str {
    match webhook.settings.method {
        domain::webhook::Method::Post => "POST",
        domain::webhook::Method::Get => "GET",
    }
}

fn actions(visit: &Visit, webhook: &Webhook) -> AnyView {
    let hidden = [("id", webhook.id.to_string()), ("back", visit.path.clone())];
    let toggle = match webhook.state {
        State::Active => button::action("Pause", "pause", "", PauseWebhook::PATH, &hidden),
        _ => button::action("Activate", "play", "primary", ActivateWebhook::PATH, &hidden),
    };
    view! {
        {delete(webhook, None, "quiet danger")}
        {button::action("Duplicate", "copy", "quiet", DuplicateWebhook::PATH, &hidden)}
        {toggle}
    }
    .into_any()
}

/// `/webhooks/new`; `?name=&url=&topics=` fill it in.
pub async fn new(visit: Visit) -> Answer {
    visit.who.must(Permission::Manage)?;
    let topics = visit.engine.topics(&visit.who).await?;
    let fresh = || {
        let filled = visit.query.iter().filter(|(name, _)| matches!(*name, "name" | "url" | "topics"));
        filled.chain([("basic", "no"), ("include_deleted_resource", "true")]).collect::<Pairs>()
    };
    let fields = visit.form.typed.clone().unwrap_or_else(fresh);
    Ok(Page::new(Area::Webhooks, "New webhook").crumb("Webhooks", "/webhooks").narrow().body(form::view(
        &visit.form,
        &fields,
        &topics,
    )))
}

/// The tab *Settings*.
pub async fn settings(visit: Visit) -> Answer {
    let webhook = visit.engine.webhook(&visit.who, visit.id("id")?).await?;
    let topics = visit.engine.topics(&visit.who).await?;
    let fields = visit.form.typed.clone().unwrap_or_else(|| fill(&webhook));
    let advice = advice(&visit, &webhook).await?;
    let inner = form::view(&visit.form, &fields, &topics);
    let inner = if visit.may(Permission::Manage) {
        inner
    } else {
        view! { <fieldset class="read-only" disabled>{inner}</fieldset> }.into_any()
    };
    Ok(frame(&visit, &webhook, "settings").narrow().body(view! { {advice} {inner} }))
}

/// What is worth a second look in what was saved.
async fn advice(visit: &Visit, webhook: &Webhook) -> Result<AnyView, Error> {
    let advice = visit.engine.webhook_advice(&visit.who, webhook.id).await?;
    Ok(advice.into_iter().map(|a| notice(Tone::Warning, a.message)).collect_view().into_any())
}

/// The tab *Deliveries*: the log of this webhook.
pub async fn deliveries(visit: Visit) -> Answer {
    let webhook = visit.engine.webhook(&visit.who, visit.id("id")?).await?;
    let page = frame(&visit, &webhook, "deliveries");
    Ok(page.body(deliveries::list::log(&visit, Some(webhook.id)).await?))
}

/// The first tab: what it does, how it goes, what waits.
pub async fn summary(visit: Visit) -> Answer {
    let webhook = visit.engine.webhook(&visit.who, visit.id("id")?).await?;
    let rows = visit.engine.webhooks(&visit.who).await?;
    let row = rows.into_iter().find(|row| row.webhook.id == webhook.id);
    let mine = DeliveryFilter { webhook: Some(webhook.id), ..DeliveryFilter::default() };
    let counts = visit.engine.counts(&visit.who, &mine).await?;
    let last = visit.engine.deliveries(&visit.who, &mine, PageRequest { limit: 8, before: None }).await?;
    let recent = row.as_ref().map(|r| r.recent.clone()).unwrap_or_default();
    let advice = advice(&visit, &webhook).await?;
    let held = (counts.held > 0).then(|| held(&visit, &webhook, counts.held));
    let log = if last.data.is_empty() {
        view! { <p class="help">"Nothing was sent yet. Send a test, or activate it and wait for the first event."</p> }.into_any()
    } else {
        deliveries::list::rows(&visit, &last.data, false)
    };
    let body = view! {
        {signing::shown_once(&visit.form)}
        {advice}
        {held}
        {next_step(&webhook)}
        <div class="columns">
            {card("about", "What it does", about(&webhook))}
            {card("health", "How it goes", facts(vec![
                ("Last outcomes", dots::dots(&recent)),
                ("Delivered", words::number(counts.delivered).into_any()),
                ("Failed", words::number(counts.exhausted).into_any()),
                ("Under way", words::number(counts.waiting + counts.retrying).into_any()),
                ("Last delivered", row.and_then(|r| r.last_delivered_at).map_or_else(|| "never".into_any(), |at| time::ago(at, visit.now))),
            ]))}
        </div>
        {card("latest", "Latest deliveries", log)}
    };
    Ok(frame(&visit, &webhook, "").body(body))
}

fn next_step(webhook: &Webhook) -> AnyView {
    match webhook.state {
        State::Draft => notice(Tone::Info, "This is a draft: it receives nothing until you activate it."),
        State::Deactivated => notice(
            Tone::Bad,
            "It was deactivated because the receiver kept failing or answered 410 Gone. Events wait. Send a test, then activate it again.",
        ),
        State::Active | State::Paused => ().into_any(),
    }
}

fn held(visit: &Visit, webhook: &Webhook, n: i64) -> AnyView {
    let hidden = [("id", webhook.id.to_string()), ("back", visit.path.clone())];
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

fn about(webhook: &Webhook) -> AnyView {
    let s = &webhook.settings;
    let topics = s.topics.iter().map(|t| view! { <li><code>{t.clone()}</code></li> }).collect_view();
    let body = if s.body_template.is_some() { "A template of yours" } else { "The topic's own" };
    facts(vec![
        ("Topics", view! { <ul class="plain">{topics}</ul> }.into_any()),
        ("Content type", view! { <code>{s.format.content_type()}</code> }.into_any()),
        ("Body", body.into_any()),
        ("Retries", s.retry.describe().into_any()),
        ("Webhook id", copy::id(webhook.id, "webhook id")),
        ("Last saved", time::exact(webhook.updated_at)),
    ])
}
