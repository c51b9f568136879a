//! Lists. Rows of 40 px; under 640 px each row becomes a card with the same facts.
//!
//! The whole row can be clicked because its one link covers it (`row_link`); buttons and links
//! beside it lie above that. Each cell names its column for the card (`data-label`).

use leptos::prelude::*;

/// A column: its title (empty over the tools of the rows), and whether it holds numbers
/// (right-aligned).
#[derive(Clone, Copy, Debug)]
pub struct Column(pub &'static str, pub bool);

/// A list with a caption that only assistive technology reads. Rows are `<tr>`s of [`cell`]s.
pub fn table(caption: &'static str, columns: &[Column], rows: Vec<AnyView>) -> AnyView {
    let head = |Column(title, number): &Column| {
        let title = if title.is_empty() {
            view! { <span class="unseen">"Actions"</span> }.into_any()
        } else {
            (*title).into_any()
        };
        view! { <th scope="col" class:number=*number>{title}</th> }
    };
    view! {
        <div class="table">
            <table>
                <caption class="unseen">{caption}</caption>
                <thead>
                    <tr>{columns.iter().map(head).collect_view()}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A row.
pub fn row(cells: Vec<AnyView>) -> AnyView {
    view! { <tr>{cells}</tr> }.into_any()
}

/// A row that is renewed in its place: `key` names it, `version` differs when its look differs.
pub fn live_row(key: String, version: String, cells: Vec<AnyView>) -> AnyView {
    view! { <tr data-key=key data-version=version>{cells}</tr> }.into_any()
}

/// A cell under the column `label`.
pub fn cell(label: &'static str, body: impl IntoView + 'static) -> AnyView {
    view! { <td data-label=label>{body.into_any()}</td> }.into_any()
}

/// A cell with sentences: in a card they stand under their label.
pub fn prose(label: &'static str, body: impl IntoView + 'static) -> AnyView {
    view! { <td class="prose" data-label=label>{body.into_any()}</td> }.into_any()
}

/// A cell with a number.
pub fn number(label: &'static str, body: impl IntoView + 'static) -> AnyView {
    view! { <td class="number" data-label=label>{body.into_any()}</td> }.into_any()
}

/// The last cell: buttons or a menu for the row.
pub fn tools(body: impl IntoView + 'static) -> AnyView {
    view! { <td class="tools">{body.into_any()}</td> }.into_any()
}

/// The link of a row: covers all of it.
pub fn row_link(label: impl IntoView + 'static, href: impl Into<String>) -> AnyView {
    view! { <a class="row-link" href=href.into()>{label.into_any()}</a> }.into_any()
}

/// A menu at the end of a row. `what` names the row: "Student sync".
pub fn menu(what: &str, items: impl IntoView + 'static) -> AnyView {
    let label = format!("More for {what}");
    view! {
        <details class="menu" name="row-menu">
            <summary class="button quiet small square" aria-label=label.clone() title=label>
                {crate::components::icon::icon("more")}
            </summary>
            <div class="menu-panel">{items.into_any()}</div>
        </details>
    }
    .into_any()
}
