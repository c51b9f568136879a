//! Webhooks as a manager and the API see them.

use crate::support::{Bench, object, webhook};
use domain::{
    account::Role,
    id::{MarketplaceId, WebhookId},
    page::PageRequest,
    webhook::State,
};
use engine::{Error, OnHeld, Subject};
use serde_json::{Value, json};

fn shown(webhook: &domain::webhook::Webhook) -> Value {
    serde_json::to_value(webhook).expect("JSON")
}

#[tokio::test]
async fn a_new_webhook_is_a_draft_with_the_defaults_and_a_secret_that_shows_once() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.person(Role::Manager).await);
    let made = engine.create_webhook(who, &webhook("Student sync")).await.expect("made");
    let secret = made.secret.expect("standard signing");
    assert!(secret.starts_with("whsec_"));
    let read = engine.webhook(who, made.webhook.id).await.expect("there");
    assert_eq!(read, made.webhook);
    assert_eq!((read.state, read.revision), (State::Draft, 1));
    let json = shown(&read);
    assert_eq!(json["signing"]["secret"], json!({"set": true}));
    assert_eq!(json["format"], "json");
    assert_eq!(json["timeout_ms"], 15_000);
    let rows = engine.webhooks(who).await.expect("listed");
    assert_eq!((rows.len(), rows[0].waiting, rows[0].recent.len()), (1, 0, 0));
    assert_eq!(rows[0].webhook, read);
    assert!(engine.webhook_advice(who, &Subject::Saved(read.id)).await.expect("judged").is_empty());
}

#[tokio::test]
async fn each_scheme_gets_a_secret_of_its_form() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    for (scheme, secret, public, xml) in [
        ("standard", "whsec_", false, false),
        ("ed25519", "whsk_", true, false),
        ("hmac_hex", "whsec_", false, false),
        ("stripe", "whsec_", false, false),
        ("rsa_sha256", "MI", true, true),
        ("none", "", false, false),
    ] {
        let mut members = webhook(scheme);
        members.insert("signing".to_owned(), json!({ "scheme": scheme }));
        let made = engine.create_webhook(who, &members).await.expect(scheme);
        match &made.secret {
            Some(text) => assert!(!secret.is_empty() && text.starts_with(secret), "{scheme}"),
            None => assert_eq!(scheme, "none"),
        }
        let signing = shown(&made.webhook)["signing"].clone();
        assert_eq!(signing["public_key"].is_string(), public, "{scheme}: {signing}");
        assert_eq!(signing["public_key_xml"].is_string(), xml, "{scheme}: {signing}");
    }
}

#[tokio::test]
async fn a_given_signing_secret_is_used_and_one_that_does_not_fit_is_refused() {
    let bench = Bench::new().await;
    let mut members = webhook("Given");
    members.insert("signing".to_owned(), json!({"scheme": "hmac_hex", "secret": "from the receiver"}));
    let made = bench.engine.create_webhook(&bench.system, &members).await.expect("made");
    assert_eq!(made.secret.expect("it shows once").as_str(), "from the receiver");
    members.insert("signing".to_owned(), json!({"scheme": "standard", "secret": "from the receiver"}));
    match bench.engine.create_webhook(&bench.system, &members).await {
        Err(Error::Invalid(invalid)) => assert!(invalid.at("signing.secret").is_some(), "{invalid:?}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_can_not_work_is_refused_at_its_field_and_nothing_is_stored() {
    let bench = Bench::new().await;
    for (field, value) in [
        ("name", json!("")),
        ("url", json!("ftp://example.com")),
        ("url", json!("http://127.0.0.1/")),
        ("topics", json!([])),
        ("topics", json!(["no.such.topic"])),
        ("timeout_ms", json!(999)),
        ("body_template", json!("{\"email\":")),
        ("oauth", json!(1)),
    ] {
        let mut members = webhook("Wrong");
        members.insert(field.to_owned(), value);
        match bench.engine.create_webhook(&bench.system, &members).await {
            Err(Error::Invalid(invalid)) => {
                assert!(invalid.errors.iter().any(|e| e.field.starts_with(field)), "{field}: {invalid:?}");
            }
            other => panic!("{field}: {other:?}"),
        }
    }
    assert!(bench.engine.webhooks(&bench.system).await.expect("listed").is_empty());
}

#[tokio::test]
async fn a_change_from_an_old_revision_is_a_conflict() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let id = engine.create_webhook(who, &webhook("One")).await.expect("made").webhook.id;
    let change = |name: &str, revision: Value| {
        let members = object(json!({ "name": name, "revision": revision }));
        let (engine, who) = (engine.clone(), who.clone());
        async move { engine.update_webhook(&who, id, &members).await.map(|saved| saved.webhook) }
    };
    let second = change("Two", json!(1)).await.expect("saved");
    assert_eq!((second.settings.name.as_str(), second.revision), ("Two", 2));
    let stale = change("Three", json!(1)).await;
    assert!(matches!(stale, Err(Error::Conflict(_))), "{stale:?}");
    assert_eq!(change("Three", Value::Null).await.expect("the latest").revision, 3);
    let text = change("Four", json!("3")).await;
    assert!(matches!(text, Err(Error::Invalid(_))), "{text:?}");
    assert_eq!(engine.webhook(who, id).await.expect("there").settings.name, "Three");
}

#[tokio::test]
async fn a_webhook_can_be_sent_back_as_it_was_read() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let mut members = webhook("Round");
    members.insert("auth".to_owned(), json!({"type": "basic", "username": "ann", "password": "pw-canary"}));
    let headers =
        json!([{"name": "X-Key", "value": "hd-canary", "secret": true}, {"name": "X-Open", "value": "o"}]);
    members.insert("headers".to_owned(), headers);
    let made = engine.create_webhook(who, &members).await.expect("made").webhook;
    let back = object(shown(&made));
    let saved = engine.update_webhook(who, made.id, &back).await.expect("saved");
    assert!(saved.secret.is_none(), "the signing secret stays");
    assert_eq!(saved.webhook.settings, made.settings);
    assert_eq!(saved.webhook.revision, 2);
}

#[tokio::test]
async fn another_host_needs_its_secrets_again() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let mut members = webhook("Moved");
    members.insert("auth".to_owned(), json!({"type": "basic", "username": "ann", "password": "pw-canary"}));
    let made = engine.create_webhook(who, &members).await.expect("made").webhook;
    let moved = object(json!({ "url": "https://other.example.com/hook" }));
    match engine.update_webhook(who, made.id, &moved).await {
        Err(Error::Invalid(invalid)) => assert!(invalid.at("auth.password").is_some(), "{invalid:?}"),
        other => panic!("{other:?}"),
    }
    let path = object(json!({ "url": "https://example.com/other" }));
    engine.update_webhook(who, made.id, &path).await.expect("the same host");
    let moved = object(json!({
        "url": "https://other.example.com/hook",
        "auth": {"type": "basic", "username": "ann", "password": "again"},
    }));
    let saved = engine.update_webhook(who, made.id, &moved).await.expect("typed again");
    assert!(saved.secret.expect("a new signing secret").starts_with("whsec_"));
}

#[tokio::test]
async fn a_new_scheme_makes_a_new_secret_and_rotation_another() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let made = engine.create_webhook(who, &webhook("Signed")).await.expect("made");
    let id = made.webhook.id;
    let scheme = |scheme: &str| object(json!({ "signing": { "scheme": scheme } }));
    let saved = engine.update_webhook(who, id, &scheme("ed25519")).await.expect("saved");
    assert!(saved.secret.expect("a new one").starts_with("whsk_"));
    let before = saved.webhook.settings.signing.public_key.clone();
    let rotated = engine.rotate_secret(who, id, None).await.expect("rotated");
    assert!(rotated.secret.expect("a new one").starts_with("whsk_"));
    let signing = &rotated.webhook.settings.signing;
    assert_ne!(signing.public_key, before);
    assert_eq!(signing.previous_public_key, before, "what still signs can be checked");
    assert_eq!(rotated.webhook.revision, 3);
    let saved = engine.update_webhook(who, id, &object(json!({ "name": "Other" }))).await.expect("saved");
    assert_eq!(saved.webhook.settings.signing.previous_public_key, before, "a save leaves it");
    let ended = engine.end_overlap(who, id).await.expect("ended");
    assert_eq!(ended.settings.signing.previous_public_key, None);
    let saved = engine.update_webhook(who, id, &scheme("none")).await.expect("saved");
    assert!(saved.secret.is_none() && saved.webhook.settings.signing.public_key.is_none());
    let refused = engine.rotate_secret(who, id, None).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
}

#[tokio::test]
async fn a_webhook_is_activated_paused_duplicated_and_deleted() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let id = engine.create_webhook(who, &webhook("Life")).await.expect("made").webhook.id;
    let draft = engine.pause(who, id).await;
    assert!(matches!(draft, Err(Error::Conflict(_))), "{draft:?}");
    for _ in 0..2 {
        let active = engine.activate(who, id, OnHeld::Release).await.expect("activated");
        assert_eq!((active.state, active.revision), (State::Active, 1));
    }
    for _ in 0..2 {
        assert_eq!(engine.pause(who, id).await.expect("paused").state, State::Paused);
    }
    assert_eq!(engine.activate(who, id, OnHeld::Keep).await.expect("activated").state, State::Active);

    let copy = engine.duplicate(who, id).await.expect("copied");
    assert_eq!((copy.settings.name.as_str(), copy.state, copy.revision), ("Life (copy)", State::Draft, 1));
    assert_ne!(copy.id, id);
    // Its secrets open in their new place.
    let renamed = object(json!({ "name": "x".repeat(120) }));
    let saved = engine.update_webhook(who, copy.id, &renamed).await.expect("saved");
    assert!(saved.secret.is_none());
    let again = engine.duplicate(who, copy.id).await.expect("copied");
    assert_eq!(again.settings.name.chars().count(), 120);
    assert!(again.settings.name.ends_with("x (copy)"));

    assert_eq!(engine.delete_webhook(who, id).await, Ok(0));
    assert!(matches!(engine.webhook(who, id).await, Err(Error::NotFound)));
    assert_eq!(engine.delete_webhook(who, id).await, Err(Error::NotFound));
    assert_eq!(engine.webhooks(who).await.expect("listed").len(), 2);
}

#[tokio::test]
async fn other_marketplaces_and_unknown_ids_find_nothing() {
    let bench = Bench::new().await;
    let id = bench.engine.create_webhook(&bench.system, &webhook("Mine")).await.expect("made").webhook.id;
    let mut stranger = bench.system.clone();
    stranger.marketplace.id = MarketplaceId::from_key(99);
    for (who, id) in [(&stranger, id), (&bench.system, WebhookId::from_key(5))] {
        let engine = &bench.engine;
        let results = [
            engine.webhook(who, id).await.map(drop),
            engine.webhook_advice(who, &Subject::Saved(id)).await.map(drop),
            engine.update_webhook(who, id, &object(json!({"name": "Theirs"}))).await.map(drop),
            engine.delete_webhook(who, id).await.map(drop),
            engine.duplicate(who, id).await.map(drop),
            engine.activate(who, id, OnHeld::Release).await.map(drop),
            engine.pause(who, id).await.map(drop),
            engine.rotate_secret(who, id, None).await.map(drop),
        ];
        for result in results {
            assert_eq!(result, Err(Error::NotFound));
        }
    }
    let still = bench.engine.webhook(&bench.system, id).await.expect("there");
    assert_eq!((still.settings.name.as_str(), still.state), ("Mine", State::Draft));
}

#[tokio::test]
async fn secrets_are_in_no_file_and_not_in_the_audit_log() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let mut members = webhook("Canaries");
    let headers = json!([{"name": "X-Key", "value": "canary-header", "secret": true}]);
    members.insert("headers".to_owned(), headers);
    members.insert("auth".to_owned(), json!({"type": "bearer", "token": "canary-bearer"}));
    members.insert("signing".to_owned(), json!({"scheme": "stripe", "secret": "canary-signing"}));
    let id = engine.create_webhook(who, &members).await.expect("made").webhook.id;
    let patch = object(json!({ "auth": {"type": "basic", "username": "ann", "password": "canary-basic"} }));
    engine.update_webhook(who, id, &patch).await.expect("saved");
    engine.rotate_secret(who, id, None).await.expect("rotated");
    engine.duplicate(who, id).await.expect("copied");
    engine.delete_webhook(who, id).await.expect("deleted");
    let files = String::from_utf8_lossy(&bench.files()).into_owned();
    assert!(files.contains("Canaries"), "the files are the right ones");
    assert!(!files.contains("canary-"));
    let audit = engine.audit(who, PageRequest::default()).await.expect("listed");
    let actions: Vec<_> = audit.data.iter().map(|entry| entry.action.as_str()).collect();
    let expected = ["deleted", "duplicated", "secret_rotated", "updated", "created"];
    assert_eq!(actions, expected.map(|action| format!("webhook.{action}")));
    assert_eq!(audit.data[3].detail["secrets"], json!(["auth.password"]));
    assert_eq!(audit.data[2].detail["secrets"], json!(["signing.secret"]));
}
