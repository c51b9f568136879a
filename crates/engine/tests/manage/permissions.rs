//! Who may call what: every method of the engine, for each role of a person and each scope of a key.

use crate::support::{Bench, object, webhook};
use domain::{
    account::{Role, Scope},
    delivery::DeliveryFilter,
    event::EventFilter,
    id::{AutomationId, CampaignId, DeliveryId, EventId, KeyId, ReplayId, UserId, WebhookId},
    page::PageRequest,
};
use engine::{
    AutomationPatch, Engine, Error, NewAutomation, NewEvent, OnHeld, Permission, RetryBody, Subject, TagPart,
    Who,
};
use serde_json::json;
use std::{future::Future, pin::Pin};

type Called<'a> = Pin<Box<dyn Future<Output = Option<Permission>> + 'a>>;
type Call = for<'a> fn(&'a Engine, &'a Who) -> Called<'a>;

/// The permission whose lack refused it, if that is what happened.
fn refused<T>(result: &Result<T, Error>) -> Option<Permission> {
    match result {
        Err(Error::Forbidden(refusal)) => Some(refusal.needs),
        _ => None,
    }
}

macro_rules! calls {
    ($($permission:ident $name:ident ($engine:ident, $who:ident) $call:expr;)*) => {
        const CALLS: &[(&str, Permission, Call)] = &[$((
            stringify!($name),
            Permission::$permission,
            |$engine, $who| Box::pin(async move { refused(&$call) }),
        )),*];
    };
}

fn no_automation() -> AutomationId {
    AutomationId::from_key(1)
}

fn no_webhook() -> WebhookId {
    WebhookId::from_key(1)
}

calls! {
    Publish accept (e, w) e.accept(w, event()).await;
    Publish accept_batch (e, w) e.accept_batch(w, vec![event()]).await;
    Publish accept_with_profile (e, w) e.accept_with_profile(w, event(), "{}").await;
    Publish put_profile (e, w) e.put_profile(w, "", "{}").await;
    Publish delete_profile (e, w) e.delete_profile(w, "").await;

    Read webhooks (e, w) e.webhooks(w).await;
    Read webhook (e, w) e.webhook(w, no_webhook()).await;
    Read alerts (e, w) e.alerts(w).await;
    Read owner_names (e, w) e.owner_names(w).await;
    Read automations (e, w) e.automations(w).await;
    Read automation (e, w) e.automation(w, no_automation()).await;
    Read products_seen (e, w) e.products_seen(w).await;
    Read secret_key_is_set (e, w) e.secret_key_is_set(w).await;
    Read settings_then (e, w) e.settings_then(w, no_webhook(), 1).await;
    Read webhook_advice (e, w) e.webhook_advice(w, &Subject::Saved(no_webhook())).await;
    Read deliveries (e, w) e.deliveries(w, &DeliveryFilter::default(), PageRequest::default()).await;
    Read counts (e, w) e.counts(w, &DeliveryFilter::default()).await;
    Read delivery (e, w) e.delivery(w, DeliveryId::from_key(1)).await;
    Read events (e, w) e.events(w, &EventFilter::default(), PageRequest::default()).await;
    Read event (e, w) e.event(w, EventId::from_key(1)).await;
    Read explain (e, w) e.explain(w, EventId::from_key(1)).await;
    Read replays (e, w) e.replays(w, no_webhook(), PageRequest::default()).await;
    Read replay (e, w) e.replay(w, no_webhook(), ReplayId::from_key(1)).await;
    Read campaigns (e, w) e.campaigns(w).await;
    Read campaign (e, w) e.campaign(w, CampaignId::from_key(1)).await;
    Read topics (e, w) e.topics(w).await;
    Read marketplace (e, w) e.marketplace(w).await;
    Read topic (e, w) e.topic(w, "learning.user.created").await;
    Read bins (e, w) e.bins(w).await;
    Read bin (e, w) e.bin(w, "bin_1").await;
    Read bin_requests (e, w) e.bin_requests(w, "bin_1").await;
    Read keys (e, w) e.keys(w).await;
    Read members (e, w) e.members(w).await;
    Read audit (e, w) e.audit(w, PageRequest::default()).await;
    Read profiles (e, w) e.profiles(w, PageRequest::default()).await;
    Read profile (e, w) e.profile(w, "").await;
    Read tracking (e, w) e.tracking(w).await;
    Read overview (e, w) e.overview(w).await;
    Read live (e, w) e.live(w);

    Manage create_webhook (e, w) e.create_webhook(w, &webhook("Made")).await;
    Manage start_automation (e, w) e.start_automation(w, &NewAutomation::default()).await;
    Manage change_automation (e, w) e.change_automation(w, no_automation(), &AutomationPatch::default()).await;
    Manage add_action (e, w) e.add_action(w, no_automation(), &object(json!({})), false).await;
    Manage check_action (e, w) e.check_action(w, no_automation(), &object(json!({}))).await;
    Manage delete_automation (e, w) e.delete_automation(w, no_automation()).await;
    Manage update_webhook (e, w) e.update_webhook(w, no_webhook(), &object(json!({}))).await;
    Manage delete_webhook (e, w) e.delete_webhook(w, no_webhook()).await;
    Manage duplicate (e, w) e.duplicate(w, no_webhook()).await;
    Manage activate (e, w) e.activate(w, no_webhook(), OnHeld::Release).await;
    Manage pause (e, w) e.pause(w, no_webhook()).await;
    Manage rotate_secret (e, w) e.rotate_secret(w, no_webhook(), None).await;
    Manage end_overlap (e, w) e.end_overlap(w, no_webhook()).await;
    Manage release (e, w) e.release(w, no_webhook()).await;
    Manage discard (e, w) e.discard(w, no_webhook()).await;
    Manage retry (e, w) e.retry(w, DeliveryId::from_key(1), RetryBody::Same).await;
    Manage count_replay (e, w) e.count_replay(w, no_webhook(), &DeliveryFilter::default()).await;
    Manage start_replay (e, w) e.start_replay(w, no_webhook(), &DeliveryFilter::default(), RetryBody::Same).await;
    Manage stop_replay (e, w) e.stop_replay(w, no_webhook(), ReplayId::from_key(1)).await;
    Manage test (e, w) e.test(w, Subject::Saved(no_webhook()), "learning.user.created", None).await;
    Manage check (e, w) e.check(w, Subject::Saved(no_webhook())).await;
    Read preview (e, w) e.preview(w, unsaved(), "learning.user.created", None).await;
    Manage create_campaign (e, w) e.create_campaign(w, &object(json!({}))).await;
    Manage update_campaign (e, w) e.update_campaign(w, CampaignId::from_key(1), &object(json!({}))).await;
    Manage delete_campaign (e, w) e.delete_campaign(w, CampaignId::from_key(1)).await;
    Manage activate_campaign (e, w) e.activate_campaign(w, CampaignId::from_key(1), OnHeld::Release).await;
    Manage pause_campaign (e, w) e.pause_campaign(w, CampaignId::from_key(1)).await;
    Manage test_campaign (e, w) e.test_campaign(w, None, &object(json!({}))).await;
    Manage create_topic (e, w) e.create_topic(w, &object(json!({}))).await;
    Manage update_topic (e, w) e.update_topic(w, "shop.order.paid", &object(json!({}))).await;
    Manage delete_topic (e, w) e.delete_topic(w, "shop.order.paid").await;
    Manage create_bin (e, w) e.create_bin(w, None, None).await;
    Manage update_bin (e, w) e.update_bin(w, "bin_1", None, None).await;
    Manage delete_bin (e, w) e.delete_bin(w, "bin_1").await;

    Own create_key (e, w) e.create_key(w, "", Scope::Read).await;
    Own delete_key (e, w) e.delete_key(w, KeyId::from_key(1)).await;
    Own add_member (e, w) e.add_member(w, "", "", Role::Viewer, "").await;
    Own set_role (e, w) e.set_role(w, UserId::from_key(1), Role::Viewer).await;
    Own remove_member (e, w) e.remove_member(w, UserId::from_key(1)).await;
    Own erasable (e, w) e.erasable(w, "nobody@example.com").await;
    Own erase (e, w) e.erase(w, "nobody@example.com").await;
    Own set_secret_key (e, w) e.set_secret_key(w, None).await;
    Own update_marketplace (e, w) e.update_marketplace(w, &object(json!({}))).await;
    Own save_tracking (e, w) e.save_tracking(w, true, &[String::new()]).await;
    Own rotate_tracking (e, w) e.rotate_tracking(w, TagPart::Key).await;
}

fn event() -> NewEvent {
    NewEvent { topic: "no.such.topic".to_owned(), payload: "{}".to_owned(), id: None, occurred_at: None }
}

fn unsaved() -> Subject {
    Subject::Unsaved { webhook: webhook("Unsaved"), from: None }
}

/// Methods without a permission: for whoever is a person, or for the time before anybody is known.
const OTHERS: &[&str] = &[
    "add_marketplace",
    "catch",
    "change_password",
    "config",
    "damage",
    "devices",
    "drain",
    "forget_secrets",
    "has_account",
    "key_state",
    "lacking_secrets",
    "limit_views",
    "metrics",
    "open",
    "publisher_by_key",
    "ready",
    "report_view",
    "rotate_key",
    "sends_mail",
    "setup",
    "setup_open",
    "setup_token",
    "shutdown",
    "sign_in",
    "sign_out",
    "sign_out_device",
    "start",
    "stash",
    "stop",
    "system",
    "try_mail_server",
    "unstash",
    "website",
    "who_by_key",
    "who_by_session",
];

/// What each kind of caller may do, by the contract.
fn allowed(kind: &str) -> &'static [Permission] {
    use Permission::{Manage, Own, Publish, Read};
    match kind {
        "nobody" => &[],
        "viewer" | "read" => &[Read],
        "events" => &[Publish],
        "manager" => &[Publish, Read, Manage],
        "owner" | "manage" => &[Publish, Read, Manage, Own],
        other => panic!("unknown {other}"),
    }
}

/// Every method that was refused to somebody who may call it, or not refused to somebody who may not.
async fn mistakes(bench: &Bench, kind: &str, who: &Who) -> Vec<String> {
    let mut found = Vec::new();
    for (name, permission, call) in CALLS {
        let expected = (!allowed(kind).contains(permission)).then_some(*permission);
        let got = call(&bench.engine, who).await;
        if got != expected {
            found.push(format!("{kind} {name}: expected {expected:?}, got {got:?}"));
        }
    }
    found
}

#[tokio::test]
async fn every_method_asks_for_its_permission() {
    let bench = Bench::new().await;
    let mut found = Vec::new();
    for role in [Role::Viewer, Role::Manager, Role::Owner] {
        let who = bench.person(role).await;
        found.extend(mistakes(&bench, role.as_str(), &who).await);
    }
    for scope in [Scope::Events, Scope::Read, Scope::Manage] {
        let who = bench.program(scope).await;
        found.extend(mistakes(&bench, scope.as_str(), &who).await);
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn the_table_notices_a_caller_who_may_too_much() {
    let bench = Bench::new().await;
    let owner = bench.person(Role::Owner).await;
    let mut posing = bench.person(Role::Viewer).await;
    posing.can = owner.can;
    let found = mistakes(&bench, "viewer", &posing).await;
    let beyond = CALLS.iter().filter(|(_, permission, _)| *permission != Permission::Read).count();
    assert_eq!(found.len(), beyond, "{found:#?}");
}

#[tokio::test]
async fn a_refusal_says_who_it_is_about_and_what_is_missing() {
    let bench = Bench::new().await;
    let refused = async |who: &Who| bench.engine.secret_key_is_set(who).await.err().map(|e| e.to_string());
    let changes =
        async |who: &Who| bench.engine.set_secret_key(who, None).await.expect_err("refused").to_string();
    assert_eq!(
        refused(&bench.program(Scope::Events).await).await.as_deref(),
        Some("This API key has the scope events: it can publish events but not read.")
    );
    assert_eq!(
        changes(&bench.program(Scope::Read).await).await,
        "This API key has the scope read: it can read but not change people, keys or the marketplace."
    );
    assert_eq!(
        changes(&bench.person(Role::Manager).await).await,
        "Your role, manager, can't change people, keys or the marketplace."
    );
}

/// The table is whole: every public method of `Engine` that stands in the source is in it, or in
/// the list of those that need no permission.
#[test]
fn every_public_method_is_in_the_table() {
    let known = |name: &str| CALLS.iter().any(|call| call.0 == name) || OTHERS.contains(&name);
    let mut missing = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the source is there") {
            let path = entry.expect("listed").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("text");
            missing.extend(methods(&text).filter(|name| !known(name)).map(|name| (path.clone(), name)));
        }
    }
    assert!(missing.is_empty(), "not in CALLS and not in OTHERS: {missing:#?}");
}

/// The public methods in the `impl Engine` blocks of a file.
fn methods(text: &str) -> impl Iterator<Item = String> {
    let blocks =
        text.split("\nimpl Engine {\n").skip(1).map(|rest| rest.split("\n}\n").next().unwrap_or(rest));
    let lines = blocks.flat_map(str::lines).filter_map(|line| {
        let line = line.strip_prefix("    pub ")?;
        let line = line.strip_prefix("async ").or_else(|| line.strip_prefix("const ")).unwrap_or(line);
        line.strip_prefix("fn ")
    });
    lines
        .map(|line| line.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect::<Vec<String>>()
        .into_iter()
}
