//! Blocks of a page.

use crate::form::Returned;
use leptos::prelude::*;

/// A titled block. `id` is for links to it and names the region.
pub fn card(id: &'static str, title: impl Into<String>, body: impl IntoView + 'static) -> AnyView {
    view! {
        <section class="card" aria-labelledby=format!("{id}-title") id=id>
            <h2 id=format!("{id}-title")>{title.into()}</h2>
            {body.into_any()}
        </section>
    }
    .into_any()
}

/// A titled block with a sentence under its title: the sections of a form.
pub fn section(
    id: &'static str,
    title: &'static str,
    text: &'static str,
    body: impl IntoView + 'static,
) -> AnyView {
    view! {
        <section class="card" aria-labelledby=format!("{id}-title") id=id>
            <h2 id=format!("{id}-title")>{title}</h2>
            <p class="card-text">{text}</p>
            {body.into_any()}
        </section>
    }
    .into_any()
}

/// A block that is folded until it is wanted; `summary` says what it holds.
pub fn folded(
    id: &'static str,
    title: &'static str,
    summary: impl Into<String>,
    open: bool,
    body: impl IntoView + 'static,
) -> AnyView {
    view! {
        <details class="card fold" id=id open=open>
            <summary>
                <span class="fold-title">{title}</span>
                <span class="fold-summary">{summary.into()}</span>
            </summary>
            <div class="fold-body">{body.into_any()}</div>
        </details>
    }
    .into_any()
}

/// A folded part of a form; it is open when something in it is wrong.
pub fn folded_part(
    form: &Returned,
    id: &'static str,
    title: &'static str,
    summary: impl Into<String>,
    body: impl FnOnce() -> AnyView,
) -> AnyView {
    let before = form.shown.count();
    let body = body();
    folded(id, title, summary, form.shown.count() > before, body)
}

/// Facts as term and value, in two columns.
pub fn facts(list: Vec<(&'static str, AnyView)>) -> AnyView {
    let fact = |(term, value)| view! { <div><dt>{term}</dt><dd>{value}</dd></div> };
    view! { <dl class="facts">{list.into_iter().map(fact).collect_view()}</dl> }.into_any()
}
