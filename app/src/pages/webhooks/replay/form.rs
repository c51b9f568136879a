//! What a replay is going to send, and the button that starts it.

use super::{api::StartReplay, in_words, log, said};
use crate::{
    components::{
        button::hidden_fields,
        card::card,
        field::{choice, problem},
        icon::icon,
        notice::notice,
    },
    form::Tone,
    page::Visit,
    words,
};
use domain::{
    delivery::DeliveryFilter,
    invalid::Invalid,
    webhook::{State, Webhook},
};
use engine::{Error, Permission};
use leptos::{prelude::*, server_fn::ServerFn};

/// The block with the count and the form.
///
/// # Errors
/// The engine's.
pub(super) async fn panel(
    visit: &Visit,
    webhook: &Webhook,
    filter: &DeliveryFilter,
    wrong: &Invalid,
) -> Result<AnyView, Error> {
    let back = log(webhook.id, filter);
    let body = if !visit.may(Permission::Manage) {
        view! { <p class="muted">"A manager can send deliveries again."</p> }.into_any()
    } else if !wrong.errors.is_empty() {
        wrong
            .errors
            .iter()
            .enumerate()
            .map(|(i, e)| problem(format!("filter-error-{i}"), e))
            .collect_view()
            .into_any()
    } else {
        let count = match filter.test {
            Some(true) => 0,
            _ => visit.engine.count_replay(&visit.who, webhook.id, filter).await?,
        };
        counted(visit, webhook, filter, count, &back)
    };
    Ok(card("replay", "Replay", body))
}

fn counted(visit: &Visit, webhook: &Webhook, filter: &DeliveryFilter, count: i64, back: &str) -> AnyView {
    let matches = words::count(count, "delivery matches", "deliveries match");
    let which = match in_words(filter) {
        said if said.is_empty() => "Everything that was sent to this webhook.".to_owned(),
        said => format!("Filtered by {said}."),
    };
    let text = view! {
        <p class="replay-count"><strong>{matches}</strong></p>
        <p class="muted">{which}</p>
    };
    let to_log = |label: &'static str| view! { <a class="button" href=back.to_owned()>{label}</a> };
    if count == 0 {
        let why = "Only what has ended is sent again: delivered, failed or discarded. What waits or is tried again comes anyway, and tests stay tests.";
        return view! { {text} <p class="help">{why}</p> <div class="row">{to_log("Back to the log")}</div> }
            .into_any();
    }
    if let Some(why) = not_now(webhook.state) {
        return view! { {text} {notice(Tone::Info, why)} <div class="row">{to_log("Back to the log")}</div> }
            .into_any();
    }
    let label = format!("Replay {}", words::count(count, "delivery", "deliveries"));
    let options = vec![
        ("same", "Same body", "Byte for byte what was sent before.".into_any()),
        (
            "render",
            "Render again",
            "Made anew from each event, with the webhook’s format, template and fields of now.".into_any(),
        ),
    ];
    let fields: Vec<_> = filter.said().into_iter().filter(|(name, _)| said(filter).has(name)).collect();
    view! {
        {text}
        <form method="post" action=StartReplay::PATH class="stack">
            {hidden_fields(&[("id", webhook.id.to_string())])}
            {hidden_fields(&fields)}
            {choice(&visit.form, "body", "What is sent", options, "same")}
            <p class="help">"In the order of acceptance, a handful at a time, so that new events don’t wait behind it. URL, authentication, headers and signing are the webhook’s of now; the receiver can tell repeats by the webhook-id. You can stop it."</p>
            <div class="row">
                <button class="button primary">{icon("retry")} {label}</button>
                {to_log("Cancel")}
            </div>
        </form>
    }
    .into_any()
}

/// Why nothing can be sent again now.
const fn not_now(state: State) -> Option<&'static str> {
    match state {
        State::Active => None,
        State::Draft => {
            Some("The webhook is a draft. Activate it first; then what it was sent can be sent again.")
        }
        State::Paused => Some("The webhook is paused. Activate it first; then these can be sent again."),
        State::Deactivated => {
            Some("The webhook is deactivated. Send a test, then activate it; then these can be sent again.")
        }
    }
}
