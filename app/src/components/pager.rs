//! Newer and older. The address holds the cursor, and the cursors of the way back.

use crate::{components::icon::icon, pairs::Pairs};
use leptos::prelude::*;

/// Links to the pages around this one, for a list at `path` with the query `query`.
pub fn pager(path: &str, query: &Pairs, next_cursor: Option<&str>) -> AnyView {
    pager_of(query, next_cursor, |query| query.on(path))
}

/// The same for a list whose query stands elsewhere in an address: `address` puts it there.
pub fn pager_of(query: &Pairs, next_cursor: Option<&str>, address: impl Fn(&Pairs) -> String) -> AnyView {
    let cursor = query.some("cursor").map(str::to_owned);
    if cursor.is_none() && next_cursor.is_none() {
        return ().into_any();
    }
    let newer = cursor.is_some().then(|| address(&newer(query)));
    let older = next_cursor.map(|next| address(&older(query, next)));
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

fn older(query: &Pairs, next: &str) -> Pairs {
    // `-` stands for the first page, which has no cursor.
    let here = query.some("cursor").unwrap_or("-");
    let trail = query.some("trail").map_or(here.to_owned(), |trail| format!("{trail}.{here}"));
    plain(query).with("cursor", next).with("trail", trail)
}

fn newer(query: &Pairs) -> Pairs {
    let trail = query.some("trail").unwrap_or("-");
    let (rest, last) = trail.rsplit_once('.').map_or((None, trail), |(rest, last)| (Some(rest), last));
    let mut to = plain(query);
    if last != "-" {
        to = to.with("cursor", last);
    }
    if let Some(rest) = rest {
        to = to.with("trail", rest);
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_and_newer_undo_each_other() {
        let first = Pairs::parse("state=held");
        let second = older(&first, "aa");
        let third = older(&second, "bb");
        assert_eq!(third, Pairs::parse("state=held&cursor=bb&trail=-.aa"));
        assert_eq!(newer(&third), second);
        assert_eq!(newer(&second), first);
    }
}
