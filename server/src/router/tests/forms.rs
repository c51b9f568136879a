//! The server functions: public addresses that forms are sent to.

use super::world::{Answer, Person, Things, World, on_both};
use axum::http::{Method, StatusCode, header};
use domain::account::Role;
use engine::Permission::{self, Manage, Own, Publish};
use leptos::server_fn::axum::server_fn_paths;
use std::collections::BTreeSet;

on_both!(every_form_works_for_those_who_may_and_for_nobody_else);

/// Those that nobody has to be signed in for. The last sets a cookie for light or dark and nothing else.
const OPEN: [&str; 4] = ["/do/first-account", "/do/sign-in", "/do/sign-out", "/do/theme"];

/// Those that only a script calls: they answer with a part of a page, and strangers with a status.
const SCRIPTED: [&str; 1] = ["/do/webhooks/preview/live"];

/// All others: what they take, and with which fields they work. Without a permission, whoever is signed
/// in may.
const FORMS: &[(&str, Option<Permission>, &str)] = &[
    ("/do/first-webhook", Some(Manage), ""),
    (
        "/do/webhooks/save",
        Some(Manage),
        "id={draft}&revision=1&name=New&url={bin_url}&topics=learning.user.deleted",
    ),
    (
        "/do/webhooks/test-form",
        Some(Manage),
        "id={draft}&name=New&url={bin_url}&topics=learning.user.deleted",
    ),
    ("/do/webhooks/preview", None, "id={draft}&name=New&url={bin_url}&topics=learning.user.deleted"),
    ("/do/webhooks/test", Some(Manage), "id={draft}&test.topic=learning.user.created"),
    ("/do/webhooks/check", Some(Manage), "id={draft}"),
    ("/do/webhooks/activate", Some(Manage), "id={draft}"),
    ("/do/webhooks/pause", Some(Manage), "id={active}"),
    ("/do/webhooks/duplicate", Some(Manage), "id={draft}"),
    ("/do/webhooks/delete", Some(Manage), "id={draft}"),
    ("/do/webhooks/rotate-secret", Some(Manage), "id={draft}"),
    ("/do/webhooks/end-overlap", Some(Manage), "id={paused}"),
    ("/do/webhooks/release", Some(Manage), "id={active}"),
    ("/do/webhooks/discard", Some(Manage), "id={paused}"),
    ("/do/webhooks/replay", Some(Manage), "id={active}&state=exhausted&body=same"),
    ("/do/webhooks/stop-replay", Some(Manage), "id={replayed}&replay={replay}"),
    ("/do/campaigns/save", Some(Manage), CAMPAIGN),
    ("/do/campaigns/test", Some(Manage), CAMPAIGN),
    (
        "/do/campaigns/activate",
        Some(Manage),
        "id={idea}&has_webhook=1&name=New&trigger.value=x&webhook.url={bin_url}&webhook.profile_fields=email&stop.restart_after_s=1",
    ),
    ("/do/campaigns/pause", Some(Manage), "id={campaign}"),
    ("/do/campaigns/delete", Some(Manage), "id={campaign}"),
    ("/do/deliveries/retry", Some(Manage), "id={delivery}"),
    ("/do/topics/publish", Some(Publish), "key={topic}"),
    ("/do/topics/save", Some(Manage), "old={topic}&title=New&description=New&sample=%7B%7D"),
    ("/do/topics/delete", Some(Manage), "key={topic}"),
    ("/do/automations/start", Some(Manage), "product=7"),
    ("/do/automations/trigger", Some(Manage), "id={automation}&trigger=revoked"),
    ("/do/automations/name", Some(Manage), "id={automation}&product_name=Gold"),
    ("/do/automations/check", Some(Manage), "id={automation}&destination=webhook&url={bin_url}"),
    ("/do/automations/action", Some(Manage), "id={automation}&destination=webhook&url={bin_url}"),
    ("/do/automations/delete", Some(Manage), "id={automation}"),
    ("/do/profiles/save", Some(Publish), "id=p{new}&fields=%7B%7D"),
    ("/do/profiles/delete", Some(Publish), "id={profile}"),
    ("/do/bins/create", Some(Manage), ""),
    ("/do/bins/save", Some(Manage), "id={bin}&status=201&delay_ms=1"),
    ("/do/bins/delete", Some(Manage), "id={bin}"),
    ("/do/marketplace/save", Some(Own), "name=New{new}&domain_id=new&tenant_id=new"),
    ("/do/marketplace/catalogs", Some(Own), "catalogs=learning&catalogs=visitor&catalogs=access"),
    ("/do/marketplace/rules", Some(Own), "schema_check=warn&enterprise_topics=available"),
    ("/do/marketplace/secret-key", Some(Own), "secret_key=s3cret"),
    ("/do/marketplace/remove-secret-key", Some(Own), ""),
    ("/do/tag/save", Some(Own), "on=true&origins=https%3A%2F%2F{new}.example.com"),
    ("/do/tag/rotate", Some(Own), "what=identify_secret"),
    ("/do/erase/count", Some(Own), "value=nobody@example.com"),
    ("/do/erase", Some(Own), "value=nobody@example.com"),
    ("/do/keys/create", Some(Own), "name=New&scope=read"),
    ("/do/keys/delete", Some(Own), "id={key}"),
    (
        "/do/people/add",
        Some(Own),
        "name=New&email=new{new}@example.com&role=viewer&password=correct+horse+battery",
    ),
    ("/do/people/role", Some(Own), "id={user}&role=manager"),
    ("/do/people/remove", Some(Own), "id={user}"),
    ("/do/devices/sign-out", None, "id={session}"),
    ("/do/times", None, "times=utc"),
    // Last, for the password is another one then.
    (
        "/do/account/password",
        None,
        "current_password=correct+horse+battery&new_password=another+long+password",
    ),
];

/// An active campaign, changed.
const CAMPAIGN: &str = "id={campaign}&has_webhook=1&name=New&trigger.value=x&webhook.url={bin_url}\
    &webhook.profile_fields=email&stop.restart_after_s=1";

/// What a person of a role may do.
fn may(role: Role, permission: Option<Permission>) -> bool {
    match role {
        Role::Owner => true,
        Role::Manager => permission != Some(Own),
        Role::Viewer => permission.is_none(),
    }
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const PAGE: (&str, &str) = ("accept", "text/html");

/// What came of a form: the page that its answer leads to.
async fn result(world: &World, person: &Person, path: &str, fields: &str) -> Answer {
    let cookie = ("cookie", person.cookie.as_str());
    let answer = world.send(&Method::POST, path, &[FORM, PAGE, cookie], fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.text);
    let page = answer.to().split('#').next().unwrap_or_default();
    world.send(&Method::GET, page, &[PAGE, cookie], "").await
}

/// Whether the page says that it did not work, or that there is no such thing.
fn is_refusal(page: &Answer) -> bool {
    page.text.contains("class=\"notice bad\"")
        || matches!(page.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND)
}

/// New things for these fields; what needs a password computed only where it is named.
async fn things(world: &World, place: &engine::Who, person: &Person, fields: &str) -> Things {
    let mut things = world.things(place).await;
    if fields.contains("{user}") {
        things.add("{user}", world.user(place).await);
    }
    if fields.contains("{session}") {
        things.add("{session}", world.another_session(person).await);
    }
    things
}

/// Forms that are tried in one marketplace.
const AT_ONCE: usize = 8;

async fn every_form_works_for_those_who_may_and_for_nobody_else(world: World) {
    let stranger = world.person(&world.other, Role::Owner).await;
    let every = FORMS.iter().map(|form| form.2).collect::<String>();
    let theirs = things(&world, &world.other, &stranger, &every).await;
    let other = world.state(&world.other).await;
    for forms in FORMS.chunks(AT_ONCE) {
        for role in [Role::Viewer, Role::Manager, Role::Owner] {
            let place = world.place().await;
            let person = world.person(&place, role).await;
            let mut own = Things::default();
            for (path, permission, fields) in forms {
                if own.fill(fields).contains('{') {
                    own = things(&world, &place, &person, fields).await;
                }
                let before = world.state(&place).await;
                let unchanged = async || {
                    let now = world.state(&place).await;
                    assert_eq!(now, before, "{path} was refused, and yet changed something");
                };
                if fields.contains("={") {
                    let page = result(&world, &person, path, &theirs.fill(fields)).await;
                    assert!(is_refusal(&page), "{path} by {role:?} reached others: {}", page.text);
                    unchanged().await;
                }
                let page = result(&world, &person, path, &own.fill(fields)).await;
                let worked = may(role, *permission);
                assert_eq!(is_refusal(&page), !worked, "{path} by {role:?}: {}", page.text);
                if worked {
                    own = Things::default();
                } else {
                    unchanged().await;
                }
                assert_eq!(world.state(&world.other).await, other, "{path} changed something of others");
            }
        }
    }
}

/// Other sites and GET are refused whoever is signed in; strangers are sent to the sign-in page.
#[tokio::test]
async fn every_form_refuses_strangers_other_sites_and_get() {
    let world = World::open(None).await;
    let owner = world.person(&world.home, Role::Owner).await;
    let every = FORMS.iter().map(|form| form.2).collect::<String>();
    let own = things(&world, &world.home, &owner, &every).await;
    let before = world.state(&world.home).await;
    for (path, method) in server_fn_paths() {
        assert_eq!(method, Method::POST, "{path}");
        let fields = FORMS.iter().find(|form| form.0 == path).map_or("", |form| form.2);
        let (fields, cookie) = (own.fill(fields), ("cookie", owner.cookie.as_str()));
        for method in [Method::GET, Method::HEAD, Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = world.send(&method, &format!("{path}?{fields}"), &[PAGE, cookie], "").await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        }
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "https://hooks.example.com.evil.example"),
            ("origin", "http://hooks.example.com"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let headers = [FORM, PAGE, cookie, (name, value)];
            let answer = world.send(&Method::POST, path, &headers, &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} from {value}");
            assert!(!answer.headers.contains_key(header::SET_COOKIE), "{path} from {value}");
        }
        if !OPEN.contains(&path) {
            for cookie in ["", "__Host-crier_session=0", "crier_session=0"] {
                let headers = [FORM, PAGE, ("cookie", cookie)];
                let answer = world.send(&Method::POST, path, &headers, &fields).await;
                if SCRIPTED.contains(&path) {
                    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path} for a stranger");
                    continue;
                }
                assert!(answer.to().starts_with("/login"), "{path} for a stranger: {}", answer.to());
            }
        }
    }
    assert_eq!(world.state(&world.home).await, before);
}

#[test]
fn every_server_function_is_in_the_table() {
    let registered: BTreeSet<_> = server_fn_paths().map(|(path, _)| path).collect();
    let known: BTreeSet<_> = FORMS.iter().map(|form| form.0).chain(OPEN).chain(SCRIPTED).collect();
    assert_eq!(known, registered, "say in FORMS what a new one takes");
}
