//! The guide: the book's chapters for managers, inside the console.

mod book;
mod markdown;

use crate::{
    components::frame::Area,
    page::{Answer, Page, Visit},
    routes::route,
};
use book::{CHAPTERS, Chapter, MOVING, OTHERS};
use leptos::prelude::*;
use leptos_router::{StaticSegment, any_nested_route::AnyNestedRoute, path};

/// The addresses of this area.
pub(crate) fn routes() -> Vec<AnyNestedRoute> {
    let chapter = |chapter: &'static Chapter| {
        route((StaticSegment("guide"), StaticSegment(chapter.name)), move |visit| page(visit, chapter))
    };
    let chapters = book::all().map(chapter);
    std::iter::once(route(path!("/guide"), contents)).chain(chapters).collect()
}

/// The chapter about an area of the console.
#[must_use]
pub(crate) fn about(area: Area) -> Option<(String, &'static str)> {
    let name = match area {
        Area::Webhooks => "webhooks",
        Area::Deliveries => "log",
        Area::Events | Area::Topics => "events",
        Area::Automations => "automations",
        Area::Campaigns => "campaigns",
        Area::Overview | Area::Bins | Area::Settings | Area::Guide | Area::None => return None,
    };
    let chapter = book::all().find(|chapter| chapter.name == name)?;
    Some((href(chapter), chapter.title()))
}

async fn contents(_: Visit) -> Answer {
    let part = |title: &'static str, chapters: &'static [Chapter]| {
        let entry =
            |chapter: &'static Chapter| view! { <li><a href=href(chapter)>{chapter.title()}</a></li> };
        let entries = chapters.iter().map(entry).collect_view();
        view! { <section class="card guide-part"><h2>{title}</h2><ul>{entries}</ul></section> }
    };
    Ok(Page::new(Area::Guide, "Guide").lead("How to do each thing, step by step.").body(view! {
        <div class="guide-contents">
            {part("In the console", CHAPTERS)}
            {part("Coming from another system", MOVING)}
            {part("For developers and operators", OTHERS)}
        </div>
    }))
}

async fn page(_: Visit, chapter: &'static Chapter) -> Answer {
    let body = view! { <article class="chapter" inner_html=markdown::html(chapter.text)></article> };
    Ok(Page::new(Area::Guide, chapter.title()).crumb("Guide", "/guide").body(body))
}

fn href(chapter: &Chapter) -> String {
    format!("/guide/{}", chapter.name)
}
