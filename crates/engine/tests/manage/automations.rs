//! Automations: started, given a trigger and actions, changed and deleted.

use crate::support::{Bench, object};
use domain::{
    automation::Trigger,
    id::AutomationId,
    webhook::{Owner, State},
};
use engine::{AutomationPatch, Error, NewAutomation, OnHeld};
use serde_json::json;

const URL: &str = "https://crm.example.com/hooks";

async fn with_catalog() -> Bench {
    let bench = Bench::new().await;
    let on = ["learning", "access"];
    bench.engine.update_marketplace(&bench.system, &object(json!({ "catalogs": on }))).await.expect("on");
    bench
}

fn new(product: &str, trigger: Option<Trigger>, urls: &[&str]) -> NewAutomation {
    let actions = urls.iter().map(|url| object(json!({ "url": url }))).collect();
    NewAutomation { product: product.to_owned(), name: None, trigger, actions }
}

async fn started(bench: &Bench, new: &NewAutomation) -> AutomationId {
    bench.engine.start_automation(&bench.system, new).await.expect("started").0.id
}

/// The fields at which it was refused.
fn fields<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<String> {
    match result {
        Err(Error::Invalid(invalid)) => invalid.errors.into_iter().map(|error| error.field).collect(),
        other => panic!("not invalid: {other:?}"),
    }
}

#[tokio::test]
async fn dap_18_an_action_receives_at_once() {
    let bench = with_catalog().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let id = started(&bench, &new("7", Some(Trigger::Granted), &[])).await;
    let saved = engine.add_action(who, id, &object(json!({ "url": URL })), false).await.expect("added");
    assert!(saved.secret.is_some(), "it signs like any other, and this once the secret is told");
    let webhook = engine.webhook(who, saved.webhook.id).await.expect("an ordinary webhook");
    assert_eq!((webhook.state, webhook.owner), (State::Active, Some(Owner::Automation(id))));
    let settings = serde_json::to_value(&webhook.settings).expect("JSON");
    assert_eq!(settings["name"], "crm.example.com");
    assert_eq!(
        (&settings["preset"], &settings["topics"]),
        (&json!("dap"), &json!(["access.product.granted"]))
    );
    assert_eq!(
        settings["conditions"],
        json!({"all": [{"field": "payload.productId", "op": "in", "value": [7, "7"]}]})
    );
    let members =
        json!({ "url": URL, "name": "CRM", "auth": {"type": "bearer", "token": "t"}, "format": "form" });
    engine.add_action(who, id, &object(members), true).await.expect("with whatever a webhook has");
    let row = engine.automation(who, id).await.expect("there");
    let seen: Vec<_> =
        row.actions.iter().map(|row| (row.webhook.settings.name.as_str(), row.is_verified())).collect();
    assert_eq!(seen, [("crm.example.com", false), ("CRM", true)]);
    assert_eq!(engine.automations(who).await.expect("listed"), [row]);
}

#[tokio::test]
async fn what_the_automation_sets_is_changed_there_only() {
    let bench = with_catalog().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let id = started(&bench, &new("7", Some(Trigger::Granted), &[URL])).await;
    let action = engine.automation(who, id).await.expect("there").actions[0].webhook.id;
    for owned in [json!({"topics": ["learning.user.created"]}), json!({"conditions": null})] {
        let name = object(owned.clone()).keys().next().cloned();
        assert_eq!(
            fields(engine.update_webhook(who, action, &object(owned.clone())).await),
            [name.clone().unwrap()]
        );
        let mut given = object(owned);
        given.insert("url".to_owned(), json!(URL));
        assert_eq!(fields(engine.add_action(who, id, &given, false).await), [name.unwrap()]);
    }
    engine.update_webhook(who, action, &object(json!({"name": "CRM"}))).await.expect("the rest is free");

    let patch = AutomationPatch { trigger: Some(Trigger::Revoked), name: None };
    engine.change_automation(who, id, &patch).await.expect("changed");
    let webhook = engine.webhook(who, action).await.expect("there");
    assert_eq!(webhook.settings.topics, ["access.product.revoked"]);
    // A copy is another action, which still has to be activated.
    let copy = engine.duplicate(who, action).await.expect("copied");
    assert_eq!((copy.state, copy.owner), (State::Draft, webhook.owner));
    engine.activate(who, copy.id, OnHeld::Release).await.expect("activated");
    let patch = AutomationPatch { trigger: Some(Trigger::Granted), name: Some(Some("Gold".to_owned())) };
    let changed = engine.change_automation(who, id, &patch).await.expect("changed");
    assert_eq!((changed.title().as_str(), changed.product.as_str()), ("Gold", "7"));
    let row = engine.automation(who, id).await.expect("there");
    assert!(row.actions.iter().all(|row| row.webhook.settings.topics == ["access.product.granted"]));

    engine.delete_automation(who, id).await.expect("deleted");
    assert_eq!(engine.webhook(who, action).await, Err(Error::NotFound));
    assert_eq!(engine.delete_automation(who, id).await, Err(Error::NotFound));
    let audit = engine.audit(who, Default::default()).await.expect("listed").data;
    let actions: Vec<_> = audit.iter().map(|entry| entry.action.as_str()).collect();
    assert!(actions.contains(&"automation.started") && actions[0] == "automation.deleted", "{actions:?}");
}

#[tokio::test]
async fn all_of_it_is_started_or_nothing() {
    let bench = with_catalog().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let refused = async |new: &NewAutomation| fields(engine.start_automation(who, new).await);
    assert_eq!(refused(&new(" ", None, &[])).await, ["product"]);
    assert_eq!(refused(&new("7", None, &[URL])).await, ["trigger"]);
    let wrong = new("", Some(Trigger::Granted), &[URL, "ftp://example.com", ""]);
    assert_eq!(refused(&wrong).await, ["product", "actions.1.url", "actions.2.url"]);
    let mut odd = new("7", Some(Trigger::Granted), &[URL]);
    odd.actions[0].insert("method".to_owned(), json!("GET"));
    assert!(refused(&odd).await.contains(&"actions.0.method".to_owned()), "DAP sends by POST");
    assert!(engine.automations(who).await.expect("listed").is_empty());
    assert!(engine.webhooks(who).await.expect("listed").is_empty());
    let id = started(&bench, &new("7", None, &[])).await;
    assert_eq!(fields(engine.add_action(who, id, &object(json!({"url": URL})), false).await), ["trigger"]);
    assert_eq!(fields(engine.check_action(who, id, &object(json!({"url": URL}))).await), ["trigger"]);
}

#[tokio::test]
async fn the_catalog_has_to_be_on_and_stays_on_under_actions() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let off = engine.start_automation(who, &new("7", None, &[])).await;
    assert!(matches!(&off, Err(Error::Conflict(why)) if why.contains("Settings")), "{off:?}");
    engine.update_marketplace(who, &object(json!({ "catalogs": ["access"] }))).await.expect("on");
    started(&bench, &new("7", Some(Trigger::Granted), &[URL])).await;
    assert_eq!(
        fields(engine.update_marketplace(who, &object(json!({ "catalogs": [] }))).await),
        ["catalogs"]
    );
}
