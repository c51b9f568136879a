#![allow(clippy::needless_pass_by_value, reason = "json!(…) reads best as an argument")]

use super::*;
use crate::{
    secret::SecretText,
    webhook::{Auth, Format, Header, Method, On410, Scheme, Success},
};
use proptest::prelude::*;
use serde_json::json;

fn map(value: Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}
fn create(value: Value) -> Result<Settings, Invalid> {
    apply(None, &map(value))
}
fn change(base: &Settings, value: Value) -> Result<Settings, Invalid> {
    apply(Some(base), &map(value))
}
fn minimal() -> Settings {
    create(json!({"name": "CRM", "url": "https://example.com/a", "topics": ["learning.user.*"]}))
        .expect("valid")
}
/// As the store returns it: secrets are in the vault.
fn stored(value: Value) -> Settings {
    let mut settings = change(&minimal(), value).expect("valid");
    settings.take_secrets();
    settings
}
#[track_caller]
fn fields<T: std::fmt::Debug>(result: Result<T, Invalid>) -> Vec<String> {
    result.expect_err("something is wrong").errors.into_iter().map(|error| error.field).collect()
}

#[test]
fn defaults_are_the_contracts() {
    let s = minimal();
    assert_eq!((s.name.as_str(), s.url.as_str()), ("CRM", "https://example.com/a"));
    assert_eq!(
        (s.method, s.format, s.success, s.on_410),
        (Method::Post, Format::Json, Success::Any2xx, On410::Deactivate)
    );
    assert_eq!((s.auth, s.signing.scheme, s.signing.secret), (Auth::None, Scheme::Standard, None));
    assert_eq!((s.retry, s.timeout_ms, s.max_in_flight), (Retry::default(), 15_000, None));
    assert_eq!((s.body_template, s.conditions, s.headers.len()), (None, None, 0));
    assert!(s.include_deleted_resource);
}

#[test]
fn every_member_is_read() {
    let s = create(json!({
        "name": " Sales ", "url": " https://example.com ", "method": "GET", "topics": ["a.b.c", "a.b.c", "d.*"],
        "format": "form", "body_template": "{{ id }}", "fields": null, "preset": null,
        "auth": {"type": "basic", "username": "u", "password": "p"},
        "headers": [{"name": "X-A", "value": "1"}, {"name": "X-B", "value": "2", "secret": true}],
        "signing": {"scheme": "rsa_sha256", "header": "X-Sig", "secret": "k"},
        "conditions": {"all": [{"field": "payload.a", "op": "eq", "value": 1}]},
        "success": "200", "on_410": "retry", "retry": {"schedule_s": [5, 300]}, "timeout_ms": 1000,
        "rate_per_second": 20, "max_in_flight": 7, "frequency": {"key": " payload.id ", "window_s": 60}, "include_deleted_resource": false,
        "alert_recipients": [" Ada@example.com ", "bo@example.com", "ada@example.com"]
    }))
    .expect("valid");
    assert_eq!((s.name.as_str(), s.url.as_str()), ("Sales", "https://example.com"));
    assert_eq!(s.topics, ["a.b.c", "d.*"]);
    assert_eq!(
        (s.method, s.format, s.success, s.on_410),
        (Method::Get, Format::Form, Success::Only200, On410::Retry)
    );
    assert_eq!(s.auth, Auth::Basic { username: "u".to_owned(), password: SecretText::given("p") });
    let header = |name: &str, value: &str, secret| Header {
        name: name.to_owned(),
        value: SecretText::given(value),
        secret,
    };
    assert_eq!(s.headers, [header("X-A", "1", false), header("X-B", "2", true)]);
    assert_eq!((s.signing.scheme, s.signing.header.as_deref()), (Scheme::RsaSha256, Some("X-Sig")));
    assert_eq!(s.signing.secret, Some(SecretText::given("k")));
    assert_eq!(s.retry, Retry::Schedule { schedule_s: vec![5, 300] });
    assert_eq!((s.timeout_ms, s.rate_per_second, s.max_in_flight), (1000, Some(20), Some(7)));
    assert_eq!(s.frequency, Some(Frequency { key: Key::At("payload.id".to_owned()), window_s: 60 }));
    assert!(!s.include_deleted_resource);
    assert_eq!(s.alert_recipients, ["ada@example.com", "bo@example.com"]);
    assert!(s.conditions.is_some() && s.body_template.is_some());
}

#[test]
fn what_is_left_out_stays_and_null_clears() {
    let base = stored(json!({"max_in_flight": 3, "body_template": "x", "retry": {"preset": "eleven"},
        "conditions": {"field": "topic", "op": "eq", "value": "a"}}));
    assert_eq!(change(&base, json!({})).as_ref(), Ok(&base));
    assert_eq!(
        change(&base, json!({"name": "Other"})).map(|s| (s.name, s.retry)),
        Ok(("Other".into(), base.retry.clone()))
    );
    let told = stored(json!({"alert_recipients": ["ada@example.com"]}));
    assert_eq!(change(&told, json!({"alert_recipients": null})).map(|s| s.alert_recipients.len()), Ok(0));
    let cleared = change(&base, json!({"max_in_flight": null, "body_template": null, "conditions": null}))
        .expect("valid");
    assert_eq!((cleared.max_in_flight, cleared.body_template, cleared.conditions), (None, None, None));
    assert_eq!(change(&base, json!({"body_template": " \n"})).map(|s| s.body_template), Ok(None));
}

#[test]
fn an_answer_can_be_sent_back() {
    let base = stored(json!({
        "auth": {"type": "bearer", "token": "t"}, "headers": [{"name": "X-B", "value": "2", "secret": true}],
        "signing": {"scheme": "hmac_hex", "secret": "s"}, "retry": {"preset": "none"},
        "conditions": {"not": {"field": "payload.a", "op": "exists", "value": true}}
    }));
    let mut answer = map(serde_json::to_value(&base).expect("JSON"));
    for (name, value) in [
        ("id", json!("whk_1")),
        ("state", json!("active")),
        ("revision", json!(3)),
        ("created_at", json!("2026-01-01T00:00:00.000Z")),
        ("updated_at", json!("2026-01-01T00:00:00.000Z")),
    ] {
        answer.insert(name.to_owned(), value);
    }
    assert_eq!(apply(Some(&base), &answer), Ok(base));
}

#[test]
fn everything_wrong_is_found_at_once() {
    let result = create(json!({
        "name": 5, "method": "PUT", "topics": "a", "format": "yaml", "auth": {"type": "basic", "extra": 1},
        "headers": [{"name": "X", "value": 1}, 7], "signing": {"scheme": "md5", "secret": 4},
        "conditions": {"all": [{"field": "payload.a", "op": "like", "value": 1}]}, "retry": {"preset": "often"},
        "timeout_ms": "soon", "max_in_flight": 1.5, "include_deleted_resource": "yes", "colour": "red",
        "fields": [{"name": "a"}], "preset": "dap", "rate_per_second": "many", "frequency": {}, "alert_recipients": [1]
    }));
    let expect = "name method topics format fields.0.from auth.extra headers.0.value headers.1 \
        signing.scheme signing.secret conditions.all.0.op retry.preset timeout_ms rate_per_second max_in_flight \
        frequency.key frequency.window_s include_deleted_resource alert_recipients colour";
    assert_eq!(fields(result), expect.split_whitespace().collect::<Vec<_>>());
}

#[test]
fn says_what_is_not_there_yet() {
    // Missing members are left to the rules, so that all of them are told at once.
    let empty = create(json!({"auth": {"type": "basic"}})).expect("well-formed");
    assert_eq!((empty.name.as_str(), empty.url.as_str(), empty.topics.len()), ("", "", 0));
    assert_eq!(empty.auth, Auth::Basic { username: String::new(), password: SecretText::given("") });
    let oauth = json!({"auth": {"type": "oauth2_client_credentials", "client_id": "a"}});
    let oauth = change(&minimal(), oauth).expect("well-formed").auth;
    assert_eq!(oauth.oauth_client().map(|client| client.token_url.as_str()), Some(""));
    let both = ["frequency.key", "frequency.window_s"];
    assert_eq!(fields(change(&minimal(), json!({"frequency": {}}))), both);
    assert_eq!(fields(change(&minimal(), json!({"frequency": {"key": [1], "window_s": "day"}}))), both);
    let capped =
        change(&minimal(), json!({"frequency": {"key": ["payload.a", "payload.b"], "window_s": 60}}));
    let longer = change(&capped.expect("valid"), json!({"frequency": {"window_s": 120}})).expect("valid");
    let key = Key::FirstOf(vec!["payload.a".to_owned(), "payload.b".to_owned()]);
    assert_eq!(longer.frequency, Some(Frequency { key, window_s: 120 }));
    assert_eq!(change(&longer, json!({"frequency": null})).expect("valid").frequency, None);
    for retry in [json!({}), json!({"preset": "none", "schedule_s": [1]})] {
        assert_eq!(fields(change(&minimal(), json!({"retry": retry}))), ["retry"]);
    }
    assert_eq!(fields(change(&minimal(), json!({"retry": {"schedule_s": [-1]}}))), ["retry.schedule_s"]);
    assert_eq!(fields(change(&minimal(), json!({"auth": null}))), ["auth"]);
}

#[test]
fn stored_secrets_stay() {
    let base = stored(json!({"auth": {"type": "basic", "username": "u", "password": "p"},
        "headers": [{"name": "X-Key", "value": "k", "secret": true}, {"name": "X-Open", "value": "o"}]}));
    let kept = Auth::Basic { username: "v".to_owned(), password: SecretText::Kept };
    for auth in [
        json!({"type": "basic", "username": "v", "password": {"set": true}}),
        json!({"type": "basic", "username": "v"}),
        json!({"username": "v"}),
        json!({"username": "v", "password": ""}),
    ] {
        assert_eq!(change(&base, json!({"auth": auth})).map(|s| s.auth), Ok(kept.clone()));
    }
    let given = change(&base, json!({"auth": {"password": "q"}})).map(|s| s.auth);
    assert_eq!(given, Ok(Auth::Basic { username: "u".to_owned(), password: SecretText::given("q") }));
    // Another type has nothing to keep.
    let other = json!({"auth": {"type": "bearer", "token": {"set": true}}});
    assert_eq!(change(&base, other).map(|s| s.auth), Ok(Auth::Bearer { token: SecretText::given("") }));
    // Headers keep by name, whatever their place and spelling.
    let headers =
        json!([{"name": "X-New", "value": ""}, {"name": "x-key"}, {"name": "X-Open", "secret": true}]);
    let s = change(&base, json!({"headers": headers})).expect("valid");
    assert_eq!(s.headers[0].value, SecretText::given(""));
    assert_eq!((&s.headers[1].value, s.headers[1].secret), (&SecretText::Kept, true));
    assert_eq!((&s.headers[2].value, s.headers[2].secret), (&SecretText::given("o"), true));
    // A secret never becomes readable.
    for value in [json!(null), json!({"set": true})] {
        let headers = json!([{"name": "X-Key", "value": value, "secret": false}]);
        assert_eq!(fields(change(&base, json!({"headers": headers}))), ["headers.0.value"]);
    }
    let headers = json!([{"name": "X-Key", "value": "", "secret": false}]);
    let emptied = change(&base, json!({"headers": headers})).map(|s| s.headers[0].value.clone());
    assert_eq!(emptied, Ok(SecretText::given("")));
}

#[test]
fn another_server_gets_no_stored_secret() {
    let base = stored(json!({"auth": {"type": "basic", "username": "u", "password": "p"},
        "headers": [{"name": "X-Key", "value": "k", "secret": true}, {"name": "X-Open", "value": "o"}],
        "signing": {"scheme": "hmac_hex", "secret": "s"}}));
    for url in [
        "http://example.com/a",
        "https://example.com:8443/a",
        "https://example.org/a",
        "https://a.example.com/a",
    ] {
        let result = change(&base, json!({"url": url}));
        assert_eq!(fields(result), ["auth.password", "headers.0.value"], "{url}");
        let result = change(
            &base,
            json!({"url": url, "auth": {"password": {"set": true}}, "headers": [{"name": "X-Key"}]}),
        );
        assert_eq!(fields(result), ["auth.password", "headers.0.value"], "{url}");
        let again =
            json!({"url": url, "auth": {"password": "p2"}, "headers": [{"name": "X-Key", "value": "k2"}]});
        let s = change(&base, again).expect("typed again");
        assert_eq!(s.headers[0].value, SecretText::given("k2"));
        // Another server gets another signing secret: it is made when the webhook is saved.
        assert_eq!(s.signing.secret, None);
        assert!(change(&base, json!({"url": url, "auth": {"type": "none"}, "headers": []})).is_ok());
    }
    for url in ["https://example.com/b?c", "https://example.com:443/a", "HTTPS://EXAMPLE.COM/"] {
        assert!(change(&base, json!({"url": url})).is_ok(), "{url}");
    }
    let open = stored(json!({"headers": [{"name": "X-Open", "value": "o"}]}));
    assert!(change(&open, json!({"url": "https://example.org"})).is_ok());
}

#[test]
fn signing_secrets_are_kept_while_they_fit() {
    let base = stored(json!({"signing": {"scheme": "hmac_hex", "header": "X-Mine", "secret": "s"}}));
    let of = |patch: Value| change(&base, json!({"signing": patch})).map(|s| s.signing).expect("valid");
    assert_eq!(of(json!({})).secret, Some(SecretText::Kept));
    assert_eq!(of(json!({"header": "X-Other"})).secret, Some(SecretText::Kept));
    assert_eq!(of(json!({"header": null})).header, None);
    assert_eq!(of(json!({"secret": "t"})).secret, Some(SecretText::given("t")));
    // The same text signs in another form, under that form's header.
    let stripe = of(json!({"scheme": "stripe"}));
    assert_eq!((stripe.secret, stripe.header), (Some(SecretText::Kept), None));
    // Other schemes need keys of their own.
    for scheme in ["standard", "ed25519", "rsa_sha256"] {
        assert_eq!(of(json!({"scheme": scheme, "secret": {"set": true}})).secret, None);
    }
    assert_eq!(of(json!({"scheme": "none"})).secret, None);
    let none = change(&base, json!({"signing": {"scheme": "none", "secret": "t"}}));
    assert_eq!(fields(none), ["signing.secret"]);
    let public = json!({"scheme": "hmac_hex", "public_key": "x", "public_key_xml": "y"});
    assert_eq!(of(public).public_key, None);
}

/// Values of every kind, nested a little.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
        proptest::sample::select(vec!["none", "basic", "bearer", "header", "standard", "POST", "form"])
            .prop_map(Value::from),
    ];
    let names =
        vec!["type", "name", "value", "secret", "set", "scheme", "header", "all", "field", "preset", "x"];
    leaf.prop_recursive(3, 20, 4, move |inner| {
        let member = (proptest::sample::select(names.clone()), inner.clone());
        prop_oneof![
            proptest::collection::vec(inner, 0..4).prop_map(Value::from),
            proptest::collection::vec(member, 0..4)
                .prop_map(|members| members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_input_gives_settings_or_named_errors(
        members in proptest::collection::vec((proptest::sample::select(vec![
            "name", "url", "method", "topics", "format", "body_template", "auth", "headers", "signing", "conditions",
            "success", "on_410", "retry", "timeout_ms", "max_in_flight", "include_deleted_resource", "alert_recipients",
            "fields", "z",
        ]), any_value()), 0..6),
    ) {
        let base = stored(json!({"auth": {"type": "bearer", "token": "t"}}));
        let patch: Map<String, Value> = members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        match apply(Some(&base), &patch) {
            // What was taken reads back as the same.
            Ok(settings) => {
                let text = serde_json::to_string(&settings).expect("JSON");
                let mut shown = settings;
                shown.take_secrets();
                prop_assert_eq!(serde_json::from_str::<Settings>(&text).expect("reads"), shown);
            }
            Err(invalid) => {
                prop_assert!(!invalid.errors.is_empty());
                for error in invalid.errors {
                    let root = error.field.split('.').next().unwrap_or_default();
                    prop_assert!(patch.contains_key(root) || root == "auth", "{}", error.field);
                }
            }
        }
    }
}
