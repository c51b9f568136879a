#![allow(clippy::needless_pass_by_value, reason = "json!(…) reads best as an argument")]

use super::*;
use crate::{
    catalog,
    secret::SecretText,
    webhook::{Header, Scheme, parse},
};
use serde_json::{Value, json};

fn settings(patch: Value) -> Settings {
    let mut map = json!({"name": "CRM", "url": "https://example.com/a", "topics": ["learning.user.*"]});
    for (name, value) in patch.as_object().expect("an object") {
        map[name] = value.clone();
    }
    parse::apply(None, map.as_object().expect("an object")).expect("well-formed")
}

fn judge(settings: &Settings) -> Result<Vec<Advice>, Invalid> {
    let topics = &catalog::all()[0].topics;
    let public_origin = Url::parse("http://127.0.0.1:3000").expect("a URL");
    validate(settings, &Rules { topics, allowed_networks: &[], public_origin: &public_origin, people: &[] })
}

#[track_caller]
fn refused(patch: Value, field: &str) {
    let invalid = judge(&settings(patch.clone())).expect_err(&patch.to_string());
    let fields: Vec<_> = invalid.errors.iter().map(|e| e.field.as_str()).collect();
    assert_eq!(fields, [field], "{patch}");
}

#[track_caller]
fn accepted(patch: Value) {
    assert_eq!(judge(&settings(patch.clone())), Ok(Vec::new()), "{patch}");
}

#[test]
fn names() {
    accepted(json!({"name": "ü".repeat(120)}));
    refused(json!({"name": "ü".repeat(121)}), "name");
    refused(json!({"name": "  "}), "name");
    refused(json!({"name": "\u{200b}\u{202e}"}), "name");
    refused(json!({"name": "a\nb"}), "name");
}

#[test]
fn urls() {
    refused(json!({"url": ""}), "url");
    refused(json!({"url": "example.com"}), "url");
    refused(json!({"url": "http://127.0.0.1:3000/"}), "url");
    refused(json!({"url": "http://localhost:3000/bin/bin_0123456789abcdef0123456789abcdef"}), "url");
    accepted(json!({"url": "http://127.0.0.1:3000/bin/bin_0123456789abcdef0123456789abcdef"}));
    accepted(json!({"url": "http://example.com/"}));
    let bare = settings(json!({"url": "http://example.com/", "auth": {"type": "bearer", "token": "t"}}));
    let advice = judge(&bare).expect("may be saved");
    assert_eq!(advice.iter().map(|a| a.field.as_str()).collect::<Vec<_>>(), ["url"]);
}

#[test]
fn topics_are_known() {
    accepted(json!({"topics": ["learning.user.created", "learning.*"]}));
    refused(json!({"topics": []}), "topics");
    refused(json!({"topics": ["learning.user.created", "learning.user.renamed"]}), "topics.1");
    refused(json!({"topics": ["market.*"]}), "topics.0");
    refused(json!({"topics": ["*"]}), "topics.0");
    let many: Vec<_> = (0..=MAX_TOPICS).map(|i| format!("learning.user.n{i}")).collect();
    let invalid = judge(&settings(json!({"topics": many}))).expect_err("too many");
    assert!(invalid.at("topics").is_some());
}

#[test]
fn get_needs_a_form() {
    refused(json!({"method": "GET"}), "format");
    refused(json!({"method": "GET", "format": "xml"}), "format");
    accepted(json!({"method": "GET", "format": "form"}));
}

#[test]
fn authentication() {
    let basic = |username: &str, password: &str| json!({"auth": {"type": "basic", "username": username, "password": password}});
    accepted(basic("ünï", "pass:wörd"));
    refused(basic("", "p"), "auth.username");
    refused(basic("a:b", "p"), "auth.username");
    refused(basic("a\r", "p"), "auth.username");
    refused(basic("a", "p\n"), "auth.password");
    let header = |name: &str, value: &str| json!({"auth": {"type": "header", "name": name, "value": value}});
    accepted(header("Authorization", "ApiKey x"));
    refused(header("Content-Type", "x"), "auth.name");
    refused(header("webhook-id", "x"), "auth.name");
    refused(header("X Y", "x"), "auth.name");
    refused(header("X-Y", "x\r\nHost: evil"), "auth.value");
    refused(json!({"auth": {"type": "bearer", "token": "a\nb"}}), "auth.token");
    // A kept secret was judged when it was typed.
    let mut kept = settings(basic("a", "p"));
    kept.take_secrets();
    assert!(judge(&kept).is_ok());
    kept.auth = Auth::Bearer { token: SecretText::given("") };
    assert!(judge(&kept).is_err());
}

#[test]
fn token_addresses() {
    let oauth = |member: &str, value: Value| {
        let mut auth = json!({"type": "oauth2_password", "token_url": "https://id.example.com/token",
            "client_id": "crier", "client_secret": "s", "username": "ana", "password": "p"});
        auth[member] = value;
        json!({ "auth": auth })
    };
    accepted(oauth("scope", json!("a b")));
    accepted(oauth("client_secret", json!("ünï:code")));
    for url in
        ["", "example.com", "http://127.0.0.1/", "https://user@id.example.com/", "https://id.example.com:25/"]
    {
        refused(oauth("token_url", json!(url)), "auth.token_url");
    }
    // Test receivers give out no tokens.
    let bin = "http://127.0.0.1:3000/bin/bin_0123456789abcdef0123456789abcdef";
    refused(oauth("token_url", json!(bin)), "auth.token_url");
    for member in ["client_id", "client_secret", "username", "password"] {
        refused(oauth(member, json!("")), &format!("auth.{member}"));
        refused(oauth(member, json!("a\nb")), &format!("auth.{member}"));
        refused(oauth(member, json!("x".repeat(4097))), &format!("auth.{member}"));
    }
    refused(oauth("scope", json!("a\tb")), "auth.scope");
    let open = settings(oauth("token_url", json!("http://id.example.com/token")));
    let advice = judge(&open).expect("may be saved");
    assert_eq!(advice.iter().map(|a| a.field.as_str()).collect::<Vec<_>>(), ["auth.token_url"]);
}

#[test]
fn further_headers() {
    let one = |name: &str, value: &str| json!({"headers": [{"name": name, "value": value}]});
    accepted(one("X-Api-Key", "a b\tc"));
    accepted(one("X-Empty", ""));
    accepted(one("Authorization", "ApiKey x"));
    let names = "Connection Keep-Alive Transfer-Encoding TE Trailer Upgrade Host Content-Length Content-Type \
        Content-Encoding User-Agent Expect Proxy-Authorization webhook-id Webhook-Signature WEBHOOK-ANYTHING \
        X(Y) ü X:Y";
    for name in names.split_whitespace() {
        refused(one(name, "x"), "headers.0.name");
    }
    refused(one("", "x"), "headers.0.name");
    refused(one(&"x".repeat(129), "x"), "headers.0.name");
    for value in ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "a\u{7f}", "ü", " a", "a ", &"x".repeat(4097)] {
        refused(one("X-A", value), "headers.0.value");
    }
    accepted(one("X-A", &"x".repeat(4096)));
    refused(
        json!({"headers": [{"name": "X-A", "value": "1"}, {"name": "x-a", "value": "2"}]}),
        "headers.1.name",
    );
    refused(
        json!({"headers": [{"name": "authorization", "value": "1"}], "auth": {"type": "bearer", "token": "t"}}),
        "headers.0.name",
    );
    refused(
        json!({"headers": [{"name": "x-di-signature", "value": "1"}], "signing": {"scheme": "rsa_sha256"}}),
        "headers.0.name",
    );
    let list = |n: usize| {
        let mut s = settings(json!({}));
        let header = |i| Header { name: format!("X-{i}"), value: SecretText::given("v"), secret: true };
        s.headers = (0..n).map(header).collect();
        judge(&s).is_ok()
    };
    assert!(list(30) && !list(31));
}

#[test]
fn signing() {
    let of = |scheme: &str, header: Value, secret: Value| json!({"signing": {"scheme": scheme, "header": header, "secret": secret}});
    accepted(of("hmac_hex", json!("X-Signature"), json!("any text")));
    accepted(of("standard", json!(null), json!(null)));
    refused(of("standard", json!("X-Signature"), json!(null)), "signing.header");
    refused(of("stripe", json!("Content-Length"), json!(null)), "signing.header");
    refused(of("stripe", json!("a b"), json!(null)), "signing.header");
    refused(
        json!({"signing": {"scheme": "stripe", "header": "Authorization"}, "auth": {"type": "bearer", "token": "t"}}),
        "signing.header",
    );
    #[cfg(feature = "server")]
    {
        refused(of("standard", json!(null), json!("secret")), "signing.secret");
        refused(of("rsa_sha256", json!(null), json!("secret")), "signing.secret");
        accepted(of("standard", json!(null), json!("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")));
    }
    assert_eq!(settings(json!({})).signing.scheme, Scheme::Standard);
}

#[test]
fn authentication_takes_no_signatures_header() {
    let of = |scheme: Scheme, header: Value, name: &str| {
        json!({"signing": {"scheme": scheme.as_str(), "header": header},
            "auth": {"type": "header", "name": name, "value": "key"}})
    };
    for scheme in Scheme::ALL {
        let Some(header) = scheme.default_header() else {
            accepted(of(scheme, json!(null), "X-Hub-Signature-256"));
            continue;
        };
        for name in [header.to_owned(), header.to_ascii_lowercase(), header.to_ascii_uppercase()] {
            refused(of(scheme, json!(null), &name), "auth.name");
            if scheme.renames() {
                accepted(of(scheme, json!("X-Signature"), &name));
                refused(of(scheme, json!(name), header), "signing.header");
            }
        }
        let others = Scheme::ALL.into_iter().filter_map(Scheme::default_header);
        for other in others.filter(|other| *other != header && !is_reserved(other)) {
            accepted(of(scheme, json!(null), other));
        }
    }
}

#[test]
fn limits() {
    for (ms, ok) in [(999, false), (1000, true), (30_000, true), (30_001, false), (u64::MAX, false)] {
        let patch = json!({"timeout_ms": ms});
        if ok { accepted(patch) } else { refused(patch, "timeout_ms") }
    }
    for (limit, ok) in [(0, false), (1, true), (1000, true), (1001, false)] {
        let patch = json!({"max_in_flight": limit});
        if ok { accepted(patch) } else { refused(patch, "max_in_flight") }
    }
    for (seconds, ok) in [(59, false), (60, true), (31_536_000, true), (31_536_001, false)] {
        let patch = json!({"frequency": {"key": "payload.id", "window_s": seconds}});
        if ok { accepted(patch) } else { refused(patch, "frequency.window_s") }
    }
    for key in [json!("id"), json!("payload"), json!("payload..a"), json!([]), json!(["payload.a", "topic"])]
    {
        refused(json!({"frequency": {"key": key, "window_s": 60}}), "frequency.key");
    }
    accepted(json!({"retry": {"schedule_s": vec![604_800; 50]}}));
    refused(json!({"retry": {"schedule_s": []}}), "retry.schedule_s");
    refused(json!({"retry": {"schedule_s": vec![1; 51]}}), "retry.schedule_s");
    refused(json!({"retry": {"schedule_s": [1, 0]}}), "retry.schedule_s.1");
    refused(json!({"retry": {"schedule_s": [604_801]}}), "retry.schedule_s.0");
    refused(json!({"body_template": "x".repeat(MAX_TEMPLATE + 1)}), "body_template");
}

#[test]
fn everything_wrong_is_found_at_once() {
    let patch = json!({"method": "GET", "auth": {"type": "basic"}, "headers": [{"name": "X-A", "secret": true}],
        "timeout_ms": 1});
    let all = parse::apply(None, patch.as_object().expect("an object")).expect("well-formed");
    let invalid = judge(&all).expect_err("wrong");
    let fields: Vec<_> = invalid.errors.iter().map(|e| e.field.as_str()).collect();
    let expect = "name url topics format auth.username auth.password headers.0.value timeout_ms";
    assert_eq!(fields, expect.split(' ').collect::<Vec<_>>());
}

#[test]
fn shape_and_rules_are_told_together_and_once() {
    let patch = json!({"url": "https://example.com/", "timeout_ms": "soon", "topics": "a", "colour": 1,
        "headers": [7, {"name": "Host", "value": "x"}], "auth": {"type": "basic", "password": 5}});
    let topics = &catalog::all()[0].topics;
    let public_origin = Url::parse("http://127.0.0.1:3000").expect("a URL");
    let rules = Rules { topics, allowed_networks: &[], public_origin: &public_origin, people: &[] };
    let invalid = read(None, patch.as_object().expect("an object"), &rules).expect_err("wrong");
    let fields: Vec<_> = invalid.errors.iter().map(|e| e.field.as_str()).collect();
    let expect = "name topics auth.password auth.username headers.0 headers.1.name timeout_ms colour";
    assert_eq!(fields, expect.split(' ').collect::<Vec<_>>());
}
