//! Newer and older. The address holds the cursor, and the cursors of the way back.

use crate::{components::icon::icon, pairs::Pairs};
use leptos::prelude::*;

/// Links to the pages around this one, for a list at `path` with the query `query`.
pub fn pager(path: &str, query: &Pairs, next_cursor: Option<&str>) -> AnyView {
    let cursor = query.some("cursor").map(str::to_owned);
    if cursor.is_none() && next_cursor.is_none() {
        return ().into_any();
    }
    let newer = cursor.is_some().then(|| newer(path, query));
    let older = next_cursor.map(|next| older(path, query, next));
    view! {
        <nav class="pager" aria-label="Pages">
            {newer.map(|href| view! { <a class="button small" rel="prev" href=href>{icon("left")} "Newer"</a> })}
            {older.map(|href| view! { <a class="button small" rel="next" href=href>"Older " {icon("right")}</a> })}
        </nav>
    }
    .into_any()
}

fn plain(query: &Pairs) -> Pairs {
    query.without(crate::form::TOKEN).without("cursor").without("trail")
}

fn older(path: &str, query: &Pairs, next: &str) -> String {
    // `-` stands for the first page, which has no cursor.
    let here = query.some("cursor").unwrap_or("-");
    let trail = query.some("trail").map_or(here.to_owned(), |trail| format!("{trail}.{here}"));
    plain(query).with("cursor", next).with("trail", trail).on(path)
}

fn newer(path: &str, query: &Pairs) -> String {
    let trail = query.some("trail").unwrap_or("-");
    let (rest, last) = trail.rsplit_once('.').map_or((None, trail), |(rest, last)| (Some(rest), last));
    let mut to = plain(query);
    if last != "-" {
        to = to.with("cursor", last);
    }
    if let Some(rest) = rest {
        to = to.with("trail", rest);
    }
    to.on(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_and_newer_undo_each_other() {
        let query = |address: &str| Pairs::parse(address.split_once('?').map_or("", |(_, q)| q));
        let first = "/deliveries?state=held";
        let second = older("/deliveries", &query(first), "aa");
        let third = older("/deliveries", &query(&second), "bb");
        assert_eq!(third, "/deliveries?state=held&cursor=bb&trail=-.aa");
        assert_eq!(newer("/deliveries", &query(&third)), second);
        assert_eq!(newer("/deliveries", &query(&second)), first);
    }
}
