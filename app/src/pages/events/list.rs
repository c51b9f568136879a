//! The list of events.

use crate::{
    components::{
        button,
        chips::filter_chips,
        copy, empty,
        field::problem,
        frame::Area,
        icon::icon,
        pager::pager,
        split,
        table::{self, Column},
        time,
    },
    form::TOKEN,
    page::{Answer, Page, Visit},
    pages::topics,
    pairs::Pairs,
    words,
};
use domain::{
    event::{EventFilter, EventRow},
    invalid::Invalid,
};
use leptos::prelude::*;

const COLUMNS: [Column; 4] =
    [Column("Topic", false), Column("Event", false), Column("Deliveries", true), Column("Accepted", false)];

/// `/events`.
pub async fn page(visit: Visit) -> Answer {
    let (filter, wrong) = read(&visit.query);
    let found = visit.engine.events(&visit.who, &filter, visit.list_page()).await?;
    let topics = topics::choices(&visit.engine.topics(&visit.who).await?);
    let filtered = filter != EventFilter::default();
    let list = match (found.data.is_empty(), filtered) {
        (false, _) => rows(&visit, &found.data),
        (true, true) => empty::no_match(&in_words(&filter), visit.path.clone()),
        (true, false) => empty::nothing_yet(
            "event",
            "No events yet",
            "Your platform sends them in over the API, or you publish a sample from a topic.",
            button::main_link("Go to topics", "topic", "/topics"),
        ),
    };
    let wrong =
        wrong.errors.iter().enumerate().map(|(i, e)| problem(format!("filter-error-{i}"), e)).collect_view();
    Ok(Page::new(Area::Events, "Events").body(view! {
        <div class="log">
            {search(&visit, topics)}
            {wrong}
            {chips(&visit, &filter)}
            {list}
            {pager(&visit.path, &visit.query, found.next_cursor.as_deref())}
        </div>
    }))
}

/// Names in the address that are no filters.
const OTHERS: [&str; 4] = [TOKEN, "cursor", "trail", "limit"];

/// The filter that the address asks for; what can't be read is left out and said.
pub(super) fn read(query: &Pairs) -> (EventFilter, Invalid) {
    let mut filter = EventFilter::default();
    let mut wrong = Invalid::default();
    for (name, text) in query.iter().filter(|(n, t)| !t.trim().is_empty() && !OTHERS.contains(n)) {
        if let Err(invalid) = filter.set(name, text.trim()) {
            wrong.extend(invalid);
        }
    }
    (filter, wrong)
}

/// Each filter in words.
fn says(filter: &EventFilter) -> Vec<(&'static str, String)> {
    let said = [
        ("topic", filter.topic.as_ref().map(|t| format!("topic {t}"))),
        ("from", filter.from.map(|at| format!("from {}", time::utc(at)))),
        ("to", filter.to.map(|at| format!("to {}", time::utc(at)))),
        ("q", filter.q.as_ref().map(|q| format!("“{}”", words::short_id(q)))),
    ];
    said.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
}

fn in_words(filter: &EventFilter) -> String {
    says(filter).into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(", ")
}

/// What is filtered, each with a link that takes it away.
fn chips(visit: &Visit, filter: &EventFilter) -> AnyView {
    let query: Pairs =
        visit.query.iter().filter(|(n, t)| !t.trim().is_empty() && !OTHERS.contains(n)).collect();
    filter_chips(says(filter), |name| query.without(name).on(&visit.path), visit.path.clone())
}

fn search(visit: &Visit, topics: Vec<(String, String)>) -> AnyView {
    let chosen = visit.query.get("topic").to_owned();
    let option = |(value, label): (String, String)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{label}</option> }
    };
    let options = topics.into_iter().map(option).collect_view();
    view! {
        <form method="get" action=visit.path.clone() class="filters" role="search">
            <div class="search">
                {icon("search")}
                <input
                    class="input" type="search" name="q" value=visit.query.get("q").to_owned() aria-label="Search"
                    placeholder="An id, an e-mail address, an order number…"
                />
            </div>
            <select class="input" name="topic" aria-label="Topic"><option value="">"Any topic"</option>{options}</select>
            <button class="button">"Search"</button>
        </form>
    }
    .into_any()
}

fn rows(visit: &Visit, list: &[EventRow]) -> AnyView {
    let row = |event: &EventRow| {
        table::row(vec![
            table::cell(
                "Topic",
                table::row_link(
                    view! { <code>{event.topic.clone()}</code> },
                    split::address(&format!("/events/{}", event.id), &visit.query),
                ),
            ),
            table::cell("Event", copy::id(event.id, "event id")),
            table::number("Deliveries", words::number(event.deliveries)),
            table::cell("Accepted", time::ago(event.received_at, visit.now)),
        ])
    };
    table::table("Events", &COLUMNS, list.iter().map(row).collect())
}
