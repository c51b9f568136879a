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
    let text = "For a person who asks you to forget them. Crier looks for one value in the payloads of all events, tests too.";
    let body = if visit.may(Permission::Own) {
        form(&visit)
    } else {
        view! { <p class="muted">"An owner can do this."</p> }.into_any()
    };
    Ok(frame(&visit).narrow().body(section("erase", "Erase a person’s data", text, body)))
}

fn form(visit: &Visit) -> AnyView {
    let value = visit.form.value("value", "");
    let found = visit.form.extra::<Erased>(FOUND).map(|found| result(&value, found));
    view! {
        <form method="post" action=CountErasable::PATH class="stack">
            {Field::text("value", "Value")
                .of(&visit.form, "")
                .autocomplete("off")
                .help("An e-mail address or a user’s number, as a whole: “ann@example.com” does not find “mail to ann@example.com”. Capitals don’t matter. Look for each value that the person goes by.")
                .view()}
            <div class="row">{button::submit("Look")}</div>
        </form>
        {found}
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
            "{} with their deliveries and everything that was sent and answered, and {}. What waits is not sent. This can’t be undone.",
            events(found),
            requests(found)
        ),
        action: EraseData::PATH,
        hidden: vec![("value", value.to_owned())],
    };
    let held = format!("“{value}” is held by {} and {}.", events(found), requests(found));
    view! {
        {notice(Tone::Warning, held)}
        <div class="row">{confirm.view()}</div>
        <p class="help">"What receivers got, they have. Topic samples, the settings of webhooks and copies of the database stay as they are."</p>
    }
    .into_any()
}

fn events(found: Erased) -> String {
    words::count(found.events, "event", "events")
}

fn requests(found: Erased) -> String {
    words::count(found.bin_requests, "request in test receivers", "requests in test receivers")
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
        Ok(Next::to(PAGE).say(format!("Erased: {} and {}.", events(erased), requests(erased))))
    })
    .await
}
