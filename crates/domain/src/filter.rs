//! Filters as they stand in an address: `?webhook=&topic=&state=&…`, the same in the API and in the console.

use crate::{
    delivery::{DeliveryFilter, Outcome, State},
    event::EventFilter,
    invalid::Invalid,
    time::Timestamp,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::collections::BTreeMap;

impl DeliveryFilter {
    /// Sets the filter `name` of the contract to `text`; several states may follow each other or stand
    /// between commas. `Ok(false)` when there is no such filter.
    ///
    /// # Errors
    /// What is wrong with `text`, at `name`.
    pub fn set(&mut self, name: &str, text: &str) -> Result<bool, Invalid> {
        match name {
            "webhook" => self.webhook = Some(text.parse().map_err(|_| no_id(name, "whk"))?),
            "event" => self.event = Some(text.parse().map_err(|_| no_id(name, "evt"))?),
            "topic" => self.topic = Some(text.to_owned()),
            "state" => {
                for part in text.split(',') {
                    let state = State::parse(part)
                        .ok_or_else(|| one_of(name, State::ALL.iter().map(|s| s.as_str())))?;
                    if !self.states.contains(&state) {
                        self.states.push(state);
                    }
                }
            }
            "outcome" => {
                let outcome = Outcome::parse(text);
                self.outcome =
                    Some(outcome.ok_or_else(|| one_of(name, Outcome::ALL.iter().map(|o| o.as_str())))?);
            }
            "http_status" => self.http_status = Some(http_status(name, text)?),
            "test" => {
                let test = [("true", true), ("false", false)].into_iter().find(|(word, _)| *word == text);
                self.test = Some(test.ok_or_else(|| one_of(name, ["true", "false"].into_iter()))?.1);
            }
            "from" => self.from = Some(moment(name, text)?),
            "to" => self.to = Some(moment(name, text)?),
            "q" => self.q = Some(text.to_owned()),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The names and texts that [`Self::set`] makes this filter of.
    #[must_use]
    pub fn said(&self) -> Vec<(&'static str, String)> {
        let states: Vec<_> = self.states.iter().map(|state| state.as_str()).collect();
        let status = self.http_status.map(|(first, last)| {
            if first == last { first.to_string() } else { format!("{}xx", first / 100) }
        });
        let all = [
            ("webhook", self.webhook.map(|id| id.to_string())),
            ("event", self.event.map(|id| id.to_string())),
            ("topic", self.topic.clone()),
            ("state", Some(states.join(",")).filter(|states| !states.is_empty())),
            ("outcome", self.outcome.map(|outcome| outcome.as_str().to_owned())),
            ("http_status", status),
            ("test", self.test.map(|test| test.to_string())),
            ("from", self.from.map(|at| at.to_string())),
            ("to", self.to.map(|at| at.to_string())),
            ("q", self.q.clone()),
        ];
        all.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
    }
}

impl Serialize for DeliveryFilter {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_map(self.said())
    }
}

impl<'de> Deserialize<'de> for DeliveryFilter {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let mut filter = Self::default();
        for (name, text) in BTreeMap::<String, String>::deserialize(d)? {
            match filter.set(&name, &text) {
                Ok(true) => {}
                Ok(false) => return Err(D::Error::custom(format!("there is no filter {name}"))),
                Err(invalid) => return Err(D::Error::custom(invalid)),
            }
        }
        Ok(filter)
    }
}

impl EventFilter {
    /// As [`DeliveryFilter::set`], for the filters of events.
    ///
    /// # Errors
    /// What is wrong with `text`, at `name`.
    pub fn set(&mut self, name: &str, text: &str) -> Result<bool, Invalid> {
        match name {
            "topic" => self.topic = Some(text.to_owned()),
            "from" => self.from = Some(moment(name, text)?),
            "to" => self.to = Some(moment(name, text)?),
            "q" => self.q = Some(text.to_owned()),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// `404`, or a class such as `5xx`.
fn http_status(name: &str, text: &str) -> Result<(u16, u16), Invalid> {
    let class = text.strip_suffix("xx").filter(|class| class.len() == 1);
    let range = match class.and_then(|class| class.parse::<u16>().ok()) {
        Some(class) => Some((class * 100, class * 100 + 99)),
        None => text.parse().ok().map(|status: u16| (status, status)),
    };
    range
        .filter(|(first, last)| *first >= 100 && *last <= 599)
        .ok_or_else(|| Invalid::one(name, "This is a status such as 404, or a class such as 5xx."))
}

/// RFC 3339; a date alone or a time without an offset is UTC.
fn moment(name: &str, text: &str) -> Result<Timestamp, Invalid> {
    ["", "Z", ":00Z", "T00:00:00Z"]
        .iter()
        .find_map(|rest| format!("{text}{rest}").parse().ok())
        .ok_or_else(|| Invalid::one(name, "This is a time such as 2026-11-30T16:51:00Z, or a date."))
}

fn no_id(name: &str, prefix: &str) -> Invalid {
    Invalid::one(name, format!("This is an id that starts with {prefix}_."))
}

fn one_of(name: &str, words: impl Iterator<Item = &'static str>) -> Invalid {
    let words: Vec<_> = words.collect();
    Invalid::one(name, format!("This is one of {}.", words.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{EventId, WebhookId};

    fn set(name: &str, text: &str) -> Result<DeliveryFilter, Invalid> {
        let mut filter = DeliveryFilter::default();
        assert!(filter.set(name, text)?, "{name} is a filter");
        Ok(filter)
    }

    #[test]
    fn states_add_up_and_statuses_have_classes() {
        let mut filter = set("state", "held,retrying").expect("both exist");
        assert_eq!(filter.set("state", "held"), Ok(true));
        assert_eq!(filter.states, [State::Held, State::Retrying]);
        assert_eq!(set("http_status", "5xx").expect("a class").http_status, Some((500, 599)));
        assert_eq!(set("http_status", "404").expect("a status").http_status, Some((404, 404)));
    }

    #[test]
    fn a_filter_reads_back() {
        let mut filter = DeliveryFilter::default();
        let pairs = [
            ("webhook", WebhookId::from_key(5).to_string()),
            ("event", EventId::from_key(5).to_string()),
            ("topic", "learning.user.*".to_owned()),
            ("state", "exhausted,discarded".to_owned()),
            ("outcome", "timeout".to_owned()),
            ("http_status", "5xx".to_owned()),
            ("test", "false".to_owned()),
            ("from", "2026-11-30T16:51:00.000Z".to_owned()),
            ("to", "2026-12-01T16:51:00.000Z".to_owned()),
            ("q", "ada@example.com".to_owned()),
        ];
        for (name, text) in &pairs {
            assert_eq!(filter.set(name, text), Ok(true), "{name}");
        }
        assert_eq!(filter.said(), pairs);
        let json = serde_json::to_string(&filter).expect("JSON");
        assert_eq!(serde_json::from_str::<DeliveryFilter>(&json).expect("a filter"), filter);
        assert_eq!(serde_json::to_string(&DeliveryFilter::default()).expect("JSON"), "{}");
        assert!(serde_json::from_str::<DeliveryFilter>(r#"{"stat":"held"}"#).is_err());
        assert_eq!(set("http_status", "404").expect("a status").said(), [("http_status", "404".to_owned())]);
    }

    #[test]
    fn moments_may_be_short() {
        for text in ["2026-11-30", "2026-11-30T00:00", "2026-11-30T00:00:00", "2026-11-30T01:00:00.000+01:00"]
        {
            assert_eq!(
                set("from", text).expect("a moment").from,
                "2026-11-30T00:00:00Z".parse().ok(),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said_at_the_filter() {
        for (name, text) in [
            ("webhook", "1"),
            ("event", "whk_1"),
            ("state", "done"),
            ("outcome", "bad"),
            ("http_status", "99"),
            ("http_status", "xxx"),
            ("http_status", "9xx"),
            ("test", "yes"),
            ("from", "yesterday"),
            ("to", ""),
        ] {
            let invalid = set(name, text).expect_err("it is wrong");
            assert_eq!(invalid.errors[0].field, name);
        }
        assert_eq!(DeliveryFilter::default().set("stat", "x"), Ok(false));
    }
}
