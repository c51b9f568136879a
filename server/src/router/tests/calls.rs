//! The calls of the REST API.

use super::world::{Answer, Things, World, on_both};
use crate::api;
use axum::http::{Method, StatusCode, header};
use domain::account::{Role, Scope};
use serde_json::Value;

on_both!(every_call_refuses_who_may_not);

/// A call with whatever makes it work.
#[derive(Clone)]
struct Call {
    method: Method,
    path: String,
    scope: String,
    body: String,
}

/// Every call that is routed; ids are names of [`Things`], bodies the examples of the document.
fn calls() -> Vec<Call> {
    let document: Value = serde_json::from_str(&api::openapi_text()).unwrap();
    let call = |(method, path): (Method, &str)| {
        let operation = &document["paths"][path][method.as_str().to_lowercase()];
        let words = operation["description"].as_str().unwrap_or_default();
        let scope = words.split("Needs the scope `").nth(1).and_then(|rest| rest.split('`').next());
        let example = &operation["requestBody"]["content"]["application/json"]["example"];
        let thing = match path.split('/').nth(1) {
            Some("automations") => "{automation}",
            Some("webhooks") if path.ends_with("/release") || path.ends_with("/replay") => "{active}",
            Some("webhooks") if path.contains("/replays") => "{replayed}",
            Some("webhooks") => "{draft}",
            Some("events") => "{event}",
            Some("deliveries") => "{delivery}",
            Some("campaigns") => "{campaign}",
            Some("bins") => "{bin}",
            Some("keys") => "{key}",
            Some("topics") => "{topic}",
            Some("profiles") => "{profile}",
            // The key's own.
            Some("tracking" | "marketplace") => "",
            other => panic!("say here what an id of {other:?} is"),
        };
        Call {
            scope: scope.unwrap_or_else(|| panic!("{method} {path} does not say its scope")).to_owned(),
            body: if example.is_null() { String::new() } else { example.to_string() },
            path: format!("/api/v1{}", path.replace("{id}", thing).replace("{key}", thing)),
            method,
        }
    };
    // Views come from pages, by a key of their own: see `tests/it/visits.rs`.
    api::listed().into_iter().filter(|(_, path)| *path != "/visits").map(call).collect()
}

async fn send(world: &World, call: &Call, things: &Things, headers: &[(&str, &str)]) -> Answer {
    let path = things.fill(&call.path);
    let answer = world.send(&call.method, &path, headers, &call.body).await;
    let headers = &answer.headers;
    assert!(!headers.keys().any(|name| name.as_str().starts_with("access-control")), "{path}");
    if answer.status.is_client_error() {
        assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json", "{} {path}", call.method);
    }
    answer
}

async fn every_call_refuses_who_may_not(world: World) {
    let (own, theirs) = (world.things(&world.home).await, world.things(&world.other).await);
    let owner = world.person(&world.home, Role::Owner).await;
    let mut keys = Vec::new();
    for scope in [Scope::Events, Scope::Read, Scope::Manage] {
        keys.push((scope.as_str(), format!("Bearer {}", world.key(&world.home, scope).await)));
    }
    let unknown = format!("Bearer crk_{}", "0".repeat(64));
    let track_key = own.fill("{track}");
    let tracked = format!("Bearer {track_key}");
    let (home, other) = (world.state(&world.home).await, world.state(&world.other).await);
    let calls = calls();
    assert!(calls.len() > 30, "{}", calls.len());
    for call in &calls {
        let name = format!("{} {}", call.method, call.path);
        // A browser that is signed in, led by another site: its cookie means nothing here.
        let led = [("cookie", owner.cookie.as_str()), ("origin", "https://evil.example")];
        let track = [("authorization", tracked.as_str()), ("origin", "https://shop.example.com")];
        let by_query = Call { path: format!("{}?key={track_key}", call.path), ..call.clone() };
        let answer = send(&world, &by_query, &own, &track[1..]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name}: {}", answer.text);
        for headers in [&[][..], &led, &track, &[("authorization", unknown.as_str())]] {
            let answer = send(&world, call, &own, headers).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name}: {}", answer.text);
        }
        for (scope, key) in &keys {
            let headers = [("authorization", key.as_str())];
            if *scope != "manage" && *scope != call.scope {
                let answer = send(&world, call, &own, &headers).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name} with {scope}: {}", answer.text);
            } else if call.path.contains('{') && call.method != Method::PUT {
                let answer = send(&world, call, &theirs, &headers).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name} of others: {}", answer.text);
            }
        }
        let key = [("authorization", keys[2].1.as_str())];
        let reads = calls.iter().any(|other| other.path == call.path && other.method == Method::GET);
        if !reads {
            // `/webhooks/test` is also the address of a webhook of that name, which there can't be.
            let answer = world.send(&Method::GET, &own.fill(&call.path), &key, &call.body).await;
            let refused = matches!(answer.status, StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_FOUND);
            assert!(refused, "GET {}: {} {}", call.path, answer.status, answer.text);
        }
        assert_eq!(world.state(&world.home).await, home, "{name} was refused, and yet changed something");
        assert_eq!(world.state(&world.other).await, other, "{name} changed something of others");
    }
    // The table is sound: with the right key, each call finds its own object.
    for call in &calls {
        let place = world.place().await;
        let key = format!("Bearer {}", world.key(&place, Scope::Manage).await);
        let fresh = world.things(&place).await;
        let answer = send(&world, call, &fresh, &[("authorization", key.as_str())]).await;
        let works = answer.status.is_success()
            || matches!(answer.status, StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY);
        assert!(works, "{} {}: {} {}", call.method, call.path, answer.status, answer.text);
    }
}
