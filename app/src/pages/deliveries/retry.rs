//! *Retry*: which body it sends, and what differs.

use super::api::RetryDelivery;
use crate::{
    components::{button::hidden_fields, field::choice, icon::icon, notice::notice, split},
    form::{Returned, Tone},
    page::Visit,
};
use domain::{
    delivery::{Delivery, Outcome, State},
    id::DeliveryId,
    webhook::{self, Webhook},
};
use engine::{Error, Permission};
use leptos::{prelude::*, server_fn::ServerFn};

/// The form; nothing where it can't be sent again. `webhook` is as it is now.
///
/// # Errors
/// The engine's.
pub(super) async fn view(
    visit: &Visit,
    delivery: &Delivery,
    id: DeliveryId,
    webhook: Option<&Webhook>,
) -> Result<Option<AnyView>, Error> {
    let ready = !matches!(delivery.state, State::Sending | State::Pending) && !delivery.test;
    if !ready || !visit.may(Permission::Manage) {
        return Ok(None);
    }
    let Some(webhook) = webhook else {
        let gone = view! { <p class="help">"The webhook was deleted, so it can’t be sent again."</p> };
        return Ok(Some(gone.into_any()));
    };
    let body = match body_of(delivery) {
        None => hidden_fields(&[("body", "render".to_owned())]),
        Some((number, revision)) => {
            let differs = visit.engine.settings_then(&visit.who, webhook.id, revision).await;
            let differs = differs.map(|then| then.body_differs).unwrap_or(true);
            choices(&visit.form, number, revision, webhook.revision, differs)
        }
    };
    let list = split::list_query(&visit.query).encode();
    let mend = template_of(delivery, webhook);
    let first = mend.is_none() && delivery.state != State::Delivered;
    let class = if first { "button primary" } else { "button" };
    let form = view! {
        <form method="post" action=RetryDelivery::PATH class="retry">
            {hidden_fields(&[("id", id.to_string()), (split::LIST, list)])}
            {body}
            {waiting(delivery, webhook)}
            <div class="row">
                {mend}
                <button class=class>{icon("retry")} "Retry"</button>
                <span class="help">{about(delivery)}</span>
            </div>
        </form>
    };
    Ok(Some(form.into_any()))
}

/// The first try that sent the body of the last one, and the revision that made it.
fn body_of(delivery: &Delivery) -> Option<(u32, i64)> {
    let sent = || delivery.attempts.iter().filter_map(|a| Some((a, a.request.as_ref()?)));
    let (_, last) = sent().next_back()?;
    sent().find(|(_, request)| request.body == last.body).map(|(a, _)| (a.number, a.revision))
}

fn choices(form: &Returned, number: u32, then: i64, now: i64, differs: bool) -> AnyView {
    let render = if differs {
        format!(
            "Made anew from the event. The webhook’s format, template or fields changed since try {number} (revision {then}, now {now}), so the body is another."
        )
    } else {
        format!(
            "Made anew from the event. The webhook’s format, template and fields are those of try {number}, so the body reads the same."
        )
    };
    let options = vec![
        ("same", "Same body", format!("Byte for byte what try {number} sent.").into_any()),
        ("render", "Render again", render.into_any()),
    ];
    choice(form, "body", "What Retry sends", options, "same")
}

/// The way to the template that could not be rendered: saving it sends what waits, so it comes first.
fn template_of(delivery: &Delivery, webhook: &Webhook) -> Option<AnyView> {
    let failed = delivery.attempts.last().is_some_and(|last| last.outcome == Outcome::Template);
    let href = format!("/webhooks/{}/settings#f-body_template", webhook.id);
    (failed && delivery.state == State::Held).then(|| {
        view! { <a class="button primary" href=href>{icon("edit")} "Open the template"</a> }.into_any()
    })
}

/// That a webhook which takes nothing at the moment gets this one all the same.
fn waiting(delivery: &Delivery, webhook: &Webhook) -> Option<AnyView> {
    let how = match webhook.state {
        webhook::State::Paused => "paused",
        webhook::State::Deactivated => "deactivated",
        webhook::State::Active | webhook::State::Draft => return None,
    };
    let others =
        if delivery.state == State::Held { "the others keep waiting" } else { "what waits keeps waiting" };
    let text = format!(
        "The webhook is {how}. Retry sends this one delivery all the same, once; {others}. Good for trying whether the receiver works again."
    );
    Some(notice(Tone::Info, text))
}

const fn about(delivery: &Delivery) -> &'static str {
    match delivery.state {
        State::Delivered => "The receiver has it already; it can tell repeats by the webhook-id.",
        State::Retrying => "Now, instead of at the next planned try.",
        _ => "URL, authentication, headers and signing are the webhook’s of now.",
    }
}
