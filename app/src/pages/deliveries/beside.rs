//! The log beside a delivery, with the filters that it was opened from.

use super::filters;
use crate::{
    components::{
        pager::pager_of,
        pill,
        split::{self, Beside, Item},
        time,
    },
    page::Visit,
    words,
};
use domain::{
    delivery::{DeliveryRow, Outcome},
    id::DeliveryId,
    page::PageRequest,
};
use engine::Error;
use leptos::prelude::*;

/// Draws it; `here` is the one that is shown.
///
/// # Errors
/// The engine's.
pub(super) async fn view(visit: &Visit, here: DeliveryId) -> Result<AnyView, Error> {
    let list = split::list_query(&visit.query);
    let (filter, _) = filters::read(&list, None);
    let page = PageRequest::parse(list.some("limit"), list.some("cursor")).unwrap_or_default();
    let found = visit.engine.deliveries(&visit.who, &filter, page).await?;
    let item = |row: &DeliveryRow| Item {
        href: split::address(&format!("/deliveries/{}", row.id), &list),
        here: row.id == here,
        title: view! { <code>{row.topic.clone()}</code> }.into_any(),
        mark: mark(row),
        note: view! { <span>{row.webhook_name.clone()}</span> {time::ago_inside(row.created_at, visit.now)} }
            .into_any(),
    };
    let filters = filters::chosen(&list).iter().count();
    let tools = (filters > 0).then(|| {
        view! { <span class="help">{words::count(filters as i64, "filter", "filters")}</span> }
    });
    let beside = Beside {
        title: "Deliveries",
        href: list.on("/deliveries"),
        tools: tools.into_any(),
        items: found.data.iter().map(item).collect(),
        pager: pager_of(&list, found.next_cursor.as_deref(), |list| split::address(&visit.path, list)),
    };
    Ok(beside.view())
}

/// The status code where there is an answer, with the sign of the state.
fn mark(row: &DeliveryRow) -> AnyView {
    let code = row
        .http_status
        .filter(|_| matches!(row.outcome, Some(Outcome::Delivered | Outcome::Status)))
        .map(|status| view! { <span class="beside-code">{status}</span> });
    view! { <span class="beside-mark">{code} {pill::sign(words::delivery_state(row.state))}</span> }
        .into_any()
}
