//! The first minutes: from nothing to a delivered test in three clicks.

use crate::{
    codec::HtmlForm,
    components::{button, empty, icon::icon},
    form::{Next, act},
    page::Visit,
    pairs::Pairs,
};
use domain::{automation, campaign};
use engine::{Error, Permission};
use leptos::{prelude::*, server_fn::ServerFn};

/// One card with one button; whoever may only look is told so.
///
/// # Errors
/// The engine's.
pub(super) async fn view(visit: &Visit) -> Result<AnyView, Error> {
    if !visit.may(Permission::Manage) {
        let text = "As soon as a manager creates one, this page shows how its deliveries go.";
        return Ok(empty::nothing_yet("webhook", "There are no webhooks yet", text, ()));
    }
    let on = visit.engine.marketplace(&visit.who).await?.policy.catalogs;
    let is_on = |catalog: &str| on.iter().any(|each| each == catalog);
    let automation = is_on(automation::CATALOG).then(|| {
        view! { <li><a href="/automations/new">"Start an automation"</a> " when somebody receives or loses access to a product."</li> }
    });
    let campaign = is_on(campaign::CATALOG).then(|| {
        view! { <li><a href="/campaigns/new">"Start a campaign"</a> " when somebody does something on your website."</li> }
    });
    let others = (automation.is_some() || campaign.is_some()).then(|| {
        view! { <div class="first-or"><h3>"Or"</h3> <ul class="plain">{automation} {campaign}</ul></div> }
    });
    let card = view! {
        <section class="card first" aria-labelledby="first-title">
            <h2 id="first-title">"Make your first webhook"</h2>
            <p>"A webhook sends what happens in your marketplace to another system. Try it with a receiver of our own first."</p>
            <ol class="steps">
                <li>
                    <h3>"Start with a test receiver"</h3>
                    <p>"We make an address that takes everything and shows you what arrived, and fill it in for you."</p>
                    <div class="row">
                        <form method="post" action=FirstWebhook::PATH>
                            <button class="button primary">{icon("bin")} "Make my first webhook"</button>
                        </form>
                        <a class="button quiet" href="/webhooks/new">"Use my own URL"</a>
                    </div>
                </li>
                <li>
                    <h3>"Send a test"</h3>
                    <p>"Choose what you want to hear about and press Send test. The answer is shown at once, before anything is saved."</p>
                </li>
                <li>
                    <h3>"Activate it"</h3>
                    <p>"From then on every event is delivered, tried again when the receiver is away, and kept in the log."</p>
                </li>
            </ol>
            {others}
        </section>
    };
    Ok(card.into_any())
}

/// Makes a test receiver and opens the form of a new webhook with it.
#[server(prefix = "/do", endpoint = "first-webhook", input = HtmlForm)]
pub async fn first_webhook(form: Pairs) -> Result<(), ServerFnError> {
    act("/", form, |caller, _| async move {
        let bin = caller.engine.create_bin(&caller.who, None, None).await?;
        let topics = caller.engine.topics(&caller.who).await?;
        let topic = topics.iter().find(|topic| !topic.locked).map_or("", |topic| &topic.key);
        let filled = [("url", bin.url.as_str()), ("name", "My first webhook"), ("topics", topic)];
        Ok(Next::to(Pairs::from_iter(filled).on("/webhooks/new")))
    })
    .await
}

/// What to do next, while nothing was delivered yet.
pub(super) fn next_step() -> AnyView {
    view! {
        <section class="card first" aria-labelledby="next-title">
            <h2 id="next-title">"Nothing was delivered yet"</h2>
            <p>"Send a test from your webhook, or publish a sample event and watch it go through."</p>
            <div class="row">
                {button::main_link("Open webhooks", "webhook", "/webhooks")}
                {button::link("Publish a sample event", "event", "/topics")}
            </div>
        </section>
    }
    .into_any()
}
