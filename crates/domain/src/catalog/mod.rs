//! Catalogs: the families of topics that come with Crier, as data.
//!
//! A catalog is one JSON file with a sample of each topic; nothing else in the program names a
//! built-in topic, but [`crate::automation`], and `visit` those that it makes.

pub mod filter;

pub use filter::TopicFilter;

use crate::{
    envelope::{Envelope, Member},
    format::Json,
    schema,
    topic::Topic,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::sync::LazyLock;

/// A family of topics, switched on per marketplace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    /// The first part of its topics' keys.
    pub key: String,
    /// For people: "Learning platform".
    pub title: String,
    /// What it is for, in one sentence.
    pub description: String,
    /// Its topics, in the order the console lists them.
    pub topics: Vec<Topic>,
    /// What webhooks can choose about some of them.
    pub filters: Vec<TopicFilter>,
}

/// The files in the order the console lists them.
const FILES: [&str; 5] = [
    include_str!("../../catalog/learning.json"),
    include_str!("../../catalog/marketplace.json"),
    include_str!("../../catalog/access.json"),
    include_str!("../../catalog/visitor.json"),
    include_str!("../../catalog/engagement.json"),
];

static ALL: LazyLock<Vec<Catalog>> = LazyLock::new(|| {
    FILES.iter().map(|text| read(text).expect("a test reads every embedded file")).collect()
});

/// Every catalog that comes with Crier.
#[must_use]
pub fn all() -> &'static [Catalog] {
    &ALL
}

/// The topics of the catalogs that are switched on, by their keys.
pub fn topics<'a>(on: &'a [String]) -> impl Iterator<Item = &'static Topic> + 'a {
    all().iter().filter(|catalog| on.contains(&catalog.key)).flat_map(|catalog| &catalog.topics)
}

/// What webhooks can choose about topics, of every catalog.
pub fn filters() -> impl Iterator<Item = &'static TopicFilter> {
    all().iter().flat_map(|catalog| &catalog.filters)
}

/// The built-in topic with this key.
#[must_use]
pub fn find(key: &str) -> Option<&'static Topic> {
    all().iter().flat_map(|catalog| &catalog.topics).find(|topic| topic.key == key)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogFile {
    key: String,
    title: String,
    description: String,
    #[serde(default)]
    filters: Vec<TopicFilter>,
    topics: Vec<TopicFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicFile {
    key: String,
    title: String,
    description: String,
    resource: Option<String>,
    action: Option<String>,
    enterprise: bool,
    envelope: Vec<Member>,
    // As it stands in the file, so that no parser touches its order or its numbers.
    sample: Box<RawValue>,
    // Only where the sample does not say enough; replaces what it says.
    schema: Option<Box<RawValue>>,
    profile: Option<Box<RawValue>>,
}

fn read(text: &str) -> Result<Catalog, String> {
    let file: CatalogFile = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let topic = |topic: TopicFile| {
        let parse = |raw: &RawValue| Json::parse(raw.get()).map_err(|e| format!("{}: {e}", topic.key));
        let sample = parse(&topic.sample)?;
        let schema = topic.schema.as_deref().map_or_else(|| Ok(schema::of_sample(&sample)), parse)?;
        let profile = topic.profile.as_deref().map(parse).transpose()?;
        Ok(Topic {
            profile: profile.map(|profile| profile.pretty()),
            catalog: file.key.clone(),
            key: topic.key,
            title: topic.title,
            description: topic.description,
            resource: topic.resource,
            action: topic.action,
            envelope: Envelope::Members(topic.envelope),
            sample: sample.pretty(),
            schema: Some(schema.pretty()),
            enterprise: topic.enterprise,
            locked: false,
            built_in: true,
        })
    };
    let topics = file.topics.into_iter().map(topic).collect::<Result<_, String>>()?;
    Ok(Catalog {
        key: file.key,
        title: file.title,
        description: file.description,
        topics,
        filters: file.filters,
    })
}

#[cfg(test)]
mod documented_tests;
#[cfg(test)]
mod tests;
