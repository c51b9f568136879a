//! Topics: what can happen, with a sample of each. Keys are `catalog.subject.verb`.

use crate::{envelope::Envelope, format::Json, profile};
use serde::{Deserialize, Serialize};

/// One topic of a catalog, or one of a marketplace's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// `catalog.subject.verb`: three parts of lower-case letters, digits and underscores.
    pub key: String,
    /// The first part of the key.
    pub catalog: String,
    /// For people: "User created".
    pub title: String,
    /// When it happens, in one sentence.
    pub description: String,
    /// The documented `resource`, where the catalog has one.
    pub resource: Option<String>,
    /// The documented `action`, where the catalog has one.
    pub action: Option<String>,
    /// What the default body is made of.
    pub envelope: Envelope,
    /// A payload as JSON text, for tests and previews.
    pub sample: String,
    /// The JSON Schema (2020-12) of its payloads, as JSON text; none when it asks for nothing.
    #[serde(default)]
    pub schema: Option<String>,
    /// The profile that the sample's `profileid` names, as JSON text, for tests and previews; where the
    /// catalog has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Whether the documented system sells it with its enterprise plan only.
    pub enterprise: bool,
    /// Whether the marketplace can't use it now: it belongs to enterprise plans, and those are locked here.
    #[serde(default)]
    pub locked: bool,
    /// Whether it comes with a catalog (and can't be edited).
    pub built_in: bool,
}

impl Topic {
    /// The sample's profile; `None` where there is none.
    #[must_use]
    pub fn sample_profile(&self) -> Option<Json> {
        Json::parse(self.profile.as_deref()?).ok()
    }
    /// Whether events of it may take along a profile of which the sample tells nothing.
    #[must_use]
    pub fn has_unknown_profile(&self) -> bool {
        self.profile.is_none()
            && Json::parse(&self.sample).is_ok_and(|sample| profile::id_in(&sample).is_some())
    }
}

/// Whether `pattern` (a key, or a prefix and `.*`) takes in the topic `key`.
#[must_use]
pub fn pattern_matches(pattern: &str, key: &str) -> bool {
    match pattern.strip_suffix(".*") {
        Some(prefix) => key.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.')),
        None => pattern == key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stop_at_dots() {
        assert!(pattern_matches("learning.course.*", "learning.course.created"));
        assert!(pattern_matches("learning.*", "learning.course.created"));
        assert!(pattern_matches("learning.course.created", "learning.course.created"));
        assert!(!pattern_matches("learning.course.*", "learning.course_bundle.created"));
        assert!(!pattern_matches("learning.course", "learning.course.created"));
    }
}
