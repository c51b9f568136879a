//! The list of events beside one of them, with the filters that it was opened from.

use super::list;
use crate::{
    components::{
        pager::pager_of,
        split::{self, Beside, Item},
        time,
    },
    page::Visit,
    words,
};
use domain::{event::EventRow, id::EventId, page::PageRequest};
use engine::Error;
use leptos::prelude::*;

/// Draws it; `here` is the one that is shown.
///
/// # Errors
/// The engine's.
pub(super) async fn view(visit: &Visit, here: EventId) -> Result<AnyView, Error> {
    let query = split::list_query(&visit.query);
    let (filter, _) = list::read(&query);
    let page = PageRequest::parse(query.some("limit"), query.some("cursor")).unwrap_or_default();
    let found = visit.engine.events(&visit.who, &filter, page).await?;
    let item = |row: &EventRow| Item {
        href: split::address(&format!("/events/{}", row.id), &query),
        here: row.id == here,
        title: view! { <code>{row.topic.clone()}</code> }.into_any(),
        mark: ().into_any(),
        note: view! {
            <span>{words::count(row.deliveries, "delivery", "deliveries")}</span>
            {time::ago_inside(row.received_at, visit.now)}
        }
        .into_any(),
    };
    let beside = Beside {
        title: "Events",
        href: query.on("/events"),
        tools: ().into_any(),
        items: found.data.iter().map(item).collect(),
        pager: pager_of(&query, found.next_cursor.as_deref(), |query| split::address(&visit.path, query)),
    };
    Ok(beside.view())
}
