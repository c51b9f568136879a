//! Erases a person's data: type a value of theirs, see how much holds it, confirm.

use super::frame;
use crate::{
    codec::HtmlForm,
    components::{button, card::section, confirm::Confirm, field::Field, notice::notice},
    form::{Next, Tone, act},
    page::{Answer, Visit},
    pairs::Pairs,
    words,
};
use engine::{Erased, Permission};
use leptos::{prelude::*, server_fn::ServerFn};

const PAGE: &str = "/settings/erase";
/// What the page is given to show after a count.
const FOUND: &str = "found";

/// `/settings/erase`
pub(super) async fn page(visit: Visit) -> Answer {
    let text = "For a person who asks you to forget them. Crier looks for one value in the payloads of all events, tests too, and in profiles.";
    let body = if visit.may(Permission::Own) {
        form(&visit)
    } else {
        view! { <p class="muted">"An owner can do this."</p> }.into_any()
    };
    Ok(frame(&visit).narrow().body(section("erase", "Erase a person’s data", text, body)))
}

fn form(visit: &Visit) -> AnyView {
    let value = visit.form.value("value", "");
    let found = visit.form.extra::<Erased>(FOUND).map(|found| result(value.trim(), found));
    view! {
        <div class="stack">
            <form method="post" action=CountErasable::PATH class="stack">
                {Field::text("value", "Value")
                    .of(&visit.form, "")
                    .autocomplete("off")
                    .help("An e-mail address or a user’s number, as a whole: “ann@example.com” does not find “mail to ann@example.com”. Capitals don’t matter. Look for each value that the person goes by.")
                    .view()}
                <div class="row">{button::submit("Look")}</div>
            </form>
            {found}
        </div>
    }
    .into_any()
}

/// How much was found, and the button that removes it.
fn result(value: &str, found: Erased) -> AnyView {
    if found == Erased::default() {
        return notice(Tone::Info, format!("Nothing holds “{value}”."));
    }
    let confirm = Confirm {
        id: "erase-all".to_owned(),
        verb: "Erase",
        class: "danger",
        icon: "trash",
        title: format!("Erase what holds “{value}”?"),
        text: format!(
            "{}. Events go with all deliveries and everything that was sent and answered. What waits is not sent. This can’t be undone.",
            what(found)
        ),
        action: EraseData::PATH,
        hidden: vec![("value", value.to_owned())],
    };
    view! {
        {notice(Tone::Warning, format!("“{value}” stands in {}.", what(found)))}
        <div class="row">{confirm.view()}</div>
        <p class="help">"What receivers got, they have. Topic samples, the settings of webhooks and copies of the database stay as they are."</p>
    }
    .into_any()
}

/// "2 events, 1 profile and 1 request in test receivers"; what there is none of is left out.
fn what(found: Erased) -> String {
    let mut parts = vec![
        (found.events, words::count(found.events, "event", "events")),
        (found.profiles, words::count(found.profiles, "profile", "profiles")),
        (
            found.bin_requests,
            words::count(found.bin_requests, "request in test receivers", "requests in test receivers"),
        ),
    ];
    parts.retain(|(count, _)| *count > 0);
    let texts: Vec<String> = parts.into_iter().map(|(_, text)| text).collect();
    match texts.split_last() {
        None => words::count(0, "event", "events"),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

/// Counts what holds a value.
#[server(prefix = "/do", endpoint = "erase/count", input = HtmlForm)]
pub async fn count_erasable(form: Pairs) -> Result<(), ServerFnError> {
    act(PAGE, form, |caller, form| async move {
        let found = caller.engine.erasable(&caller.who, form.get("value")).await?;
        Ok(Next::to(PAGE).keep(&form).with(FOUND, found))
    })
    .await
}

/// Removes what holds a value.
#[server(prefix = "/do", endpoint = "erase", input = HtmlForm)]
pub async fn erase_data(form: Pairs) -> Result<(), ServerFnError> {
    act(PAGE, form, |caller, form| async move {
        let erased = caller.engine.erase(&caller.who, form.get("value")).await?;
        Ok(Next::to(PAGE).say(format!("Erased: {}.", what(erased))))
    })
    .await
}
