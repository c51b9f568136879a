//! Topics as check boxes, by subject; each label holds the topic's key.

use crate::{components::field::problem, form::Returned, pairs::Pairs};
use domain::topic::Topic;
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

/// The check boxes.
pub fn view(form: &Returned, fields: &Pairs, all: &[Topic]) -> AnyView {
    let chosen: Vec<&str> = fields.all("topics").collect();
    let wrong: Vec<_> =
        form.errors.errors.iter().filter(|e| e.field.split('.').next() == Some("topics")).collect();
    let wrong =
        wrong.into_iter().enumerate().map(|(i, e)| problem(format!("f-topics-error-{i}"), e)).collect_view();
    let group = |(prefix, topics): (&str, Vec<&Topic>)| {
        let whole = format!("{prefix}.*");
        let boxes =
            topics.iter().map(|t| check(&t.key, &t.title, &t.description, chosen.contains(&t.key.as_str())));
        let every = (topics.len() > 1).then(|| {
            let title = format!("All of {}", heading(prefix).to_lowercase());
            check(&whole, &title, "Also topics that are added later.", chosen.contains(&whole.as_str()))
        });
        view! {
            <fieldset class="topic-group">
                <legend>{heading(prefix)}</legend>
                <div class="topic-boxes">{boxes.collect_view()} {every}</div>
            </fieldset>
        }
    };
    let groups = grouped(all);
    let shown = |value: &str| {
        groups
            .iter()
            .any(|(p, topics)| value.strip_suffix(".*") == Some(p) || topics.iter().any(|t| t.key == value))
    };
    let others: Vec<_> =
        chosen.iter().filter(|value| !shown(value)).map(|v| check(v, "Also", "", true)).collect();
    view! {
        {wrong}
        <div class="topic-groups">
            {groups.iter().cloned().map(group).collect_view()}
            {others}
        </div>
    }
    .into_any()
}

fn check(value: &str, title: &str, text: &str, checked: bool) -> AnyView {
    let id = format!("topic-{}", value.replace('.', "-").replace('*', "all"));
    view! {
        <div class="check topic-box">
            <input type="checkbox" id=id.clone() name="topics" value=value.to_owned() checked=checked />
            <label for=id title=text.to_owned()>
                <span>{title.to_owned()}</span>
                " "
                <code>{value.to_owned()}</code>
            </label>
        </div>
    }
    .into_any()
}
