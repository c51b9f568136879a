//! Newer and older. The address holds the cursor, and the cursors of the way back; for a list that
//! stands in memory whole, how many of its rows come before.

use crate::{components::icon::icon, pairs::Pairs};
use domain::page::PageRequest;
use leptos::prelude::*;
use std::ops::Range;

/// Links to the pages around this one, for a list at `path` with the query `query`.
pub fn pager(path: &str, query: &Pairs, next_cursor: Option<&str>) -> AnyView {
    pager_of(query, next_cursor, |query| query.on(path))
}

/// The same for a list whose query stands elsewhere in an address: `address` puts it there.
pub fn pager_of(query: &Pairs, next_cursor: Option<&str>, address: impl Fn(&Pairs) -> String) -> AnyView {
    let newer = query.some("cursor").map(|_| address(&newer(query)));
    let older = next_cursor.map(|next| address(&older(query, next)));
    links([newer, older], ["Newer", "Older"])
}

/// The rows of `all` that the page of `query` shows. Without a page in the query it is the one that
/// holds row `here`, else the first.
#[must_use]
pub fn place(query: &Pairs, here: Option<usize>, all: usize) -> Range<usize> {
    let size = PageRequest::default().limit as usize;
    let asked = query.get("cursor").parse().ok().filter(|from| *from < all);
    let from = asked.unwrap_or_else(|| here.unwrap_or_default() / size * size);
    from..all.min(from.saturating_add(size))
}

/// Links to the pages around `shown`, of a list of `all` rows in an order of its own.
pub fn pager_around(
    query: &Pairs,
    shown: &Range<usize>,
    all: usize,
    address: impl Fn(&Pairs) -> String,
) -> AnyView {
    let size = PageRequest::default().limit as usize;
    let to = |from: usize| match from {
        0 => address(&plain(query)),
        _ => address(&plain(query).with("cursor", from.to_string())),
    };
    let previous = (shown.start > 0).then(|| to(shown.start.saturating_sub(size)));
    links([previous, (shown.end < all).then(|| to(shown.end))], ["Previous", "Next"])
}

fn links([back, on]: [Option<String>; 2], [back_word, on_word]: [&'static str; 2]) -> AnyView {
    if back.is_none() && on.is_none() {
        return ().into_any();
    }
    view! {
        <nav class="pager" aria-label="Pages">
            {back.map(|href| view! { <a class="button small" rel="prev" href=href>{icon("left")} {back_word}</a> })}
            {on.map(|href| view! { <a class="button small" rel="next" href=href>{on_word} " " {icon("right")}</a> })}
        </nav>
    }
    .into_any()
}

/// The query without a page.
#[must_use]
pub fn plain(query: &Pairs) -> Pairs {
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

    #[test]
    fn a_whole_list_is_cut_where_the_address_says_or_where_a_row_is() {
        let at = |query: &str, here| place(&Pairs::parse(query), here, 120);
        assert_eq!([at("", None), at("", Some(49)), at("", Some(119))], [0..50, 0..50, 100..120]);
        assert_eq!(
            [at("cursor=50", Some(3)), at("cursor=120", None), at("cursor=x", None)],
            [50..100, 0..50, 0..50]
        );
        assert_eq!(place(&Pairs::default(), None, 0), 0..0);
    }
}
