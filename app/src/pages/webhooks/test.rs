//! *Send test*: what is tried, and the answer, in the form and on the webhook's own page.

use super::{
    api::{CheckWebhook, TestWebhook},
    head::{Standing, Step},
};
use crate::{
    components::{
        attempt,
        button::{hidden_fields, submit_to},
        card::{folded, section},
        field::{Field, returned_from},
        icon::icon,
        notice, pill,
        split::{self, LIST},
    },
    form::{Returned, Tone},
    ids::TEST_RESULT,
    page::{Answer, Visit},
    pages::webhooks::form::grouped,
    pairs::Pairs,
    words,
};
use domain::{
    delivery::{Delivery, Outcome},
    invalid::Advice,
    topic::Topic,
};
use engine::Permission;
use leptos::{prelude::*, server_fn::ServerFn};

/// Which topic is tried, and with what payload.
pub fn fields(form: &Returned, fields: &Pairs, all: &[Topic]) -> AnyView {
    let label = |topic: &Topic| (topic.key.clone(), format!("{} · {}", topic.title, topic.key));
    let first = [("".to_owned(), "The first topic chosen above".to_owned())];
    let open = grouped(all).into_iter().flat_map(|(_, list)| list).filter(|topic| !topic.locked);
    let topics = first.into_iter().chain(open.map(label)).collect();
    view! {
        {Field::select("test.topic", "Topic of the test", topics)
            .of(form, fields.get("test.topic"))
            .error_at(form, "topic")
            .help("The topic's sample is sent.")
            .view()}
        {payload(form, fields)}
    }
    .into_any()
}

fn payload(form: &Returned, fields: &Pairs) -> AnyView {
    let typed = fields.raw("test.payload").unwrap_or_default().to_owned();
    let open = !typed.is_empty() || form.error("payload").is_some();
    let field = Field::code("test.payload", "Payload", 8)
        .of(form, &typed)
        .error_at(form, "payload")
        .optional()
        .placeholder("{ \"user_id\": 789, \"email\": \"ada@example.com\" }")
        .help("A JSON object that stands in for the topic's sample.");
    folded("test-payload", "Use a payload of your own", "", open, field.view())
}

/// The answer to the test that led here.
pub fn result(visit: &Visit) -> AnyView {
    if let Some(delivery) = visit.form.extra::<Delivery>("test") {
        let advice = visit.form.extra::<Vec<Advice>>("advice").unwrap_or_default();
        return region(view! { {notice::advice(&advice)} {tested(visit, &delivery)} }.into_any());
    }
    match visit.form.extra::<Checked>("check") {
        Some(check) => region(checked(&check)),
        None => ().into_any(),
    }
}

/// The bar at the foot of a form that can be saved and tested; `action` sends the test.
pub fn bar(form: &Returned, action: &'static str) -> AnyView {
    view! {
        <div class="form-bar">
            <button class="button primary">"Save"</button>
            <button class="button bar-test" formaction=action>"Send test"</button>
            {line(form)}
            <p class="form-bar-text" data-unsaved="" hidden=!is_unsaved(form)>
                <input type="hidden" name=UNSAVED value=if is_unsaved(form) { "1" } else { "" } />
                "There are changes that are not saved."
            </p>
            <p class="form-bar-wait" role="status">"Waiting for the receiver…"</p>
        </div>
    }
    .into_any()
}

/// Notes with the form that something in it was changed.
const UNSAVED: &str = "unsaved";

/// Whether the form holds what is not saved: it came back, and is new, was refused or had been changed.
fn is_unsaved(form: &Returned) -> bool {
    let came_back = |typed: &Pairs| !typed.has("id") || typed.get(UNSAVED) == "1" || form.is_refused();
    form.typed.as_ref().is_some_and(came_back)
}

/// The answer in a few words, for where it is out of sight itself.
fn line(form: &Returned) -> AnyView {
    let delivery = form.extra::<Delivery>("test");
    let Some(last) = delivery.as_ref().and_then(|delivery| delivery.attempts.last()) else {
        return ().into_any();
    };
    let text = match &last.response {
        Some(answer) => {
            format!("Receiver answered {} in {}", answer.status, words::duration(last.timing_ms.total))
        }
        None => words::outcome(last.outcome).name.to_owned(),
    };
    let (class, sign) = match last.outcome {
        Outcome::Delivered => ("form-bar-answer good", "check-circle"),
        _ => ("form-bar-answer bad", "x-circle"),
    };
    view! { <p class=class>{icon(sign)} <span>{text} " — " <a href=format!("#{TEST_RESULT}")>"see result"</a></span></p> }
        .into_any()
}

fn region(body: AnyView) -> AnyView {
    view! {
        <section class="card result" id=TEST_RESULT aria-label="Test result" tabindex="-1">
            <h2>"Test result"</h2>
            {body}
        </section>
    }
    .into_any()
}

fn tested(visit: &Visit, delivery: &Delivery) -> AnyView {
    let Some(last) = delivery.attempts.last() else { return ().into_any() };
    let logged = delivery.id.map(|id| view! { <a href=format!("/deliveries/{id}")>"Open it in the log"</a> });
    let arrived = last.request.as_ref().and_then(|request| visit.own_bin(&request.url));
    let arrived = arrived.map(|page| view! { <a href=page>"See what the test receiver got"</a> });
    let links = (logged.is_some() || arrived.is_some())
        .then(|| view! { <p class="result-links">{arrived} {logged}</p> });
    // A key that nobody was given proves nothing.
    let new_secret = |typed: &Pairs| {
        let scheme = typed.some("signing.scheme");
        !typed.has("id") && scheme.is_some_and(|s| s != "none") && typed.some("signing.secret").is_none()
    };
    let throwaway = delivery.id.is_none() && visit.form.typed.as_ref().is_some_and(new_secret);
    let throwaway = throwaway.then(|| {
        view! { <p class="help">"Not saved yet, so it was signed with a key of this test alone, and is in no log. Saving makes the webhook’s own key."</p> }
    });
    view! {
        <p class="result-line">{pill::delivery(delivery.state)} {attempt::headline(last)}</p>
        {throwaway}
        {links}
        {attempt::view(last)}
    }
    .into_any()
}

/// The engine's check, as it comes back from the stash.
#[derive(serde::Deserialize)]
struct Checked {
    ok: bool,
    head: domain::delivery::Attempt,
    post: Option<domain::delivery::Attempt>,
}

fn checked(check: &Checked) -> AnyView {
    let (tone, text) = if check.ok {
        (Tone::Good, "The receiver can be reached and answers with success.")
    } else {
        (Tone::Bad, "Neither HEAD nor POST was answered with success.")
    };
    let one = |name: &'static str, attempt: &domain::delivery::Attempt| {
        view! { <h3>{name}</h3> <p class="result-line">{attempt::headline(attempt)}</p> }.into_any()
    };
    view! {
        {notice::notice(tone, text)}
        {one("HEAD", &check.head)}
        {match &check.post {
            Some(post) => one("POST", post),
            None => view! { <h3>"POST"</h3> <p class="result-line muted">"Not needed: HEAD was answered with success."</p> }.into_any(),
        }}
    }
    .into_any()
}

/// The tab *Test* of a saved webhook.
pub async fn page(visit: Visit) -> Answer {
    let standing = Standing::of(&visit).await?;
    let webhook = standing.webhook();
    let topics = visit.engine.topics(&visit.who).await?;
    let wanted = |topic: &Topic| {
        let takes = |pattern: &String| domain::topic::pattern_matches(pattern, &topic.key);
        !topic.locked && webhook.settings.topics.iter().any(takes)
    };
    let wanted: Vec<Topic> = topics.into_iter().filter(wanted).collect();
    let typed = visit.form.typed.clone().unwrap_or_default();
    let label = |topic: &Topic| (topic.key.clone(), format!("{} · {}", topic.title, topic.key));
    let first = wanted.first().map(|t| t.key.clone()).unwrap_or_default();
    let form = &visit.form;
    // Once a test arrived, the next step stands in the head.
    let main = if standing.next == Step::Activate { "" } else { "primary" };
    let buttons = if visit.may(Permission::Manage) {
        view! {
            <div class="row">
                <button class=format!("button {main}")>"Send test"</button>
                {submit_to("Test connection", CheckWebhook::PATH, "")}
            </div>
        }
        .into_any()
    } else {
        view! { <p class="help">"Managers and owners can send tests."</p> }.into_any()
    };
    let body = view! {
        <form method="post" action=TestWebhook::PATH class="form">
            {returned_from(form)}
            {hidden_fields(&[("id", webhook.id.to_string()), (LIST, split::list_query(&visit.query).encode())])}
            {section("try", "Try it", "Sends one request now, as this webhook is saved. It is marked as a test, stands in the log, and is never tried again.", view! {
                {Field::select("test.topic", "Topic of the test", wanted.iter().map(label).collect())
                    .of(form, typed.some("test.topic").unwrap_or(&first))
                    .error_at(form, "topic")
                    .view()}
                {payload(form, &typed)}
                {buttons}
            })}
        </form>
        {result(&visit)}
    };
    Ok(standing.page(&visit, "/test").body(body))
}
