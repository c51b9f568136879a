//! The first account, signing in, sessions, passwords, people.

use crate::support::{Bench, PASSWORD, device, object};
use domain::{
    account::{Actor, Role, Scope},
    page::PageRequest,
};
use engine::{DeviceInfo, Error, FirstAccount};
use serde_json::json;

/// The fields that an error names.
fn fields<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<String> {
    match result {
        Err(Error::Invalid(invalid)) => invalid.errors.into_iter().map(|error| error.field).collect(),
        other => panic!("not invalid: {other:?}"),
    }
}

/// What the set-up page sends when nobody touched the catalogs.
fn first<'a>(name: &'a str, email: &'a str, password: &'a str, marketplace: &'a str) -> FirstAccount<'a> {
    FirstAccount { name, email, password, marketplace, catalogs: None }
}

#[tokio::test]
async fn the_first_owner_comes_by_a_link_that_works_once() {
    let bench = Bench::new().await;
    let engine = &bench.engine;
    let void = engine.setup_token().await.expect("answered").expect("no account yet");
    let link = engine.setup_token().await.expect("answered").expect("no account yet");
    assert!(!engine.setup_open(&void).await.expect("answered"), "a newer link voids the older one");
    assert!(engine.setup_open(&link).await.expect("answered"));

    let wrong = FirstAccount { catalogs: Some(&["acme"]), ..first(" ", "ann", "short", "") };
    let wrong = engine.setup(&link, wrong, device()).await;
    assert_eq!(fields(wrong), ["name", "email", "password", "marketplace", "catalogs"]);
    assert!(engine.setup_open(&link).await.expect("answered"), "mistakes don't use the link up");

    let ann = first("Ann", "Ann@Example.com", PASSWORD, "Ann's Shop");
    let setup =
        engine.setup(&link, FirstAccount { catalogs: Some(&["access", "learning"]), ..ann }, device()).await;
    let session = setup.expect("set up");
    let (who, member) = engine.who_by_session(&session, "").await.expect("answered").expect("signed in");
    assert_eq!(
        (member.name.as_str(), member.email.as_str(), member.role),
        ("Ann", "ann@example.com", Role::Owner)
    );
    assert_eq!((who.marketplace.name.as_str(), who.marketplace.slug.as_str()), ("Ann's Shop", "default"));
    assert_eq!(engine.marketplace(&who).await.expect("read").policy.catalogs, ["learning", "access"]);
    assert_eq!(who.actor, Actor::User { id: member.id, name: "Ann".to_owned() });

    assert!(!engine.setup_open(&link).await.expect("answered"));
    let again = engine.setup(&link, first("Eve", "eve@example.com", PASSWORD, "Eve's"), device()).await;
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    assert_eq!(engine.setup_token().await.expect("answered"), None, "there is an account");
    assert_eq!(engine.members(&who).await.expect("listed").len(), 1);
}

#[tokio::test]
async fn a_set_up_link_ends_after_a_week_and_by_an_account_from_the_command_line() {
    let bench = Bench::new().await;
    let link = bench.engine.setup_token().await.expect("answered").expect("no account yet");
    bench.wait(7 * 86_400 + 1);
    assert!(!bench.engine.setup_open(&link).await.expect("answered"));
    let link = bench.engine.setup_token().await.expect("answered").expect("no account yet");
    bench.person(Role::Owner).await;
    let late = bench.engine.setup(&link, first("Eve", "eve@example.com", PASSWORD, "Eve's"), device()).await;
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
}

#[tokio::test]
async fn unknown_accounts_and_wrong_passwords_look_the_same() {
    let bench = Bench::new().await;
    bench.person(Role::Manager).await;
    let unknown = bench.engine.sign_in("nobody@example.com", PASSWORD, device()).await;
    let wrong = bench.engine.sign_in("manager@example.com", "wrong horse battery", device()).await;
    assert_eq!(unknown, wrong);
    assert_eq!(fields(wrong), ["password"]);
    let right = bench.engine.sign_in(" Manager@Example.COM ", PASSWORD, device()).await;
    assert!(right.is_ok(), "{right:?}");
}

#[tokio::test]
async fn guessing_is_limited_by_account() {
    let bench = Bench::new().await;
    bench.person(Role::Manager).await;
    let from = |n: u8| DeviceInfo { user_agent: String::new(), address: format!("198.51.100.{n}") };
    for n in 0..10 {
        let wrong = bench.engine.sign_in("manager@example.com", "wrong horse battery", from(n)).await;
        assert_eq!(fields(wrong), ["password"]);
    }
    let right = bench.engine.sign_in("MANAGER@example.com", PASSWORD, from(11)).await;
    assert_eq!(right, Err(Error::TooMany { retry_after_s: 900 }));
    bench.wait(900);
    assert!(bench.engine.sign_in("manager@example.com", PASSWORD, from(11)).await.is_ok());
}

#[tokio::test]
async fn a_session_lasts_thirty_days_and_ends_by_signing_out() {
    let bench = Bench::new().await;
    bench.person(Role::Viewer).await;
    let known = |token: String| {
        let engine = bench.engine.clone();
        async move { engine.who_by_session(&token, "192.0.2.9").await.expect("answered").is_some() }
    };
    let (_, first) = bench.signed_in("viewer@example.com").await;
    let (_, second) = bench.signed_in("viewer@example.com").await;
    assert_ne!(first, second, "each sign-in makes a new token");
    assert_eq!(first.len(), 43);
    bench.engine.sign_out(&first).await.expect("signed out");
    bench.engine.sign_out(&first).await.expect("twice is fine");
    assert!(!known(first).await);
    assert!(known(second.clone()).await);
    bench.wait(30 * 86_400 - 1);
    assert!(known(second.clone()).await);
    bench.wait(2);
    assert!(!known(second).await);
    assert!(!known("guess".to_owned()).await);
}

#[tokio::test]
async fn devices_show_where_they_were_last_seen_and_can_be_signed_out() {
    let bench = Bench::new().await;
    let here = bench.person(Role::Manager).await;
    let other = bench.person(Role::Viewer).await;
    let (there, token) = bench.signed_in("manager@example.com").await;
    bench.wait(59);
    bench.engine.who_by_session(&token, "203.0.113.5").await.expect("answered");
    let seen = |devices: Vec<domain::account::Device>| {
        let device = devices.into_iter().find(|device| Some(device.id) == there.session).expect("listed");
        (device.address, device.seen_at.ms() - device.created_at.ms())
    };
    let devices = bench.engine.devices(&here).await.expect("listed");
    assert_eq!(seen(devices), ("192.0.2.1".to_owned(), 0), "within a minute nothing is written");
    bench.wait(1);
    bench.engine.who_by_session(&token, "203.0.113.5").await.expect("answered");
    let devices = bench.engine.devices(&here).await.expect("listed");
    assert_eq!(devices.len(), 2);
    assert_eq!(devices[0].user_agent, "Firefox");
    assert_eq!(seen(devices), ("203.0.113.5".to_owned(), 60_000));

    let there = there.session.expect("a session");
    assert_eq!(bench.engine.sign_out_device(&other, there).await, Err(Error::NotFound), "not one's own");
    bench.engine.sign_out_device(&here, there).await.expect("signed out");
    assert!(bench.engine.who_by_session(&token, "").await.expect("answered").is_none());
}

#[tokio::test]
async fn a_new_password_signs_other_devices_out() {
    let bench = Bench::new().await;
    let here = bench.person(Role::Viewer).await;
    let (_, elsewhere) = bench.signed_in("viewer@example.com").await;
    let change = |current: &'static str, new: &'static str| {
        let (engine, here) = (bench.engine.clone(), here.clone());
        async move { engine.change_password(&here, current, new).await }
    };
    assert_eq!(fields(change("wrong horse battery", "another password").await), ["current"]);
    assert_eq!(fields(change(PASSWORD, "short").await), ["new"]);
    assert_eq!(fields(change(PASSWORD, PASSWORD).await), ["new"]);
    change(PASSWORD, "another password").await.expect("changed");
    assert!(bench.engine.who_by_session(&elsewhere, "").await.expect("answered").is_none());
    assert_eq!(bench.engine.devices(&here).await.expect("listed").len(), 1);
    assert!(bench.engine.sign_in("viewer@example.com", PASSWORD, device()).await.is_err());
    assert!(bench.engine.sign_in("viewer@example.com", "another password", device()).await.is_ok());
}

#[tokio::test]
async fn whoever_sits_at_an_open_console_can_not_guess_the_password_fast() {
    let bench = Bench::new().await;
    let who = bench.person(Role::Viewer).await;
    for _ in 0..10 {
        let wrong = bench.engine.change_password(&who, "wrong horse battery", "another password").await;
        assert_eq!(fields(wrong), ["current"]);
    }
    let limited = bench.engine.change_password(&who, PASSWORD, "another password").await;
    assert!(matches!(limited, Err(Error::TooMany { .. })), "{limited:?}");
}

#[tokio::test]
async fn only_people_have_devices_and_passwords() {
    let bench = Bench::new().await;
    let program = bench.program(Scope::Manage).await;
    for who in [&program, &bench.system] {
        let session = domain::id::SessionId::from_key(1);
        assert_eq!(bench.engine.devices(who).await, Err(Error::Unauthorized));
        assert_eq!(bench.engine.sign_out_device(who, session).await, Err(Error::Unauthorized));
        assert_eq!(bench.engine.change_password(who, "", "").await, Err(Error::Unauthorized));
        assert_eq!(bench.engine.stash(who, &serde_json::json!({})).await, Err(Error::Unauthorized));
    }
}

#[tokio::test]
async fn the_last_owner_stays() {
    let bench = Bench::new().await;
    let owner = bench.person(Role::Owner).await;
    let viewer = bench.person(Role::Viewer).await;
    let id = |who: &engine::Who| match who.actor {
        Actor::User { id, .. } => id,
        _ => panic!("a person"),
    };
    let lowered = bench.engine.set_role(&owner, id(&owner), Role::Manager).await;
    assert!(matches!(lowered, Err(Error::Conflict(_))), "{lowered:?}");
    let removed = bench.engine.remove_member(&owner, id(&owner)).await;
    assert!(matches!(removed, Err(Error::Conflict(_))), "{removed:?}");
    let raised = bench.engine.set_role(&owner, id(&viewer), Role::Owner).await.expect("raised");
    assert_eq!(raised.role, Role::Owner);
    bench.engine.remove_member(&owner, id(&owner)).await.expect("another owner is there");
}

#[tokio::test]
async fn roles_and_removals_take_effect_at_once() {
    let bench = Bench::new().await;
    let owner = bench.person(Role::Owner).await;
    bench.person(Role::Manager).await;
    let (manager, token) = bench.signed_in("manager@example.com").await;
    let Actor::User { id, .. } = manager.actor else { panic!("a person") };
    bench.engine.set_role(&owner, id, Role::Viewer).await.expect("changed");
    let (now, member) = bench.engine.who_by_session(&token, "").await.expect("answered").expect("signed in");
    assert_eq!(member.role, Role::Viewer);
    assert!(!now.can.has(engine::Permission::Manage));
    bench.engine.remove_member(&owner, id).await.expect("removed");
    assert!(bench.engine.who_by_session(&token, "").await.expect("answered").is_none());
    assert!(bench.engine.sign_in("manager@example.com", PASSWORD, device()).await.is_err());
    assert_eq!(bench.engine.remove_member(&owner, id).await, Err(Error::NotFound));
    assert!(matches!(bench.engine.set_role(&owner, id, Role::Owner).await, Err(Error::NotFound)));
    // The address is free again.
    bench.person(Role::Manager).await;
}

#[tokio::test]
async fn new_people_are_checked_field_by_field() {
    let bench = Bench::new().await;
    let owner = bench.person(Role::Owner).await;
    let wrong = bench.engine.add_member(&owner, "no address", "", Role::Viewer, "123456789").await;
    assert_eq!(fields(wrong), ["name", "email", "password"]);
    let taken = bench.engine.add_member(&owner, "OWNER@example.com", "Eve", Role::Viewer, PASSWORD).await;
    assert_eq!(fields(taken), ["email"]);
    let made = bench.engine.add_member(&owner, "Bo@Example.com", " Bo ", Role::Viewer, PASSWORD).await;
    let made = made.expect("added");
    assert_eq!((made.email.as_str(), made.name.as_str()), ("bo@example.com", "Bo"));
    let listed = bench.engine.members(&owner).await.expect("listed");
    assert!(listed.contains(&made), "{listed:?}");
}

#[tokio::test]
async fn the_marketplace_has_a_name_and_ids() {
    let bench = Bench::new().await;
    let owner = bench.person(Role::Owner).await;
    assert_eq!(
        (owner.marketplace.domain_id.as_str(), owner.marketplace.tenant_id.as_str()),
        ("default", "default")
    );
    let wrong = json!({ "name": "", "domain_id": "a\u{0}b", "tenant_id": "x".repeat(121), "slug": "other", "colour": 1 });
    let wrong = bench.engine.update_marketplace(&owner, &object(wrong)).await;
    assert_eq!(fields(wrong), ["name", "domain_id", "tenant_id", "slug", "colour"]);
    let new = json!({ "name": " Shop ", "domain_id": "12", "slug": "default" });
    let saved = bench.engine.update_marketplace(&owner, &object(new)).await.expect("saved");
    assert_eq!(bench.engine.marketplace(&owner).await, Ok(saved.clone()));
    assert_eq!(saved.tenant_id, "default", "what is left out stays");
    let read = bench.engine.system("default").await.expect("there").marketplace;
    assert_eq!((read.name.as_str(), read.slug.as_str(), read.domain_id.as_str()), ("Shop", "default", "12"));
    assert!(matches!(bench.engine.system("other").await, Err(Error::NotFound)));
}

#[tokio::test]
async fn the_audit_log_tells_who_did_what() {
    let bench = Bench::new().await;
    let owner = bench.person(Role::Owner).await;
    let new = object(json!({ "name": "Shop", "domain_id": "default" }));
    bench.engine.update_marketplace(&owner, &new).await.expect("saved");
    let page = bench.engine.audit(&owner, PageRequest { limit: 1, before: None }).await.expect("listed");
    let entry = &page.data[0];
    assert_eq!((entry.action.as_str(), entry.subject.as_str()), ("marketplace.updated", "default"));
    assert_eq!(entry.actor, owner.actor);
    assert_eq!(entry.detail["name"]["after"], "Shop");
    assert!(entry.detail.get("domain_id").is_none(), "what stayed is not told: {}", entry.detail);
    let older = PageRequest::parse(Some("1"), page.next_cursor.as_deref()).expect("a cursor");
    let older = bench.engine.audit(&owner, older).await.expect("listed");
    assert_eq!(older.data[0].action, "member.added");
    assert_eq!(older.data[0].actor, Actor::System);
}
