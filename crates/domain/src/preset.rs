//! Presets: how a known system's webhooks behave, as data. A preset fills in what a new webhook leaves out, and
//! stays with it; what it locks holds until it is taken off.

use crate::{invalid::Invalid, webhook::Settings};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, sync::LazyLock};

/// One preset.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Its name in the contract.
    pub key: String,
    /// For people: "Dialog Insight".
    pub title: String,
    /// How webhooks of this preset behave, in one or two sentences.
    pub description: String,
    /// The catalog whose topics it is made for, if there is one.
    pub catalog: Option<String>,
    /// Members of the webhook object that it fills in.
    pub settings: Map<String, Value>,
    /// What a new form holds beside them: values by dotted members that count only once something else is chosen.
    #[serde(default)]
    pub offers: BTreeMap<String, String>,
    /// What can't be set otherwise while it is on.
    pub locks: Vec<Lock>,
}

/// A member that keeps the preset's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// The member of the webhook object.
    pub member: String,
    /// Why, in one sentence.
    pub reason: String,
}

static ALL: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../catalog/presets.json")).expect("a test reads the embedded file")
});

/// Every preset, in the order the console lists them.
#[must_use]
pub fn all() -> &'static [Preset] {
    &ALL
}

/// The preset of this name.
#[must_use]
pub fn find(key: &str) -> Option<&'static Preset> {
    all().iter().find(|preset| preset.key == key)
}

/// Refuses what the preset of these settings locks.
pub(crate) fn check(settings: &Settings, errors: &mut Invalid) {
    let Some(preset) = settings.preset.as_deref().and_then(find) else { return };
    let Ok(Value::Object(members)) = serde_json::to_value(settings) else { return };
    for lock in &preset.locks {
        if members.get(&lock.member) != preset.settings.get(&lock.member) {
            let message = format!("{} Keep it, or take the preset {} off.", lock.reason, preset.title);
            errors.push(&lock.member, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::{Scheme, parse::apply};
    use serde_json::json;

    fn made(members: &Value) -> Settings {
        apply(None, members.as_object().expect("an object")).expect("well-formed")
    }

    #[test]
    fn every_preset_fills_in_a_webhook_that_keeps_its_own_locks() {
        for preset in all() {
            let settings = made(&json!({"name": "A", "url": "https://example.com", "preset": preset.key}));
            assert_eq!(settings.preset.as_deref(), Some(preset.key.as_str()));
            let shown = serde_json::to_value(&settings).expect("JSON");
            for (member, value) in &preset.settings {
                let part = |shown: &Value| match value.as_object() {
                    Some(members) => members.iter().all(|(name, value)| shown.get(name) == Some(value)),
                    None => shown == value,
                };
                assert!(shown.get(member).is_some_and(part), "{}: {member}", preset.key);
            }
            let mut errors = Invalid::default();
            check(&settings, &mut errors);
            assert!(errors.errors.is_empty(), "{}: {errors:?}", preset.key);
            assert!(preset.description.ends_with('.'), "{}", preset.key);
            for lock in &preset.locks {
                assert!(preset.settings.contains_key(&lock.member), "{}", preset.key);
            }
        }
    }

    #[test]
    fn what_is_sent_wins_over_the_preset_and_a_lock_over_both() {
        let settings = made(&json!({"preset": "appdirect", "timeout_ms": 5000, "format": "xml"}));
        assert_eq!((settings.timeout_ms, settings.include_deleted_resource), (5000, false));
        let mut errors = Invalid::default();
        check(&settings, &mut errors);
        assert_eq!(errors.errors[0].field, "format");
        assert!(errors.errors[0].message.contains("AppDirect"), "{errors:?}");
    }

    #[test]
    fn ad_7_ad_p9_ad_p10_appdirect_sends_json_with_30_seconds_and_11_tries() {
        let settings = made(&json!({"preset": "appdirect"}));
        let shown = serde_json::to_value(&settings).expect("JSON");
        assert_eq!((&shown["format"], &shown["success"]), (&json!("json"), &json!("2xx")));
        assert_eq!((settings.timeout_ms, settings.retry.attempts()), (30_000, 11));
        assert!(!settings.include_deleted_resource);
    }

    #[test]
    fn di_24_to_27_dialog_insight_wants_200_and_is_tried_6_times() {
        let settings = made(&json!({"preset": "dialog_insight"}));
        let shown = serde_json::to_value(&settings).expect("JSON");
        assert_eq!((&shown["success"], &shown["on_410"]), (&json!("200"), &json!("retry")));
        assert_eq!(settings.retry.attempts(), 6);
        assert_eq!(settings.retry.waits_s().iter().sum::<u32>(), 2 * 60 * 60);
        assert_eq!(settings.signing.header_name(), Some("X-DI-Signature"));
    }

    #[test]
    fn another_preset_brings_its_own_way_of_making_bodies() {
        let chosen = made(&json!({"preset": "datatrics", "name": "A"}));
        let patch = json!({"preset": "shopify"});
        let after = apply(Some(&chosen), patch.as_object().expect("an object")).expect("well-formed");
        assert!(after.fields.is_none() && after.body_template.is_some());
        let patch = json!({"preset": "datatrics"});
        let after = apply(Some(&after), patch.as_object().expect("an object")).expect("well-formed");
        assert!(after.fields.is_some() && after.body_template.is_none());
    }

    #[test]
    fn a_secret_that_is_sent_goes_with_the_presets_scheme() {
        let signing = |sent: Value| made(&json!({"preset": "shopify", "signing": sent})).signing;
        let own = signing(json!({"secret": "s3cret"}));
        assert_eq!((own.scheme, own.header.as_deref()), (Scheme::HmacBase64, Some("X-Shopify-Hmac-Sha256")));
        assert!(own.secret.is_some());
        assert_eq!(signing(json!({"header": "X-Mine"})).header.as_deref(), Some("X-Mine"));
        let other = signing(json!({"scheme": "hmac_hex"}));
        assert_eq!((other.scheme, other.header), (Scheme::HmacHex, None));
    }

    #[test]
    fn a_preset_that_is_taken_off_leaves_everything_as_it_is() {
        let before = made(&json!({"preset": "appdirect", "name": "A"}));
        let patch = json!({"preset": null, "format": "xml"});
        let after = apply(Some(&before), patch.as_object().expect("an object")).expect("well-formed");
        assert_eq!((after.preset.as_deref(), after.timeout_ms), (None, 30_000));
        let mut errors = Invalid::default();
        check(&after, &mut errors);
        assert!(errors.errors.is_empty());
        // Sent back whole, a preset that is on already fills in nothing.
        let changed = json!({"timeout_ms": 9000});
        let changed = apply(Some(&before), changed.as_object().expect("an object")).expect("well-formed");
        let again = json!({"preset": "appdirect"});
        let again = apply(Some(&changed), again.as_object().expect("an object")).expect("well-formed");
        assert_eq!(again.timeout_ms, 9000);
        assert!(apply(None, json!({"preset": "acme"}).as_object().expect("an object")).is_err());
    }
}
