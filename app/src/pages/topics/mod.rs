//! Topics: catalogs and the marketplace's own, each with a sample that can be published.

mod api;
mod edit;
mod list;

use crate::{pages::webhooks::form::grouped, routes::route};
use domain::topic::Topic;
use leptos_router::{any_nested_route::AnyNestedRoute, path};

/// The addresses of this area.
pub(crate) fn routes() -> Vec<AnyNestedRoute> {
    vec![
        route(path!("/topics"), list::page),
        route(path!("/topics/new"), edit::new),
        route(path!("/topics/:key"), list::one),
        route(path!("/topics/:key/edit"), edit::change),
    ]
}

/// What a log can be narrowed down to, as value and label: each topic, and before them all of one subject.
pub(crate) fn choices(all: &[Topic]) -> Vec<(String, String)> {
    let one = |topic: &&Topic| (topic.key.clone(), topic.key.clone());
    let group = |(prefix, topics): (&str, Vec<&Topic>)| {
        let every = (format!("{prefix}.*"), format!("{prefix}: all"));
        let every = (topics.len() > 1).then_some(every);
        every.into_iter().chain(topics.iter().map(one).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    grouped(all).into_iter().flat_map(group).collect()
}
