//! The list of events.

use crate::{
    components::{
        button, copy, empty,
        field::problem,
        frame::Area,
        icon::icon,
        pager::pager,
        table::{self, Column},
        time,
    },
    form::TOKEN,
    page::{Answer, Page, Visit},
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
    let topics = visit.engine.topics(&visit.who).await?.into_iter().map(|t| t.key).collect();
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
            {list}
            {pager(&visit.path, &visit.query, found.next_cursor.as_deref())}
        </div>
    }))
}

fn read(query: &Pairs) -> (EventFilter, Invalid) {
    let mut filter = EventFilter::default();
    let mut wrong = Invalid::default();
    for (name, text) in query.iter().filter(|(n, t)| !t.trim().is_empty() && *n != TOKEN) {
        if let Err(invalid) = filter.set(name, text.trim()) {
            wrong.extend(invalid);
        }
    }
    (filter, wrong)
}

fn in_words(filter: &EventFilter) -> String {
    let said = [
        filter.topic.as_ref().map(|t| format!("topic {t}")),
        filter.from.map(|at| format!("from {}", time::utc(at))),
        filter.to.map(|at| format!("to {}", time::utc(at))),
        filter.q.as_ref().map(|q| format!("“{q}”")),
    ];
    said.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn search(visit: &Visit, topics: Vec<String>) -> AnyView {
    let chosen = visit.query.get("topic").to_owned();
    let option = |topic: String| {
        let (selected, value) = (topic == chosen, topic.clone());
        view! { <option value=value selected=selected>{topic}</option> }
    };
    let options = topics.into_iter().map(option).collect_view();
    let clear = (!visit.query.without(TOKEN).iter().all(|(_, t)| t.is_empty()))
        .then(|| view! { <a class="button quiet" href=visit.path.clone()>"Clear filters"</a> });
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
            {clear}
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
                    format!("/events/{}", event.id),
                ),
            ),
            table::cell("Event", copy::id(event.id, "event id")),
            table::number("Deliveries", words::number(event.deliveries)),
            table::cell("Accepted", time::ago(event.received_at, visit.now)),
        ])
    };
    table::table("Events", &COLUMNS, list.iter().map(row).collect())
}
