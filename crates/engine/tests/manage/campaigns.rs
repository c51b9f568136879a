//! Campaigns as a manager and the API see them.

use crate::support::{Bench, object};
use domain::{
    account::Role,
    campaign::Campaign,
    id::CampaignId,
    page::PageRequest,
    webhook::{Owner, State},
};
use engine::{Engine, Error, OnHeld, Who};
use serde_json::{Value, json};

fn whole() -> Value {
    json!({
        "name": "Packing",
        "trigger": { "on": "page_type", "value": "product" },
        "webhook": {
            "url": "https://esp.example.com/start", "profile_fields": ["profileid", "email"],
            "static_fields": [{ "name": "automationid", "value": "42" }],
            "headers": [{ "name": "X-Api-Key", "value": "s3cret", "secret": true }],
        },
        "stop": { "restart_after_s": 3600 },
    })
}

async fn bench() -> (Bench, Who) {
    let bench = Bench::new().await;
    bench
        .engine
        .update_marketplace(&bench.system, &object(json!({ "catalogs": ["visitor"] })))
        .await
        .expect("switched on");
    let who = bench.person(Role::Manager).await;
    (bench, who)
}

async fn create(engine: &Engine, who: &Who, members: Value) -> Result<Campaign, Error> {
    engine.create_campaign(who, &object(members)).await
}

async fn update(engine: &Engine, who: &Who, id: CampaignId, members: Value) -> Result<Campaign, Error> {
    engine.update_campaign(who, id, &object(members)).await
}

#[track_caller]
fn fields<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<String> {
    match result {
        Err(Error::Invalid(wrong)) => wrong.errors.into_iter().map(|error| error.field).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn dt_5_a_campaign_needs_its_three_parts_to_be_activated() {
    let (bench, who) = bench().await;
    let (engine, who) = (&bench.engine, &who);
    let draft = create(engine, who, json!({ "name": "Packing" })).await.expect("a draft");
    assert_eq!((draft.state, draft.webhook_id), (State::Draft, None));
    let activate = || engine.activate_campaign(who, draft.id, OnHeld::Release);
    assert_eq!(fields(activate().await), ["trigger", "webhook", "stop"]);
    assert!(matches!(engine.pause_campaign(who, draft.id).await, Err(Error::Conflict(_))));

    let with = update(engine, who, draft.id, json!({ "webhook": whole()["webhook"] })).await.expect("saved");
    let webhook = with.webhook_id.expect("it has a webhook now");
    assert_eq!(fields(activate().await), ["trigger", "stop"]);
    // Nor by its webhook.
    assert!(matches!(engine.activate(who, webhook, OnHeld::Release).await, Err(Error::Conflict(_))));
    let rest = json!({ "trigger": whole()["trigger"], "stop": whole()["stop"] });
    update(engine, who, draft.id, rest).await.expect("saved");
    let active = activate().await.expect("active");
    assert_eq!((active.state, active.webhook_id), (State::Active, Some(webhook)));

    for part in ["trigger", "webhook", "stop"] {
        assert_eq!(fields(update(engine, who, draft.id, json!({ part: null })).await), [part]);
    }
    assert_eq!(engine.campaign(who, draft.id).await.expect("there"), active, "nothing is half saved");
    let paused = engine.pause_campaign(who, draft.id).await.expect("paused");
    assert_eq!(paused.state, State::Paused);
    assert_eq!(activate().await.expect("active again").state, State::Active);
}

#[tokio::test]
async fn its_webhook_follows_and_is_changed_nowhere_else() {
    let (bench, who) = bench().await;
    let (engine, who) = (&bench.engine, &who);
    let made = create(engine, who, whole()).await.expect("made");
    let shown = serde_json::to_value(&made).expect("JSON");
    assert_eq!(shown["webhook"]["headers"][0]["value"], json!({ "set": true }));
    assert_eq!(shown["trigger"]["known_only"], true);
    assert_eq!(shown["webhook"]["profile_fields"], json!(["profileid", "email"]));
    let id = made.webhook_id.expect("a webhook");
    let webhook = engine.webhook(who, id).await.expect("there");
    assert_eq!(webhook.owner, Some(Owner::Campaign(made.id)));
    assert_eq!(
        (webhook.settings.name.as_str(), webhook.settings.preset.as_deref()),
        ("Packing", Some("datatrics"))
    );

    let owned =
        json!({ "topics": ["visitor.page.viewed"], "conditions": null, "frequency": null, "fields": null });
    let refused = fields(engine.update_webhook(who, id, &object(owned)).await);
    assert_eq!(refused, ["topics", "conditions", "fields", "frequency"]);
    assert!(matches!(engine.delete_webhook(who, id).await, Err(Error::Conflict(_))));
    // The rest may be, and the campaign shows it.
    let moved = json!({ "url": "https://esp.example.com/other", "timeout_ms": 5000 });
    engine.update_webhook(who, id, &object(moved)).await.expect("changed");
    let campaign = engine.campaign(who, made.id).await.expect("there");
    assert_eq!(
        campaign.webhook.as_ref().map(|sends| sends.url.as_str()),
        Some("https://esp.example.com/other")
    );

    // What was not sent stays, secrets too; another server gets none.
    let get = json!({ "name": "Later", "webhook": { "method": "GET" } });
    let later = update(engine, who, made.id, get).await.expect("saved");
    assert_eq!(later.name, "Later");
    let webhook = engine.webhook(who, id).await.expect("there");
    assert_eq!((webhook.settings.name.as_str(), webhook.settings.timeout_ms), ("Later", 5000));
    let elsewhere = json!({ "webhook": { "url": "https://elsewhere.example.com/" } });
    assert_eq!(fields(update(engine, who, made.id, elsewhere).await), ["webhook.headers.0.value"]);

    let copy = engine.duplicate(who, id).await.expect("copied");
    assert_eq!(copy.owner, None);
    assert_eq!(engine.delete_campaign(who, made.id).await.expect("deleted"), 0);
    assert!(matches!(engine.webhook(who, id).await, Err(Error::NotFound)));
    assert!(engine.campaigns(who).await.expect("listed").is_empty());
}

#[tokio::test]
async fn everything_wrong_is_told_together_and_nothing_is_saved() {
    let (bench, who) = bench().await;
    let (engine, who) = (&bench.engine, &who);
    let wrong = json!({
        "name": "", "trigger": { "on": "page", "value": "" },
        "webhook": {
            "url": "ftp://example.com", "profile_fields": ["email"],
            "static_fields": [{ "name": "email", "value": "" }],
        },
        "stop": { "restart_after_s": 1 },
    });
    let told = fields(create(engine, who, wrong).await);
    for field in [
        "name",
        "trigger.value",
        "webhook.url",
        "webhook.static_fields.0.name",
        "webhook.static_fields.0.value",
        "stop.restart_after_s",
    ] {
        assert_eq!(told.iter().filter(|each| *each == field).count(), 1, "{field} of {told:?}");
    }
    assert!(engine.campaigns(who).await.expect("listed").is_empty());
    assert!(engine.webhooks(who).await.expect("listed").is_empty());
}

#[tokio::test]
async fn without_its_catalog_there_is_no_webhook_and_the_answer_says_where_to_switch_it_on() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    create(engine, who, json!({ "name": "Idea", "trigger": whole()["trigger"] })).await.expect("a draft");
    let refused = create(engine, who, whole()).await;
    let Err(Error::Invalid(wrong)) = refused else { panic!("{refused:?}") };
    assert_eq!((wrong.errors.len(), wrong.errors[0].field.as_str()), (1, "trigger"));
    assert!(wrong.errors[0].message.contains("Settings"), "{wrong:?}");
}

#[tokio::test]
async fn dt_15_a_test_needs_only_the_webhook_part_and_saves_nothing() {
    let (bench, who) = bench().await;
    let (engine, who) = (&bench.engine, &who);
    let bin = engine.create_bin(who, None, None).await.expect("made");
    let chosen = json!({ "url": bin.url, "static_fields": [{ "name": "automationid", "value": "42" }] });
    let members = object(json!({ "name": "", "webhook": chosen, "stop": { "restart_after_s": "soon" } }));
    let sent = engine.test_campaign(who, None, &members).await.expect("sent");
    let request = sent.attempts[0].request.clone().expect("sent");
    assert!(sent.test && request.body.contains(r#""automationid":"42""#), "{request:?}");
    assert!(engine.campaigns(who).await.expect("listed").is_empty());
    let nothing = engine.test_campaign(who, None, &object(json!({ "name": "A" }))).await;
    assert_eq!(fields(nothing), ["webhook"]);
    let wrong = object(json!({ "webhook": { "url": "x", "profile_fields": ["email"] } }));
    assert_eq!(fields(engine.test_campaign(who, None, &wrong).await), ["webhook.url"]);
}

#[tokio::test]
async fn each_change_is_in_the_audit_log_without_secrets() {
    let (bench, who) = bench().await;
    let (engine, who) = (&bench.engine, &who);
    let made = create(engine, who, whole()).await.expect("made");
    let key =
        json!({ "webhook": { "headers": [{ "name": "X-Api-Key", "value": "0ther", "secret": true }] } });
    update(engine, who, made.id, key).await.expect("saved");
    engine.activate_campaign(who, made.id, OnHeld::Release).await.expect("active");
    engine.delete_campaign(who, made.id).await.expect("deleted");
    let entries = engine.audit(who, PageRequest::default()).await.expect("read").data;
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).take(4).collect();
    assert_eq!(actions, ["campaign.deleted", "webhook.activated", "campaign.updated", "campaign.created"]);
    assert_eq!(entries[2].detail["secrets"], json!(["headers.x-api-key"]));
    assert!(!format!("{entries:?}").contains("s3cret") && !format!("{entries:?}").contains("0ther"));
}
