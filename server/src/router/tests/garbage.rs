//! Addresses, headers and bodies that nobody means: none of them is a failure of ours.

use super::world::{World, on_both};
use axum::http::{Method, StatusCode};
use domain::account::Scope;
use leptos::server_fn::axum::server_fn_paths;

on_both!(what_nobody_means_is_refused);

const CALLS: &[&str] = &[
    "/api",
    "/api/",
    "/api/v1",
    "/api/v1/",
    "/api/v1/nothing",
    "/api/v1/events/",
    "/api/v1/events/x/y",
    "/api/v1//events",
    "/api/v1/webhooks/%ff",
    "/api/v1/webhooks/whk_0",
    "/api/v1/automations/%ff",
    "/api/v1/webhooks/whk_0/replays/%ff",
    "/api/v1/webhooks/%00/replays/rpl_0/stop",
    "/api/v1/topics/%ff%fe",
    "/api/v1/topics/%00",
    "/api/v1/bins/%00",
    "/api/v1/bins/%ff",
    "/api/v1/deliveries/%00",
    "/api/v1/deliveries?q=%ff%fe",
    "/api/v1/deliveries?q=%00",
    "/api/v1/deliveries?cursor=%00",
    "/api/v1/deliveries?limit=99999999999999999999",
    "/api/v1/deliveries?from=9999999999-01-01",
    "/api/v1/deliveries?http_status=-1",
    "/api/v1/events?q=%00",
    "/api/v1/profiles/%00",
    "/api/v1/profiles/%ff",
    "/api/v1/tracking/%00",
    "/api/v1/visits?key=%00",
    "/api/v1/visits?key=crt_%ff",
    "/bin/%ff",
    "/bin/%00",
];

const PAGES: &[&str] = &[
    "/login/",
    "/login?next=%ff%00",
    "/login?form=%ff",
    "/setup?token=%00",
    "/setup?token=%ff",
    "/webhooks/",
    "/webhooks/%ff",
    "/webhooks/whk_%00",
    "/automations/%ff",
    "/topics/%ff",
    "/topics/%00",
    "/deliveries?q=%00&q=%ff&from=%00&state=%00",
    "/events?q=%00&topic=%ff",
    "/live?webhook=%ff",
    "/pkg/%ff",
    "/pkg/",
    "/do/nothing",
    "/%ff",
    "/%00",
    "/nothing//here/",
];

/// What stands in bodies: not UTF-8 once it is decoded, nothing, NUL, names without values.
const FORMS: &[&str] =
    &["", "=", "&&=&%", "%ff=%fe", "id=%00&name=%00&email=%00&password=%00&token=%00", "id=\u{fffd}"];
const BODIES: &[&str] = &[
    "",
    "{",
    "[]",
    r#"{"topic":"\u0000","payload":{}}"#,
    r#"{"topic":"learning.user.created","payload":{"\u0000":"\u0000"},"id":"\u0000"}"#,
    r#"{"topic":"learning.user.created","payload":{},"occurred_at":"0000-01-01T00:00:00Z"}"#,
    r#"{"name":"\u0000","url":"https://example.com/\u0000","topics":["learning.user.created"]}"#,
    r#"{"key":"shop.order.placed","title":"x","description":"\u0000","sample":{"\u0000":"\u0000"}}"#,
    r#"{"name":"\u0000","scope":"read"}"#,
    r#"{"status":99999999999999999999,"delay_ms":1e400}"#,
];

async fn what_nobody_means_is_refused(world: World) {
    let owner = world.person(&world.home, domain::account::Role::Owner).await;
    let key = format!("Bearer {}", world.key(&world.home, Scope::Manage).await);
    let long = format!("/api/v1/deliveries?q={}", "%25".repeat(15_000));
    for path in CALLS.iter().copied().chain([long.as_str()]) {
        for method in
            [Method::GET, Method::HEAD, Method::POST, Method::PATCH, Method::DELETE, Method::OPTIONS]
        {
            let answer = world.send(&method, path, &[("authorization", &key)], "{}").await;
            assert!(!answer.status.is_server_error(), "{method} {path}: {}", answer.text);
            let told =
                answer.status.is_success() || answer.headers["content-type"] == "application/problem+json";
            assert!(told, "{method} {path}: {} {}", answer.status, answer.text);
        }
    }
    for body in BODIES {
        for path in [
            "/events",
            "/events/batch",
            "/webhooks",
            "/webhooks/test",
            "/automations",
            "/topics",
            "/keys",
            "/bins",
        ] {
            let path = format!("/api/v1{path}");
            let answer = world.send(&Method::POST, &path, &[("authorization", &key)], body).await;
            assert!(!answer.status.is_server_error(), "{path} {body}: {}", answer.text);
        }
    }
    for cookie in [owner.cookie.as_str(), "crier_session=%00; crier_theme=<script>; =; ;;\"", "\u{e9}"] {
        let headers = [("cookie", cookie), ("accept", "text/html")];
        for path in PAGES {
            let answer = world.send(&Method::GET, path, &headers, "").await;
            assert!(!answer.status.is_server_error(), "{path}: {}", answer.text);
        }
        // Signing out would end the session; what it takes is nothing anyway.
        for path in server_fn_paths().map(|(path, _)| path).filter(|path| *path != "/do/sign-out") {
            for body in FORMS {
                let form = ("content-type", "application/x-www-form-urlencoded");
                let answer = world.send(&Method::POST, path, &[headers[0], headers[1], form], body).await;
                assert!(!answer.status.is_server_error(), "{path} {body}: {}", answer.text);
            }
        }
    }
    let answer = world.send(&Method::HEAD, "/api/v1/events", &[("authorization", &key)], "").await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
}

#[test]
fn forms_that_are_not_utf8_are_read_as_far_as_they_can_be() {
    use app::{codec::FormCodec, pairs::Pairs};
    use leptos::server_fn::Decodes;
    let read: Result<Pairs, _> = FormCodec::decode(b"name=a\xff&id=1".to_vec().into());
    let read = read.unwrap_or_else(|never| match never {});
    assert_eq!((read.get("name"), read.get("id")), ("a\u{fffd}", "1"));
}
