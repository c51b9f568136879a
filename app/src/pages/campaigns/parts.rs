//! The three parts of a campaign as cards in their order, with arrows between them.

use super::form::{OTHERS, RESTART, USUAL};
use crate::{
    components::{
        card::folded_part,
        field::{Field, choice, fieldset},
        icon::icon,
        pill, span,
    },
    form::Returned,
    pages::{
        profiles,
        webhooks::form::{MAX_ROWS, headers, patch::rows},
    },
    pairs::Pairs,
    words,
};
use leptos::prelude::*;

/// The flow.
pub(super) fn flow(form: &Returned, fields: &Pairs) -> AnyView {
    let is = |name: &str| fields.some(name).is_some();
    let sentence = "What a visitor does to start the campaign.";
    view! {
        <ol class="flow">
            {step("trigger", "activity", "Website trigger", sentence, is("trigger.value"), trigger(form, fields))}
            {step("webhook", "webhook", "Webhook", "What is sent then, and where to.", is("webhook.url"), webhook(form, fields))}
            {step("stop", "clock", "Stop", "The profile leaves the campaign.", is(RESTART), stop(form, fields))}
        </ol>
    }
    .into_any()
}

fn step(
    id: &'static str,
    sign: &'static str,
    title: &'static str,
    text: &'static str,
    complete: bool,
    body: AnyView,
) -> AnyView {
    let state = if complete {
        pill::pill("good", "check", "Complete")
    } else {
        pill::pill("plain", "dot", "Missing")
    };
    let heading = format!("{id}-title");
    view! {
        <li class="flow-step">
            <section class="card" id=id aria-labelledby=heading.clone()>
                <div class="flow-head">
                    <span class="flow-icon">{icon(sign)}</span>
                    <h2 id=heading.clone()>{title}</h2>
                    {state}
                </div>
                <p class="card-text">{text}</p>
                {body}
            </section>
            <span class="flow-arrow" aria-hidden="true">{icon("arrow")}</span>
        </li>
    }
    .into_any()
}

fn options(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
}

const ON: [(&str, &str); 3] = [("page", "A page"), ("page_type", "A kind of page"), ("item", "An item")];
const MATCH: [(&str, &str); 3] =
    [("exact", "is exactly"), ("prefix", "begins with"), ("pattern", "matches (* is any text)")];

fn trigger(form: &Returned, fields: &Pairs) -> AnyView {
    let known = fields.some("trigger.known_only") != Some("false");
    view! {
        {Field::select("trigger.on", "Visits", options(&ON)).of(form, fields.some("trigger.on").unwrap_or("page")).view()}
        {Field::select("trigger.match", "That", options(&MATCH)).of(form, fields.some("trigger.match").unwrap_or("exact")).view()}
        {Field::text("trigger.value", "Address, kind or item id")
            .of(form, fields.get("trigger.value"))
            .placeholder("https://shop.example.com/p/trail-pack")
            .help("Compared as your website reports it, capitals included. An address counts with everything behind the ?; “begins with” takes it in whatever follows. An item is known by its id.")
            .view()}
        <div class="check">
            <input type="checkbox" id="f-trigger-known_only" name="trigger.known_only" value="true" checked=known aria-describedby="f-trigger-known_only-help" />
            <label for="f-trigger-known_only">"Known profiles only"</label>
        </div>
        <p class="help" id="f-trigger-known_only-help">"Recommended. A visitor is known once your website has proved who it is: identify, in the website tag. Of others there is nothing to send."</p>
        // An empty check box sends nothing; this says so.
        <input type="hidden" name="trigger.known_only" value="false" />
    }
    .into_any()
}

fn webhook(form: &Returned, fields: &Pairs) -> AnyView {
    let methods = vec![
        ("POST", "POST", "The fields go as a JSON object.".into_any()),
        ("GET", "GET", "The fields go into the address.".into_any()),
    ];
    view! {
        {Field::input("webhook.url", "URL", "text")
            .of(form, fields.get("webhook.url"))
            .placeholder("https://example.com/start")
            .help("The address of the system that is told. Its documentation says which fields and headers it wants.")
            .view()}
        {choice(form, "webhook.method", "Method", methods, fields.some("webhook.method").unwrap_or("POST"))}
        {profile_fields(form, fields)}
        {static_fields(form, fields)}
        {request_headers(form, fields)}
    }
    .into_any()
}

fn profile_fields(form: &Returned, fields: &Pairs) -> AnyView {
    let one = |name: &'static str| {
        let id = format!("f-webhook-profile_fields-{name}");
        let checked = fields.all("webhook.profile_fields").any(|chosen| chosen == name);
        view! {
            <div class="check">
                <input type="checkbox" id=id.clone() name="webhook.profile_fields" value=name checked=checked />
                <label for=id><code>{name}</code></label>
            </div>
        }
    };
    let boxes = USUAL.into_iter().map(one).collect_view();
    view! {
        {fieldset(form, "webhook.profile_fields", "Profile fields", "choice checks", None, boxes)}
        <p class="help">"Views bring the id alone. The other fields are those of the visitor’s " <a href=profiles::LIST>"profile"</a> ", where one is kept."</p>
        {Field::text(OTHERS, "Further profile fields")
            .of(form, fields.get(OTHERS))
            .optional()
            .placeholder("first_name, city")
            .help("With commas between. A field that a profile does not have is left out.")
            .view()}
    }
    .into_any()
}

fn static_fields(form: &Returned, fields: &Pairs) -> AnyView {
    let filled = rows(fields, "webhook.static_fields").max().map_or(0, |last| last + 1);
    let summary = match filled {
        0 => "None".to_owned(),
        n => words::count(n as i64, "field", "fields"),
    };
    let inner = || {
        view! {
            <p class="help">"Sent with every request, such as automationid, which tells the other system what to start."</p>
            {(0..filled).map(|i| static_field(form, fields, i)).collect_view()}
            {next(form, fields, filled, filled)}
        }
        .into_any()
    };
    folded_part(form, "static-fields", "Additional data", summary, inner)
}

/// An empty row behind *Add a static field*, which holds the one after it.
fn next(form: &Returned, fields: &Pairs, i: usize, filled: usize) -> AnyView {
    if i >= MAX_ROWS.min(filled + 6) {
        return ().into_any();
    }
    view! {
        <details class="add-row">
            <summary class="button quiet small">{icon("plus")} "Add a static field"</summary>
            {static_field(form, fields, i)}
            {next(form, fields, i + 1, filled)}
        </details>
    }
    .into_any()
}

fn static_field(form: &Returned, fields: &Pairs, i: usize) -> AnyView {
    let at = |key: &str| format!("webhook.static_fields.{i}.{key}");
    let stored = |key: &str| fields.raw(&at(key)).unwrap_or_default().to_owned();
    view! {
        <div class="row-fields" role="group" aria-label=format!("Static field {}", i + 1)>
            {Field::text(at("name"), "Static field").of(form, &stored("name")).row(i).placeholder("automationid").view()}
            {Field::text(at("value"), "Static value").of(form, &stored("value")).row(i).view()}
        </div>
    }
    .into_any()
}

fn request_headers(form: &Returned, fields: &Pairs) -> AnyView {
    let summary = match headers::filled(fields, "webhook.headers") {
        0 => "None".to_owned(),
        n => words::count(n as i64, "header", "headers"),
    };
    folded_part(form, "headers", "Request headers", summary, || {
        view! {
            <p class="help">"API keys and other identification. A secret value is never shown again and masked in the log."</p>
            {headers::inputs(form, fields, "webhook.headers")}
        }
        .into_any()
    })
}

fn stop(form: &Returned, fields: &Pairs) -> AnyView {
    span::view(
        form,
        fields,
        RESTART,
        "May restart after",
        "1 minute to 1 year, from the request that was sent. Until then the same profile starts nothing, and the log says so.",
    )
}
