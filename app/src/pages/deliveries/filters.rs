//! The filters of the log. All of them are in the address.

use crate::{
    components::{chips::filter_chips, icon::icon, split, time},
    form::TOKEN,
    page::Visit,
    pairs::Pairs,
    words,
};
use domain::{
    delivery::{Counts, DeliveryFilter, Outcome, State},
    id::WebhookId,
    invalid::Invalid,
    webhook::WebhookRow,
};
use leptos::prelude::*;

/// Names in the address that are no filters.
const OTHERS: [&str; 6] = [TOKEN, "cursor", "trail", "limit", split::LIST, "attempt"];

/// The filter that the address asks for; what can't be read is left out and said.
pub fn read(query: &Pairs, webhook: Option<WebhookId>) -> (DeliveryFilter, Invalid) {
    let mut filter = DeliveryFilter::default();
    let mut wrong = Invalid::default();
    for (name, text) in
        query.iter().map(|(n, t)| (n, t.trim())).filter(|(n, t)| !t.is_empty() && !OTHERS.contains(n))
    {
        if let Err(invalid) = filter.set(name, text) {
            wrong.extend(invalid);
        }
    }
    filter.webhook = webhook.or(filter.webhook);
    (filter, wrong)
}

/// The address's filters alone.
pub fn chosen(query: &Pairs) -> Pairs {
    query.iter().filter(|(n, t)| !t.trim().is_empty() && !OTHERS.contains(n)).collect()
}

/// What waits for an answer, in one tab.
const PENDING: &str = "pending,sending,retrying,held";

/// Tabs by how deliveries ended, with counts; what is pending is told apart under its tab.
pub fn states(visit: &Visit, counts: &Counts) -> AnyView {
    let here = visit.query.some("state").unwrap_or_default();
    let pending = counts.waiting + counts.retrying + counts.held;
    let total = pending + counts.delivered + counts.exhausted + counts.discarded;
    let word = |state| words::delivery_state(state).word;
    let tabs = [
        ("", "All", total),
        ("delivered", "Successful", counts.delivered),
        (PENDING, "Pending", pending),
        ("exhausted", word(State::Exhausted), counts.exhausted),
        ("discarded", word(State::Discarded), counts.discarded),
    ];
    let kinds = [
        ("pending,sending", word(State::Pending), counts.waiting),
        ("retrying", word(State::Retrying), counts.retrying),
        ("held", word(State::Held), counts.held),
    ];
    let is_pending = here == PENDING || kinds.iter().any(|(state, ..)| *state == here);
    let tab = if is_pending { PENDING } else { here };
    let list = |label: &'static str, list: &[(&'static str, &'static str, i64)], current: &str| {
        let links = list.iter().map(|entry| state_link(visit, *entry, current)).collect_view();
        view! { <nav class="state-filter" aria-label=label><ul>{links}</ul></nav> }
    };
    view! {
        {list("State", &tabs, tab)}
        {is_pending.then(|| list("Pending", &kinds, here))}
    }
    .into_any()
}

fn state_link(visit: &Visit, (state, word, n): (&'static str, &'static str, i64), current: &str) -> AnyView {
    let without = chosen(&visit.query).without("state");
    let href = if state.is_empty() { without } else { without.with("state", state) }.on(&visit.path);
    let current = (current == state).then_some("true");
    let key = format!("count {state}");
    view! {
        <li data-key=key data-version=n.to_string()>
            <a href=href aria-current=current>{word} " " <span class="count">{words::number(n)}</span></a>
        </li>
    }
    .into_any()
}

/// Search, and the further filters behind *Filters*. `webhooks` is empty where one is fixed.
pub fn form(visit: &Visit, webhooks: &[WebhookRow], topics: Vec<(String, String)>) -> AnyView {
    let query = chosen(&visit.query);
    let is = |name: &str| query.get(name).to_owned();
    let state =
        query.some("state").map(|s| view! { <input type="hidden" name="state" value=s.to_owned() /> });
    let outcomes =
        Outcome::ALL.iter().map(|o| (o.as_str().to_owned(), words::outcome(*o).name.to_owned())).collect();
    let statuses = ["2xx", "3xx", "4xx", "5xx"].iter().map(|s| ((*s).to_owned(), (*s).to_owned())).collect();
    let tests =
        vec![("false".to_owned(), "No tests".to_owned()), ("true".to_owned(), "Only tests".to_owned())];
    let names =
        webhooks.iter().map(|r| (r.webhook.id.to_string(), r.webhook.settings.name.clone())).collect();
    view! {
        <form method="get" action=visit.path.clone() class="filters" role="search">
            {state}
            <div class="search">
                {icon("search")}
                <input class="input" type="search" name="q" value=is("q") aria-label="Search" placeholder="An id, an e-mail address, an order number…" />
            </div>
            <details class="menu filter-menu">
                <summary class="button">{icon("filter")} "Filters"</summary>
                <div class="menu-panel filter-panel">
                    {(!webhooks.is_empty()).then(|| select("webhook", "Webhook", names, &is("webhook")))}
                    {select("topic", "Topic", topics, &is("topic"))}
                    {select("outcome", "Outcome", outcomes, &is("outcome"))}
                    {select("http_status", "Status code", statuses, &is("http_status"))}
                    {select("test", "Tests", tests, &is("test"))}
                    {moment("from", "From (UTC)", &is("from"))}
                    {moment("to", "To (UTC)", &is("to"))}
                    <button class="button primary">"Apply"</button>
                </div>
            </details>
            <button class="button">"Search"</button>
        </form>
    }
    .into_any()
}

fn select(name: &'static str, label: &'static str, options: Vec<(String, String)>, chosen: &str) -> AnyView {
    let known = chosen.is_empty() || options.iter().any(|(value, _)| value == chosen);
    let other = (!known).then(|| (chosen.to_owned(), chosen.to_owned()));
    let option = |(value, text): (String, String)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{text}</option> }
    };
    let options = options.into_iter().chain(other).map(option).collect_view();
    let id = format!("filter-{name}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select class="input" id=id name=name><option value="">"Any"</option>{options}</select>
        </div>
    }
    .into_any()
}

fn moment(name: &'static str, label: &'static str, value: &str) -> AnyView {
    let id = format!("filter-{name}");
    // The input takes minutes without an offset; the address may hold more.
    let value: String = value.chars().take(16).collect();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input class="input" type="datetime-local" id=id name=name value=value />
        </div>
    }
    .into_any()
}

/// What is filtered, each with a link that takes it away.
pub fn chips(visit: &Visit, filter: &DeliveryFilter, webhooks: &[WebhookRow]) -> AnyView {
    let query = chosen(&visit.query).without("state");
    let without = |name: &str| keep_state(&query.without(name), &visit.query).on(&visit.path);
    filter_chips(says(filter, webhooks), without, visit.path.clone())
}

/// The same with the state of another address.
fn keep_state(pairs: &Pairs, other: &Pairs) -> Pairs {
    other.some("state").map_or_else(|| pairs.clone(), |state| pairs.with("state", state))
}

/// Each filter in words.
pub fn says(filter: &DeliveryFilter, webhooks: &[WebhookRow]) -> Vec<(&'static str, String)> {
    let mut said = Vec::new();
    let mut say = |name: &'static str, text: Option<String>| said.extend(text.map(|text| (name, text)));
    let name =
        |id: WebhookId| webhooks.iter().find(|r| r.webhook.id == id).map(|r| r.webhook.settings.name.clone());
    say("webhook", filter.webhook.and_then(name).map(|n| format!("webhook {n}")));
    say("event", filter.event.map(|id| format!("event {}", words::short_id(&id.to_string()))));
    say("topic", filter.topic.as_ref().map(|t| format!("topic {t}")));
    say("outcome", filter.outcome.map(|o| format!("outcome “{}”", words::outcome(o).name)));
    say(
        "http_status",
        filter
            .http_status
            .map(|(a, b)| if a == b { format!("status {a}") } else { format!("status {}xx", a / 100) }),
    );
    say("test", filter.test.map(|only| if only { "only tests" } else { "no tests" }.to_owned()));
    say("from", filter.from.map(|at| format!("from {}", time::utc(at))));
    say("to", filter.to.map(|at| format!("to {}", time::utc(at))));
    say("q", filter.q.as_ref().map(|q| format!("“{}”", words::short_id(q))));
    said
}
