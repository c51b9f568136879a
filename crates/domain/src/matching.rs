//! Whether a webhook gets an event.

use crate::{
    conditions::{Condition, Fields},
    event::Event,
    format::Json,
    topic::{Topic, pattern_matches},
    webhook::State,
};
use std::borrow::Cow;

/// What routing decides for one webhook and one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Delivered.
    Send,
    /// Waits: the webhook is paused or deactivated.
    Hold,
    /// Not for a webhook that was never activated.
    Draft,
    /// The webhook did not choose the topic.
    OtherTopic,
    /// The conditions don't hold; [`Condition::explain`] tells which.
    Unwanted,
}

impl Verdict {
    /// Whether a delivery is made.
    #[must_use]
    pub const fn delivers(self) -> bool {
        matches!(self, Self::Send | Self::Hold)
    }
    /// For people.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Send => "Sent: the topic is chosen and the conditions hold.",
            Self::Hold => "Waits: the webhook is paused or deactivated.",
            Self::Draft => "Not sent: the webhook was never activated.",
            Self::OtherTopic => "Not sent: the webhook did not choose this topic.",
            Self::Unwanted => "Not sent: the webhook's conditions do not hold for this event.",
        }
    }
}

/// An event as conditions see it.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The event.
    pub event: &'a Event,
    /// Its topic's documented `resource`.
    pub resource: Option<&'a str>,
    /// Its topic's documented `action`.
    pub action: Option<&'a str>,
    /// Its payload, read.
    pub payload: &'a Json,
}

impl<'a> Facts<'a> {
    /// `topic` is the event's topic, where it is known; `payload` the event's payload, read.
    #[must_use]
    pub fn new(event: &'a Event, topic: Option<&'a Topic>, payload: &'a Json) -> Self {
        let resource = topic.and_then(|topic| topic.resource.as_deref());
        let action = topic.and_then(|topic| topic.action.as_deref());
        Self { event, resource, action, payload }
    }
}

impl Fields for Facts<'_> {
    fn field(&self, name: &str) -> Option<Cow<'_, Json>> {
        let text = |text: &str| Some(Cow::Owned(Json::String(text.to_owned())));
        let event = self.event;
        match name {
            "payload" => Some(Cow::Borrowed(self.payload)),
            "id" => text(&event.id.to_string()),
            "topic" => text(&event.topic),
            "resource" => text(self.resource?),
            "action" => text(self.action?),
            "domain_id" => text(&event.context.domain_id),
            "tenant_id" => text(&event.context.tenant_id),
            "created_at" => text(&event.occurred_at.to_string()),
            "timestamp" => Some(Cow::Owned(Json::Number(event.occurred_at.seconds().to_string()))),
            "test" => Some(Cow::Owned(Json::Bool(event.test))),
            "profile" => event.context.profile.as_ref().map(Cow::Borrowed),
            _ => {
                let (root, path) = name.split_once('.')?;
                let root = match root {
                    "payload" => self.payload,
                    "profile" => event.context.profile.as_ref()?,
                    _ => return None,
                };
                root.get(path).map(Cow::Borrowed)
            }
        }
    }
}

/// Decides for a webhook with these settings. The cheapest question comes first.
#[must_use]
pub fn judge(topics: &[String], conditions: Option<&Condition>, state: State, facts: &Facts<'_>) -> Verdict {
    if !topics.iter().any(|pattern| pattern_matches(pattern, &facts.event.topic)) {
        return Verdict::OtherTopic;
    }
    if state == State::Draft {
        return Verdict::Draft;
    }
    if conditions.is_some_and(|condition| !condition.holds(facts)) {
        return Verdict::Unwanted;
    }
    match state {
        State::Active => Verdict::Send,
        State::Draft => Verdict::Draft,
        State::Paused | State::Deactivated => Verdict::Hold,
    }
}

/// The topics that any of `patterns` takes in, in the order of `topics`.
pub fn expand<'a>(patterns: &'a [String], topics: &'a [Topic]) -> impl Iterator<Item = &'a Topic> + 'a {
    topics.iter().filter(|topic| patterns.iter().any(|pattern| pattern_matches(pattern, &topic.key)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalog, event::Context, id::EventId, time::Timestamp};
    use serde_json::json;

    fn event() -> Event {
        Event {
            id: EventId::from_key(1 << 40),
            topic: "learning.user.created".to_owned(),
            payload: r#"{"user_id":7,"roles":[{"role_id":"1"}]}"#.to_owned(),
            occurred_at: Timestamp::from_ms(1_700_000_000_000),
            received_at: Timestamp::from_ms(1_700_000_000_500),
            idempotency_key: None,
            context: Context {
                domain_id: "d".to_owned(),
                tenant_id: "t".to_owned(),
                profile: Json::parse(r#"{"profileid":"p-1","email":"a@example.com"}"#).ok(),
                ..Context::default()
            },
            test: false,
        }
    }

    fn decide(topic: &str, condition: Option<serde_json::Value>, state: State) -> Verdict {
        let event = event();
        let payload = Json::parse(&event.payload).expect("JSON");
        let facts = Facts::new(&event, catalog::find(&event.topic), &payload);
        let condition: Option<Condition> = condition.map(|c| serde_json::from_value(c).expect("a condition"));
        judge(&[topic.to_owned()], condition.as_ref(), state, &facts)
    }

    #[test]
    fn topic_state_and_conditions_decide() {
        let seven = || Some(json!({"field": "payload.user_id", "op": "eq", "value": 7}));
        let eight = || Some(json!({"field": "payload.user_id", "op": "eq", "value": 8}));
        assert_eq!(decide("learning.user.*", seven(), State::Active), Verdict::Send);
        assert_eq!(decide("learning.user.created", None, State::Active), Verdict::Send);
        assert_eq!(decide("learning.user.created", seven(), State::Paused), Verdict::Hold);
        assert_eq!(decide("learning.user.created", None, State::Deactivated), Verdict::Hold);
        assert_eq!(decide("learning.user.created", None, State::Draft), Verdict::Draft);
        assert_eq!(decide("learning.user.created", eight(), State::Active), Verdict::Unwanted);
        assert_eq!(decide("learning.user.created", eight(), State::Paused), Verdict::Unwanted);
        assert_eq!(decide("learning.course.*", None, State::Active), Verdict::OtherTopic);
    }

    #[test]
    fn every_root_can_be_asked_for() {
        let is = |field: &str, value: serde_json::Value| {
            let condition = Some(json!({"field": field, "op": "eq", "value": value}));
            assert_eq!(decide("learning.*", condition, State::Active), Verdict::Send, "{field}");
        };
        is("id", json!(event().id.to_string()));
        is("topic", json!("learning.user.created"));
        is("resource", json!("user"));
        is("action", json!("signup"));
        is("domain_id", json!("d"));
        is("tenant_id", json!("t"));
        is("created_at", json!("2023-11-14T22:13:20.000Z"));
        is("timestamp", json!(1_700_000_000));
        is("test", json!(false));
        is("payload", json!({"user_id": 7, "roles": [{"role_id": "1"}]}));
        is("payload.roles.0.role_id", json!("1"));
        is("profile", json!({"profileid": "p-1", "email": "a@example.com"}));
        is("profile.email", json!("a@example.com"));
    }

    #[test]
    fn a_visitor_without_a_profile_is_not_known() {
        let known = json!({"field": "profile.profileid", "op": "exists", "value": true});
        let condition: Condition = serde_json::from_value(known).expect("a condition");
        let payload = Json::Object(Vec::new());
        let mut event = event();
        assert!(condition.holds(&Facts::new(&event, None, &payload)));
        event.context.profile = None;
        assert!(!condition.holds(&Facts::new(&event, None, &payload)));
    }

    #[test]
    fn patterns_expand_to_topics() {
        let topics: Vec<_> = catalog::all().iter().flat_map(|c| c.topics.clone()).collect();
        let keys = |patterns: &[&str]| -> Vec<String> {
            let patterns: Vec<_> = patterns.iter().map(|p| (*p).to_owned()).collect();
            expand(&patterns, &topics).map(|topic| topic.key.clone()).collect()
        };
        let user = ["learning.user.created", "learning.user.updated", "learning.user.deleted"];
        assert_eq!(keys(&["learning.user.*"]), user);
        assert_eq!(keys(&["learning.user.deleted", "learning.user.*"]), user);
        assert_eq!(keys(&["learning.*"]).len(), 24);
        assert!(keys(&["learning.user"]).is_empty());
    }
}
