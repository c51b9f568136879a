//! Whatever a condition says, it is read or refused, says the same when it is stored and read again, and is either true
//! or not.
#![no_main]

use domain::{
    conditions::{Condition, Fields},
    format::Json,
    invalid::Invalid,
};
use libfuzzer_sys::fuzz_target;
use std::{borrow::Cow, sync::LazyLock};

struct Event(Json);

impl Fields for Event {
    fn field(&self, name: &str) -> Option<Cow<'_, Json>> {
        self.0.get(name).map(Cow::Borrowed)
    }
}

static EVENT: LazyLock<Event> = LazyLock::new(|| {
    let text = r#"{"payload": {"a": 1, "b": "text", "c": [1, "x", null], "d": {"e": 1e3, "f": true}, "g": null},
        "topic": "learning.user.created"}"#;
    Event(Json::parse(text).expect("JSON"))
});

fn read(value: &serde_json::Value) -> Option<Condition> {
    let mut errors = Invalid::default();
    let condition = Condition::read(value, "conditions", &mut errors)?;
    errors.errors.is_empty().then_some(condition)
}

fuzz_target!(|text: &str| {
    let Ok(value) = serde_json::from_str(text) else { return };
    let Some(condition) = read(&value) else { return };
    let holds = condition.holds(&*EVENT);
    // It is stored as JSON.
    let stored = serde_json::to_value(&condition).expect("stored");
    let again = read(&stored).expect("it reads back");
    assert_eq!(again, condition);
    assert_eq!(again.holds(&*EVENT), holds);
    assert_eq!(condition.explain(&*EVENT).is_none(), holds, "why it does not hold: {condition:?}");
    assert!(!condition.describe().is_empty());
    assert_eq!(Condition::Not(Box::new(condition)).holds(&*EVENT), !holds);
});
