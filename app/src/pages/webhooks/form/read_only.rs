//! The settings of a webhook for people who may not change them: the form's facts, in its order and
//! words, without anything to press.

use super::{
    alerts,
    conditions::OPS,
    fill,
    more::{GONE, METHODS, RETRIES, SCHEMES, SUCCESS, label_of},
};
use crate::{
    components::{
        card::{card, facts},
        code::{self, Language},
        notice::notice,
    },
    form::Tone,
    pairs::Pairs,
    words,
};
use domain::{
    account::Role,
    webhook::{BodyField, FieldSource, Webhook},
};
use leptos::prelude::*;

/// What stands in the form of this webhook; `role` is that of the person who reads it.
pub fn read_only(webhook: &Webhook, role: Role) -> AnyView {
    let fields = fill(webhook);
    let preset = webhook.settings.preset.as_deref().and_then(domain::preset::find);
    let told = format!(
        "Your role, {}, can read these settings but not change them.",
        words::role(role).to_lowercase()
    );
    view! {
        {notice(Tone::Info, told)}
        {card("basics", "Where to", facts(vec![
            ("Name", fields.get("name").to_owned().into_any()),
            ("URL", text(&fields, "url")),
            ("Method", label_of(&METHODS, fields.get("method")).into_any()),
            ("Preset", preset.map_or("None", |preset| preset.title.as_str()).into_any()),
        ]))}
        {card("topics", "Which events", topics(&fields))}
        {card("body", "What is sent", body(webhook))}
        {card("auth", "How the receiver knows you", auth(&fields))}
        {card("headers", "Request headers", headers(&fields))}
        {card("conditions", "Conditions", conditions(&fields))}
        {card("signature", "Signature", facts(vec![
            ("Scheme", label_of(&SCHEMES, fields.get("signing.scheme")).into_any()),
            ("Header", fields.some("signing.header").unwrap_or("The usual name").to_owned().into_any()),
        ]))}
        {card("delivery", "Delivery and retries", delivery(&fields))}
        {card("alerts", "If it fails", facts(vec![("Who gets a mail", alerts::told(&fields))]))}
    }
    .into_any()
}

fn text(fields: &Pairs, name: &str) -> AnyView {
    view! { <code>{fields.get(name).to_owned()}</code> }.into_any()
}

pub(super) fn topics(fields: &Pairs) -> AnyView {
    let topic = |topic: &str| view! { <li><code>{topic.to_owned()}</code></li> };
    view! { <ul class="plain">{fields.all("topics").map(topic).collect_view()}</ul> }.into_any()
}

fn body(webhook: &Webhook) -> AnyView {
    let content_type = webhook.settings.format.content_type();
    let template = match &webhook.settings.body_template {
        Some(template) => code::block("Body template", Language::of(Some(content_type), template), template),
        None => chosen(webhook),
    };
    view! { {facts(vec![("Content type", view! { <code>{content_type}</code> }.into_any())])} {template} }
        .into_any()
}

fn chosen(webhook: &Webhook) -> AnyView {
    let Some(fields) = &webhook.settings.fields else {
        return view! { <p class="help">"Each topic's own body."</p> }.into_any();
    };
    let line = |field: &BodyField| {
        let (name, source) = (
            field.name.clone(),
            match &field.source {
                FieldSource::From(path) => format!("from {path}"),
                FieldSource::Value(value) => format!("always “{value}”"),
            },
        );
        view! { <li><code>{name}</code> " " <span class="muted">{source}</span></li> }
    };
    view! { <ul class="plain">{fields.iter().map(line).collect_view()}</ul> }.into_any()
}

/// Whatever of it is there, under the form's labels.
const AUTH: [(&str, &str); 11] = [
    ("auth.username", "Username"),
    ("auth.password", "Password"),
    ("auth.name", "Header of the key"),
    ("auth.value", "Key"),
    ("auth.token", "Token"),
    ("auth.token_url", "Token address"),
    ("auth.client_id", "Client id"),
    ("auth.client_secret", "Client secret"),
    ("auth.scope", "Scope"),
    ("oauth.username", "Account"),
    ("oauth.password", "Account secret"),
];

fn auth(fields: &Pairs) -> AnyView {
    let fact = |(name, label): (&str, &'static str)| {
        let is_set = fields.get(&format!("{name}.set")) == "1";
        let value = if is_set { Some("Set") } else { fields.some(name) };
        value.map(|value| (label, value.to_owned().into_any()))
    };
    let list: Vec<_> = AUTH.into_iter().filter_map(fact).collect();
    if list.is_empty() {
        return view! { <p class="help">"Anyone may send to it, or it knows you another way."</p> }
            .into_any();
    }
    facts(list)
}

fn headers(fields: &Pairs) -> AnyView {
    let row = |at: usize| {
        let name = fields.some(&format!("headers.{at}.name"))?;
        let value = fields.raw(&format!("headers.{at}.value")).unwrap_or("••••••••");
        Some(view! { <div><dt>{name.to_owned()}</dt><dd>{value.to_owned()}</dd></div> })
    };
    let rows: Vec<_> = (0..super::MAX_ROWS).map_while(row).collect();
    if rows.is_empty() {
        return view! { <p class="help">"None beside those of every delivery."</p> }.into_any();
    }
    view! { <dl class="headers">{rows}</dl> }.into_any()
}

pub(super) fn conditions(fields: &Pairs) -> AnyView {
    if let Some(json) = fields.some("conditions.json") {
        return code::block("Conditions as JSON", Language::Json, json);
    }
    let row = |at: usize| {
        let get = |key: &str| fields.get(&format!("conditions.{at}.{key}")).to_owned();
        let field = Some(get("field")).filter(|field| !field.is_empty())?;
        let op = label_of(&OPS, &get("op"));
        Some(view! { <li><code>{field}</code> {format!(" {op} ")} <code>{get("value")}</code></li> })
    };
    let rows: Vec<_> = (0..super::MAX_ROWS).map_while(row).collect();
    let join = match (rows.is_empty(), fields.get("conditions.join")) {
        (true, _) => "Every event of the topics is sent.",
        (false, "any") => "Sent when any of these is true:",
        (false, _) => "Sent when all of these are true:",
    };
    view! { <p>{join}</p> <ul class="plain">{rows}</ul> }.into_any()
}

fn delivery(fields: &Pairs) -> AnyView {
    let retries = match fields.get("retry.preset") {
        "custom" => format!("After {}", fields.get("retry.schedule_s")),
        preset => label_of(&RETRIES, preset),
    };
    let in_a_second = fields.some("rate_per_second").unwrap_or("No limit");
    let at_once = fields.some("max_in_flight").unwrap_or("As many as the receiver takes, up to 64");
    let deleted = if fields.get("include_deleted_resource") == "true" { "Included" } else { "Left out" };
    facts(vec![
        ("When it fails", retries.into_any()),
        ("Time limit", format!("{} s", fields.get("timeout_s")).into_any()),
        ("Counts as delivered", label_of(&SUCCESS, fields.get("success")).into_any()),
        ("When the receiver answers 410 Gone", label_of(&GONE, fields.get("on_410")).into_any()),
        ("Requests in a second", in_a_second.to_owned().into_any()),
        ("Requests at the same time", at_once.to_owned().into_any()),
        ("Resource in bodies of deleted topics", deleted.into_any()),
    ])
}
