//! What a catalog lets a webhook choose about some of its topics, such as kinds of message. In a webhook these are
//! conditions like any other; this tells them apart again.

use crate::{
    conditions::{Clause, Condition, Fields, Op},
    format::Json,
};
use serde::Deserialize;
use serde_json::{Value, json};

/// A choice about some topics of a catalog, by the value of one field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicFilter {
    /// Names it in forms: `communication_types`.
    pub key: String,
    /// For people: "Communication types".
    pub title: String,
    /// What the keys of the topics that it is about begin with: `engagement.message.`.
    pub topics: String,
    /// Where an event says its kind: `payload.CommunicationType`.
    pub field: String,
    /// What is offered, each a check box; values are typed where there is none.
    #[serde(default)]
    pub choices: Vec<Choice>,
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// For people.
    pub title: String,
    /// The values that it stands for.
    pub values: Vec<String>,
}

impl TopicFilter {
    /// The condition by which only events with one of `values` are wanted of its topics, and all of other topics.
    #[must_use]
    pub fn condition(&self, values: &[&str]) -> Value {
        let other = json!({"not": {"field": "topic", "op": "starts_with", "value": self.topics}});
        json!({"any": [other, {"field": self.field, "op": "in", "value": values}]})
    }

    /// The values of a condition that [`TopicFilter::condition`] made.
    fn values(&self, condition: &Condition) -> Option<Vec<String>> {
        let Condition::Any(parts) = condition else { return None };
        let [_, Condition::Clause(Clause { op: Op::In, value: Value::Array(list), .. })] = parts.as_slice()
        else {
            return None;
        };
        let values: Vec<&str> = list.iter().map(Value::as_str).collect::<Option<_>>()?;
        let is_own = json!(condition) == self.condition(&values) && self.can_show(&values);
        is_own.then(|| values.into_iter().map(str::to_owned).collect())
    }

    /// Whether a form gives back exactly these values: as check boxes, or typed with commas between.
    fn can_show(&self, values: &[&str]) -> bool {
        if self.choices.is_empty() {
            return values
                .iter()
                .all(|value| !value.is_empty() && value.trim() == *value && !value.contains(','));
        }
        let is_on = |choice: &&Choice| choice.values.iter().all(|value| values.contains(&value.as_str()));
        let on: Vec<_> = self.choices.iter().filter(is_on).collect();
        on.len() < self.choices.len() && on.iter().flat_map(|choice| &choice.values).eq(values)
    }
}

/// Which filter among these conditions keeps an event out, in a sentence; `None` when none does.
#[must_use]
pub fn explain<'f>(
    conditions: &Condition,
    filters: impl Iterator<Item = &'f TopicFilter>,
    fields: &dyn Fields,
) -> Option<String> {
    let filters: Vec<_> = filters.collect();
    let (chosen, _) = split(conditions, filters.iter().copied());
    chosen.into_iter().find_map(|(key, values)| {
        let filter = filters.iter().find(|filter| filter.key == key)?;
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let condition: Condition = serde_json::from_value(filter.condition(&values)).ok()?;
        if condition.holds(fields) {
            return None;
        }
        Some(match fields.field(&filter.field).as_deref() {
            Some(Json::String(text) | Json::Number(text)) => {
                format!("Which messages, {}: “{text}” is not chosen.", filter.title)
            }
            _ => format!(
                "Which messages, {}: the event does not say its own in {}.",
                filter.title, filter.field
            ),
        })
    })
}

/// Adds conditions that filters made to a manager's own, all of which must hold then.
#[must_use]
pub fn join(own: Value, filters: Vec<Value>) -> Value {
    match own {
        own if filters.is_empty() => own,
        Value::Null => json!({ "all": filters }),
        Value::Object(mut own) if own.len() == 1 && own.get("all").is_some_and(Value::is_array) => {
            if let Some(Value::Array(list)) = own.get_mut("all") {
                list.extend(filters);
            }
            Value::Object(own)
        }
        own => {
            let all = [vec![own], filters].concat();
            json!({ "all": all })
        }
    }
}

/// What filters made of these conditions, by the filter's key, and the manager's own rest.
#[must_use]
pub fn split<'f>(
    conditions: &Condition,
    filters: impl Iterator<Item = &'f TopicFilter>,
) -> (Vec<(&'f str, Vec<String>)>, Option<Condition>) {
    let Condition::All(parts) = conditions else { return (Vec::new(), Some(conditions.clone())) };
    let (mut chosen, mut rest) = (Vec::new(), parts.clone());
    for filter in filters {
        // The last, which is where they are put.
        let made = |(at, part)| filter.values(part).map(|values| (at, values));
        let found = rest.iter().enumerate().rev().find_map(made);
        if let Some((at, values)) = found {
            rest.remove(at);
            chosen.push((filter.key.as_str(), values));
        }
    }
    let own = match rest.as_slice() {
        [] => None,
        [one] if !chosen.is_empty() && !matches!(one, Condition::Clause(_)) => Some(one.clone()),
        _ => Some(Condition::All(rest)),
    };
    (chosen, own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use proptest::prelude::*;

    fn filters() -> Vec<TopicFilter> {
        catalog::filters().cloned().collect()
    }

    fn read(value: Value) -> Option<Condition> {
        (!value.is_null()).then(|| serde_json::from_value(value).expect("conditions"))
    }

    struct Says(&'static str);
    impl Fields for Says {
        fn field(&self, path: &str) -> Option<std::borrow::Cow<'_, Json>> {
            let text = match path {
                "topic" => "engagement.message.bounced",
                "payload.MailingType" if !self.0.is_empty() => self.0,
                _ => return None,
            };
            Some(std::borrow::Cow::Owned(Json::from(text)))
        }
    }

    #[test]
    fn what_a_filter_keeps_out_is_told_in_its_words() {
        let kinds =
            catalog::filters().find(|filter| filter.field == "payload.MailingType").expect("a filter");
        let own = json!({"all": [{"field": "payload.n", "op": "eq", "value": 1}]});
        let conditions = read(join(own, vec![kinds.condition(&["unitary"])])).expect("conditions");
        let why = |kind| explain(&conditions, catalog::filters(), &Says(kind));
        assert_eq!(why("batch").as_deref(), Some("Which messages, Mailing types: “batch” is not chosen."));
        assert!(why("").is_some_and(|why| why.ends_with("payload.MailingType.")));
        assert_eq!(why("unitary"), None, "what a manager's own conditions keep out is told by them");
    }

    proptest! {
        #[test]
        fn what_is_joined_is_told_apart_again(
            types in proptest::option::of(proptest::collection::vec("[a-zA-Zé]{1,4}( [a-z]{1,4})?", 1..4)),
            kinds in proptest::option::of(Just(vec!["unitary".to_owned()])),
            rows in 0..4_usize,
            any in any::<bool>(),
        ) {
            let filters = filters();
            let rows: Vec<_> =
                (0..rows).map(|n| json!({"field": format!("payload.f{n}"), "op": "eq", "value": n})).collect();
            let own = match (rows.is_empty(), any) {
                (true, _) => Value::Null,
                (_, true) => json!({ "any": rows }),
                (_, false) => json!({ "all": rows }),
            };
            let chosen: Vec<_> = filters
                .iter()
                .zip([types, kinds])
                .filter_map(|(filter, values)| Some((filter, values?)))
                .collect();
            let made = chosen.iter().map(|(filter, values)| {
                filter.condition(&values.iter().map(String::as_str).collect::<Vec<_>>())
            });
            let joined = read(join(own.clone(), made.collect()));
            let told = joined.map_or((Vec::new(), None), |joined| split(&joined, filters.iter()));
            let chosen: Vec<_> = chosen.into_iter().map(|(filter, values)| (filter.key.as_str(), values)).collect();
            prop_assert_eq!(told, (chosen, read(own)));
        }
    }

    #[test]
    fn only_what_a_filter_made_is_one() {
        let filters = filters();
        let made = filters[0].condition(&["Newsletter"]);
        for other in [
            json!({"all": [{"any": [{"field": "topic", "op": "eq", "value": "a.b.c"}, made["any"][1]]}]}),
            json!({"all": [{"any": [made["any"][0], {"field": "payload.x", "op": "in", "value": ["a"]}]}]}),
            json!({"any": [made]}),
            json!({"not": made}),
            // A form could not give these back.
            json!({"all": [filters[0].condition(&["Order, confirmation"])]}),
            json!({"all": [filters[1].condition(&["unitary", "sms"])]}),
            json!({"all": [filters[1].condition(&["batch"])]}),
            json!({"all": [filters[1].condition(&["unitary", "batch", "campaign"])]}),
        ] {
            let other = read(other).expect("conditions");
            assert_eq!(split(&other, filters.iter()), (Vec::new(), Some(other)));
        }
    }
}
