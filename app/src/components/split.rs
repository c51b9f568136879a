//! List and detail side by side. From 1100 px a detail has its list beside it, scrolling by
//! itself; below that the detail is a page of its own and the list is one step back.
//!
//! The list is the one that its page shows, with the same filters and the same page of it: a
//! detail keeps the list's query in its own address, under [`LIST`].
//!
//! ```ignore
//! let list = split::list_query(&visit.query);        // on the detail; on the list: the query itself
//! let href = split::address("/deliveries/dlv_…", &list);
//! page.beside(Beside { title: "Deliveries", href: list.on("/deliveries"), tools, items, pager }.view())
//! ```

use crate::pairs::Pairs;
use leptos::prelude::*;

/// The name in a detail's address that holds its list's query.
pub const LIST: &str = "list";

/// The query of the list that a detail was opened from; empty where it was opened by itself.
#[must_use]
pub fn list_query(query: &Pairs) -> Pairs {
    query.some(LIST).map(Pairs::parse).unwrap_or_default()
}

/// The address of a detail that keeps its list's query. What a form left is not kept.
#[must_use]
pub fn address(path: &str, list: &Pairs) -> String {
    let list = list.without(crate::form::TOKEN);
    let kept = (list != Pairs::default()).then(|| (LIST, list.encode()));
    kept.into_iter().collect::<Pairs>().on(path)
}

/// The list beside a detail.
pub struct Beside {
    /// What it lists: "Webhooks".
    pub title: &'static str,
    /// The page that shows it in full, with the same filters.
    pub href: String,
    /// What can be done with it, at the right of its title.
    pub tools: AnyView,
    /// Its rows.
    pub items: Vec<Item>,
    /// The way to its other pages; see [`crate::components::pager`].
    pub pager: AnyView,
}

/// A row of it, two lines high.
pub struct Item {
    /// The detail it leads to, see [`address`].
    pub href: String,
    /// Whether it is the one that is shown.
    pub here: bool,
    /// What it is called.
    pub title: AnyView,
    /// How it stands: a pill, a dot, a status code.
    pub mark: AnyView,
    /// What else is worth a line.
    pub note: AnyView,
}

/// The list's element, for what renews it.
pub const ID: &str = "beside";

impl Beside {
    /// Draws it.
    #[must_use]
    pub fn view(self) -> AnyView {
        let item = |Item { href, here, title, mark, note }: Item| {
            let key = href.clone();
            view! {
                <li data-key=key>
                    <a href=href aria-current=here.then_some("page")>
                        <span class="beside-line">
                            <span class="beside-title">{title}</span>
                            {mark}
                        </span>
                        <span class="beside-note">{note}</span>
                    </a>
                </li>
            }
        };
        view! {
            <nav class="beside" aria-label=self.title>
                <div class="beside-head">
                    <a href=self.href>{self.title}</a>
                    {self.tools}
                </div>
                <div class="beside-scroll" id=ID>
                    <ul>{self.items.into_iter().map(item).collect_view()}</ul>
                    {self.pager}
                </div>
            </nav>
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_keeps_the_query_of_its_list() {
        let list = Pairs::parse("state=held&q=a%26b&form=token");
        let detail = address("/deliveries/dlv_1", &list);
        let query = Pairs::parse(detail.split_once('?').map_or("", |(_, query)| query));
        assert_eq!(list_query(&query), Pairs::parse("state=held&q=a%26b"));
        assert_eq!(address("/deliveries/dlv_1", &Pairs::default()), "/deliveries/dlv_1");
        assert_eq!(address("/deliveries/dlv_1", &Pairs::parse("form=token")), "/deliveries/dlv_1");
    }
}
