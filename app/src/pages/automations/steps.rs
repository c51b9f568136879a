//! The steps of an automation, as they are documented: a trigger, actions, and, if wanted, a secret key.

use super::api::{CheckAction, SaveAction, SaveTrigger};
use crate::{
    components::{
        button::{hidden_fields, submit, submit_to},
        dots,
        field::{Field, returned_from},
        icon::icon,
        notice::notice,
        pill,
    },
    form::{Returned, Tone},
    page::Visit,
    pairs::Pairs,
};
use domain::{
    automation::{Automation, AutomationRow, CATALOG, Trigger},
    catalog,
    webhook::{State, WebhookRow},
};
use engine::{Permission, Result};
use leptos::{prelude::*, server_fn::ServerFn};

/// Says that the events of automations are switched off, and where that is changed; nothing while they are on.
pub(super) async fn catalog_is_off(visit: &Visit) -> Result<Option<AnyView>> {
    if visit.engine.marketplace(&visit.who).await?.policy.catalogs.iter().any(|on| on == CATALOG) {
        return Ok(None);
    }
    let title = catalog::all().iter().find(|each| each.key == CATALOG).map_or(CATALOG, |each| &each.title);
    let told = format!("Automations take events of the catalog “{title}”, which is switched off.");
    let how = if visit.may(Permission::Own) {
        view! { <a href="/settings#catalogs">"Switch it on in Settings → Marketplace"</a> "." }.into_any()
    } else {
        "An owner can switch it on in Settings → Marketplace.".into_any()
    };
    Ok(Some(notice(Tone::Info, view! { <p>{told} " " {how}</p> })))
}

/// Whether a step's form is open: its button was pressed, or it came back.
fn is_open(visit: &Visit, step: &str) -> bool {
    visit.query.get("step") == step
}

/// A step with its number and title; `done` marks it.
fn step(id: &'static str, title: &'static str, done: bool, body: impl IntoView + 'static) -> AnyView {
    let named_by = format!("{id}-title");
    let title_id = named_by.clone();
    view! {
        <li class="auto-step" class:done=done id=id>
            <section class="card" aria-labelledby=named_by>
                <h2 id=title_id>{title}</h2>
                {body.into_any()}
            </section>
        </li>
    }
    .into_any()
}

/// A button that opens a step's form: a new page, so that it works everywhere.
fn opener(label: &'static str, sign: &'static str, id: &'static str, class: &'static str) -> AnyView {
    view! {
        <form method="get" action=format!("#{id}")>
            <button class=format!("button {class}") name="step" value=id>{icon(sign)} {label}</button>
        </form>
    }
    .into_any()
}

/// The first step.
pub(super) fn trigger(visit: &Visit, automation: &Automation) -> AnyView {
    let may = visit.may(Permission::Manage);
    let stored = automation.trigger;
    let set = stored.map(|trigger| view! { <p class="auto-fact">{icon("check-circle")} <strong>{trigger.label()}</strong></p> });
    let inner = if may && is_open(visit, "trigger") {
        trigger_form(&visit.form, automation)
    } else if let Some(set) = set {
        let change = may.then(|| opener("Change the trigger", "edit", "trigger", "small"));
        view! { {set} {change} }.into_any()
    } else if may {
        view! { <p class="card-text">"When is something sent?"</p> {opener("Add a Trigger", "plus", "trigger", "primary")} }.into_any()
    } else {
        view! { <p class="help">"None yet."</p> }.into_any()
    };
    step("trigger", "When: the trigger", stored.is_some(), inner)
}

fn trigger_form(form: &Returned, automation: &Automation) -> AnyView {
    let options = Trigger::ALL.map(|trigger| (trigger.as_str().to_owned(), trigger.label().to_owned()));
    let none = [(String::new(), "Choose…".to_owned())].into_iter().filter(|_| automation.trigger.is_none());
    let stored = automation.trigger.map_or("", Trigger::as_str);
    let help = if automation.trigger.is_some() {
        "All actions are sent by the new trigger from the next event on."
    } else {
        "Each event of the product is sent once to each action."
    };
    view! {
        <form method="post" action=SaveTrigger::PATH class="stack">
            {returned_from(form)}
            {hidden_fields(&[("id", automation.id.to_string())])}
            {Field::select("trigger", "Trigger", none.chain(options).collect()).of(form, stored).help(help).focus().view()}
            <div class="row">{submit("Save Trigger")} <a class="button" href=format!("/automations/{}", automation.id)>"Cancel"</a></div>
        </form>
    }
    .into_any()
}

/// The second step; `result` is the answer to the test that led here.
pub(super) fn actions(visit: &Visit, row: &AutomationRow, result: AnyView) -> AnyView {
    let may = visit.may(Permission::Manage);
    let has_some = !row.actions.is_empty();
    let list = has_some.then(|| {
        view! { <ul class="plain auto-actions">{row.actions.iter().map(action).collect_view()}</ul> }
    });
    let Some(trigger) = row.automation.trigger else {
        let body = view! { <p class="help">"Add a trigger first."</p> };
        return step("action", "Then: the actions", false, body);
    };
    let add = if may && is_open(visit, "action") {
        view! { {action_form(visit, &row.automation)} {result} }.into_any()
    } else if may {
        let class = if has_some { "" } else { "primary" };
        let text =
            (!has_some).then(|| view! { <p class="card-text">"What is done then? You can add several."</p> });
        view! { {text} {opener("Add an Action", "plus", "action", class)} }.into_any()
    } else if has_some {
        ().into_any()
    } else {
        view! { <p class="help">"None yet."</p> }.into_any()
    };
    let publish = (has_some && visit.may(Permission::Publish)).then(|| {
        let product = Pairs::from_iter([("product", row.automation.product.as_str())]);
        let href = format!("{}#publish", product.on(&format!("/topics/{}", trigger.topic())));
        view! { <p class="help"><a href=href>"Publish a sample event of this product"</a> " as your platform would, and see what arrives."</p> }
    });
    step("action", "Then: the actions", has_some, view! { {list} {add} {publish} })
}

/// One action: how it stands, and the way to its own pages.
fn action(row: &WebhookRow) -> AnyView {
    let webhook = &row.webhook;
    let page = format!("/webhooks/{}", webhook.id);
    let link = |label: &'static str, tab: &str| view! { <a href=format!("{page}/{tab}")>{label}</a> };
    let links =
        view! { {link("Settings", "settings")} {link("Test", "test")} {link("Deliveries", "deliveries")} };
    view! {
        <li>
            <p class="action-head">
                <a class="action-name" href=page.clone()>{webhook.settings.name.clone()}</a>
                {pill::webhook(webhook.state)}
                {verified(row)}
            </p>
            <p class="action-url"><code>{webhook.settings.url.clone()}</code></p>
            <p class="action-foot">
                <span class="action-dots">{dots::with_count(&row.recent)}</span>
                <span class="action-links">{links}</span>
            </p>
        </li>
    }
    .into_any()
}

/// Marks an action whose receiver was never seen to answer with success.
pub(super) fn verified(row: &WebhookRow) -> Option<AnyView> {
    let asks = !row.is_verified() && row.webhook.state != State::Deactivated;
    asks.then(|| pill::pill("warn", "alert", "not verified"))
}

fn action_form(visit: &Visit, automation: &Automation) -> AnyView {
    let form = &visit.form;
    let destinations = vec![("webhook".to_owned(), "Webhook".to_owned())];
    view! {
        <form method="post" action=SaveAction::PATH class="stack new-action" aria-label="New action" data-guard="">
            // Enter saves: the first button of a form is the one that Enter presses.
            <button hidden></button>
            {returned_from(form)}
            {hidden_fields(&[("id", automation.id.to_string())])}
            {Field::select("destination", "Destination", destinations).of(form, "webhook").view()}
            {Field::input("url", "URL", "text")
                .of(form, "")
                .placeholder("https://example.com/webhooks")
                .help("It gets a POST for each event, and has to answer HEAD or POST with 2xx.")
                .view()}
            {Field::text("name", "Name").of(form, "").optional().help("Without one, the host of the URL.").view()}
            <div class="row">
                {submit_to("Test connection", CheckAction::PATH, "")}
                {submit("Save Action")}
                <a class="button quiet" href=format!("/automations/{}", automation.id)>"Cancel"</a>
            </div>
        </form>
    }
    .into_any()
}

/// The last step, which can be left out.
pub(super) fn secret_key(visit: &Visit, is_set: bool) -> AnyView {
    let told = if is_set {
        "Set. Every body carries it as fields.secretKey, so that receivers know who sends."
    } else {
        "Not set. With one, every body carries it as fields.secretKey, so that receivers know who sends. Set it before receivers ask for it."
    };
    let how = if visit.may(Permission::Own) {
        let label = if is_set {
            "Change it in Settings → Marketplace"
        } else {
            "Set it in Settings → Marketplace"
        };
        view! { <p><a href="/settings#secret-key">{label}</a></p> }.into_any()
    } else {
        view! { <p class="help">"An owner can set it in Settings → Marketplace."</p> }.into_any()
    };
    step("key", "Secret key (optional)", is_set, view! { <p class="card-text">{told}</p> {how} })
}
