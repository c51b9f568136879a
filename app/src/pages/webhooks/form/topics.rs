//! Topics as check boxes, by catalog and subject; each label holds the topic's key. A catalog is folded
//! while others are there too and nothing in it is chosen. A filter and the counts come with the script, and
//! the style sheet shows which topics a check box for many takes in.

use crate::{components::icon::icon, islands::topics::TopicFilter, pairs::Pairs};
use domain::{
    catalog,
    topic::{Topic, pattern_matches},
};
use leptos::prelude::*;

/// Topics by catalog and subject (`learning.course`), in the order of the catalog.
#[must_use]
pub fn grouped(all: &[Topic]) -> Vec<(&str, Vec<&Topic>)> {
    let mut groups: Vec<(&str, Vec<&Topic>)> = Vec::new();
    for topic in all {
        let prefix = topic.key.rsplit_once('.').map_or(topic.key.as_str(), |(prefix, _)| prefix);
        match groups.iter_mut().find(|(p, _)| *p == prefix) {
            Some((_, topics)) => topics.push(topic),
            None => groups.push((prefix, vec![topic])),
        }
    }
    groups
}

/// `learning.course_bundle` reads "Course bundle".
fn heading(prefix: &str) -> String {
    let subject = prefix.rsplit('.').next().unwrap_or(prefix).replace('_', " ");
    let mut letters = subject.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The catalog of a topic or a group: `learning`.
fn catalog_of(key: &str) -> &str {
    key.split_once('.').map_or(key, |(catalog, _)| catalog)
}

/// How many of the topics the chosen keys and patterns take in.
fn taken<'t>(topics: impl IntoIterator<Item = &'t Topic>, chosen: &[&str]) -> usize {
    let is_taken =
        |topic: &&Topic| !topic.locked && chosen.iter().any(|pattern| pattern_matches(pattern, &topic.key));
    topics.into_iter().filter(is_taken).count()
}

/// The check boxes.
pub fn view(fields: &Pairs, all: &[Topic]) -> AnyView {
    let chosen: Vec<&str> = fields.all("topics").collect();
    let groups = grouped(all);
    let mut catalogs: Vec<(&str, Vec<_>)> = Vec::new();
    for (prefix, topics) in &groups {
        match catalogs.iter_mut().find(|(name, _)| *name == catalog_of(prefix)) {
            Some((_, list)) => list.push((*prefix, topics.as_slice())),
            None => catalogs.push((catalog_of(prefix), vec![(*prefix, topics.as_slice())])),
        }
    }
    let alone = catalogs.len() == 1;
    let boxes = catalogs.iter().map(|(name, groups)| of_catalog(name, groups, &chosen, alone)).collect_view();
    let known = |value: &str| {
        catalogs.iter().any(|(name, _)| value.strip_suffix(".*") == Some(name))
            || groups.iter().any(|(p, topics)| {
                value.strip_suffix(".*") == Some(p) || topics.iter().any(|t| t.key == value)
            })
    };
    let others = chosen
        .iter()
        .filter(|value| !known(value))
        .map(|v| check("topic-box", v, "Also", "", true, false, ().into_any()));
    view! {
        <div class="topics">
            <div class="topics-head">
                <p class="topics-count"><strong data-count="">{taken(all, &chosen)}</strong> {format!(" of {} chosen", all.len())}</p>
                <TopicFilter />
            </div>
            {boxes}
            {others.collect_view()}
            <p class="topic-none help" hidden>"No topic matches the filter."</p>
        </div>
    }
    .into_any()
}

fn of_catalog(name: &str, groups: &[(&str, &[&Topic])], chosen: &[&str], alone: bool) -> AnyView {
    let whole = format!("{name}.*");
    let topics = || groups.iter().flat_map(|(_, topics)| topics.iter().copied());
    let (count, all) = (taken(topics(), chosen), topics().count());
    let every = (groups.len() > 1).then(|| {
        let title = format!("All {} topics", name.replace('_', " "));
        every(&whole, &title, chosen.contains(&whole.as_str()))
    });
    let group = |(prefix, topics): &(&str, &[&Topic])| group(prefix, topics, chosen);
    let known = catalog::all().iter().find(|each| each.key == name);
    let is_open = alone || count > 0;
    let title = known.map_or_else(|| format!("Your own: {name}"), |each| each.title.clone());
    view! {
        <details class="topic-catalog" open=is_open>
            <summary>
                <span class="topic-catalog-title">{title}</span>
                " "
                <span class="topics-count"><span data-count="">{count}</span> {format!(" of {all} chosen")}</span>
            </summary>
            {every}
            {groups.iter().map(group).collect_view()}
        </details>
    }
    .into_any()
}

fn group(prefix: &str, topics: &[&Topic], chosen: &[&str]) -> AnyView {
    let whole = format!("{prefix}.*");
    let boxes = topics.iter().map(|topic| one(topic, chosen.contains(&topic.key.as_str())));
    let every = (topics.len() > 1).then(|| {
        let title = format!("All {} topics", heading(prefix).to_lowercase());
        every(&whole, &title, chosen.contains(&whole.as_str()))
    });
    let count = taken(topics.iter().copied(), chosen);
    view! {
        <fieldset class="topic-group">
            <legend>
                {heading(prefix)} " "
                <span class="topics-count"><span data-count="">{count}</span> {format!(" of {}", topics.len())}</span>
            </legend>
            {every}
            <div class="topic-boxes">{boxes.collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

/// The check box of a topic, with the way to its sample. One that is locked can only be taken out.
fn one(topic: &Topic, checked: bool) -> AnyView {
    let (class, text) = match topic.locked {
        true => (
            "topic-box topic-locked",
            "Enterprise topics are locked: an owner can make them available in Settings → Marketplace.",
        ),
        false => ("topic-box", topic.description.as_str()),
    };
    let page = format!("/topics/{}#sample", topic.key);
    let tail = view! {
        {match (topic.enterprise, topic.locked) {
            (_, true) => Some(view! { <p class="help">"Enterprise plans only; locked here"</p> }),
            (true, false) => Some(view! { <p class="help">"Enterprise plans"</p> }),
            (false, false) => None,
        }}
        <a class="topic-sample" href=page target="_blank" title="Sample" aria-label=format!("Sample of {} (opens another tab)", topic.title)>{icon("code")}</a>
    };
    check(class, &topic.key, &topic.title, text, checked, topic.locked && !checked, tail.into_any())
}

/// A check box that takes in a whole group, now and later.
fn every(pattern: &str, title: &str, checked: bool) -> AnyView {
    let text = "Also topics that are added later.";
    check("topic-box topic-all", pattern, title, text, checked, false, ().into_any())
}

fn check(
    class: &'static str,
    value: &str,
    title: &str,
    text: &str,
    checked: bool,
    disabled: bool,
    tail: AnyView,
) -> AnyView {
    let id = format!("topic-{}", value.replace('.', "-").replace('*', "all"));
    view! {
        <div class=class>
            <input type="checkbox" id=id.clone() name="topics" value=value.to_owned() checked=checked disabled=disabled />
            <label for=id title=text.to_owned()>
                <span>{title.to_owned()}</span>
                " "
                <code>{value.to_owned()}</code>
            </label>
            {tail}
        </div>
    }
    .into_any()
}
