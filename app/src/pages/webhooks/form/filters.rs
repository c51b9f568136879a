//! What a catalog lets a webhook choose about its topics, such as kinds of message. The style sheet shows it beside
//! the topics that it is about.

use crate::{
    components::{
        card::section,
        field::{Field, choice, fieldset},
    },
    form::Returned,
    pairs::Pairs,
};
use domain::{
    catalog::{self, TopicFilter},
    topic::Topic,
};
use leptos::prelude::*;
use serde_json::Value;

/// The value of the choice that leaves a filter without values.
const ALL: &str = "all";

fn name(filter: &TopicFilter) -> String {
    format!("filters.{}", filter.key)
}

/// The input that is wrong when a filter's values are.
pub(super) fn input(filter: &TopicFilter) -> String {
    if filter.choices.is_empty() { format!("{}.values", name(filter)) } else { name(filter) }
}

/// Whether a topic that the filter is about is chosen; the same as the style sheet asks.
fn is_seen(fields: &Pairs, filter: &TopicFilter) -> bool {
    let takes = |pattern: &str| {
        pattern.starts_with(&filter.topics)
            || pattern.strip_suffix('*').is_some_and(|group| filter.topics.starts_with(group))
    };
    fields.all("topics").any(takes)
}

/// The filters that stand in the form, with the values that are chosen; those that take everything are left out, and
/// those that are out of sight and empty.
pub(super) fn chosen(fields: &Pairs) -> Vec<(&'static TopicFilter, Vec<String>)> {
    let values = |filter: &TopicFilter| -> Option<Vec<String>> {
        let name = name(filter);
        if filter.choices.is_empty() {
            let typed = fields.get(&format!("{name}.values"));
            let values = typed.split(',').map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
            return (fields.some(&name)? != ALL).then(|| values.collect());
        }
        fields.some(&format!("{name}.shown"))?;
        let is_on = |at: usize| fields.all(&name).any(|on| on == at.to_string());
        let choices = filter.choices.iter().enumerate();
        let on: Vec<_> = choices.filter(|(at, _)| is_on(*at)).map(|(_, choice)| choice).collect();
        (on.len() < filter.choices.len()).then(|| on.iter().flat_map(|c| c.values.clone()).collect())
    };
    let chosen = catalog::filters().filter_map(|filter| Some((filter, values(filter)?)));
    chosen.filter(|(filter, values)| !values.is_empty() || is_seen(fields, filter)).collect()
}

/// The same as conditions.
pub(super) fn conditions(fields: &Pairs) -> Vec<Value> {
    let made = |(filter, values): &(&TopicFilter, Vec<String>)| {
        filter.condition(&values.iter().map(String::as_str).collect::<Vec<_>>())
    };
    chosen(fields).iter().map(made).collect()
}

/// The other direction: the inputs of the filters with these values.
pub(super) fn fill(values: &[(&str, Vec<String>)]) -> Vec<(String, String)> {
    let mut inputs = Vec::new();
    for filter in catalog::filters() {
        let name = name(filter);
        let set = values.iter().find(|(key, _)| *key == filter.key).map(|(_, values)| values);
        if filter.choices.is_empty() {
            let specific = set.map(|values| (format!("{name}.values"), values.join(", ")));
            inputs.push((name, if set.is_some() { "specific" } else { ALL }.to_owned()));
            inputs.extend(specific);
            continue;
        }
        inputs.push((format!("{name}.shown"), "1".to_owned()));
        for (at, choice) in filter.choices.iter().enumerate() {
            if set.is_none_or(|set| choice.values.iter().all(|value| set.contains(value))) {
                inputs.push((name.clone(), at.to_string()));
            }
        }
    }
    inputs
}

/// Each filter of the marketplace's catalogs in words, where it does not take everything.
pub(super) fn told(fields: &Pairs) -> Vec<(&'static str, String)> {
    chosen(fields).into_iter().map(|(filter, values)| (filter.title.as_str(), values.join(", "))).collect()
}

/// The filters of the catalogs that `all` is of.
pub fn view(form: &Returned, fields: &Pairs, all: &[Topic]) -> AnyView {
    let is_on = |filter: &&TopicFilter| all.iter().any(|topic| topic.key.starts_with(&filter.topics));
    let filters: Vec<_> = catalog::filters().filter(is_on).collect();
    if filters.is_empty() {
        return ().into_any();
    }
    let each = filters.into_iter().map(|filter| {
        if filter.choices.is_empty() { typed(form, fields, filter) } else { boxes(form, fields, filter) }
    });
    let body = view! { <div class="stack">{each.collect_view()}</div> };
    let text = "Only for the topics about messages; everything else you chose is sent anyway.";
    view! { <div class="when-messages">{section("filters", "Which messages", text, body)}</div> }.into_any()
}

fn typed(form: &Returned, fields: &Pairs, filter: &'static TopicFilter) -> AnyView {
    let (name, values) = (name(filter), format!("{}.values", name(filter)));
    let field = Field::text(values.clone(), "Types")
        .of(form, fields.get(&values))
        .placeholder("Newsletter, Order confirmation")
        .help("As they are called in your project, with commas between.")
        .view();
    let options = vec![
        (ALL, "All types", ().into_any()),
        ("specific", "Specific types", view! { <div class="when-specific">{field}</div> }.into_any()),
    ];
    let chosen = if fields.some(&name).is_none_or(|chosen| chosen == ALL) { ALL } else { "specific" };
    choice(form, &name, &filter.title, options, chosen)
}

fn boxes(form: &Returned, fields: &Pairs, filter: &'static TopicFilter) -> AnyView {
    let name = name(filter);
    let is_new = fields.some(&format!("{name}.shown")).is_none();
    let each = filter.choices.iter().enumerate().map(|(at, choice)| {
        let (value, id) = (at.to_string(), format!("f-filters-{}-{at}", filter.key));
        let checked = is_new || fields.all(&name).any(|on| on == value);
        view! {
            <div class="check">
                <input type="checkbox" id=id.clone() name=name.clone() value=value checked=checked />
                <label for=id>{choice.title.as_str()}</label>
            </div>
        }
    });
    let body = view! {
        <input type="hidden" name=format!("{name}.shown") value="1" />
        {each.collect_view()}
    };
    fieldset(form, &name, &filter.title, "choice", None, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(String, String)]) -> Pairs {
        list.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    #[test]
    fn di_11_to_15_what_is_filled_in_is_read_back() {
        for values in [
            vec![],
            vec![("mailing_types", vec!["unitary"])],
            vec![
                ("communication_types", vec!["Newsletter", "Order"]),
                ("mailing_types", vec!["batch", "campaign"]),
            ],
        ] {
            let values: Vec<(&str, Vec<String>)> = values
                .into_iter()
                .map(|(key, list)| (key, list.into_iter().map(str::to_owned).collect()))
                .collect();
            let read = chosen(&pairs(&fill(&values)));
            let read: Vec<_> =
                read.into_iter().map(|(filter, values)| (filter.key.as_str(), values)).collect();
            assert_eq!(read, values);
        }
    }

    #[test]
    fn a_form_without_the_section_filters_nothing() {
        assert!(chosen(&Pairs::default()).is_empty());
    }
}
