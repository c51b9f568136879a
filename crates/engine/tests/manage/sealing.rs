//! What was sealed with several keys, as installations may have it that made a new key over sealed secrets.

use crate::support::{Bench, object, webhook};
use domain::{id::WebhookId, webhook::State};
use engine::{Clock, Config, Engine, Error, KeyState, OpenAs, OpenError, Subject};
use serde_json::json;

fn config(bench: &Bench, byte: u8, hour: u64) -> Config {
    let public_url = "http://127.0.0.1:3000".parse().expect("a URL");
    let database = format!("sqlite://{}", bench.dir.join("crier.db").display());
    let mut config = Config::new(database, &bench.dir, public_url);
    // Ids are made from the time, and each of these makes some.
    config.clock = Clock::by_hand(bench.clock.now().plus_ms(hour as i64 * 3_600_000));
    config.secret_key = Some([byte; 32]);
    config
}

async fn tool(bench: &Bench, byte: u8, hour: u64) -> Engine {
    Engine::open(config(bench, byte, hour), OpenAs::Tool).await.expect("opened")
}

async fn secret_webhook(engine: &Engine, bench: &Bench, name: &str) -> WebhookId {
    let mut members = webhook(name);
    members.insert("auth".to_owned(), json!({"type": "basic", "username": "ann", "password": "canary"}));
    let made = engine.create_webhook(&bench.system, &members).await.expect("made");
    engine.activate(&bench.system, made.webhook.id, engine::OnHeld::Keep).await.expect("active");
    made.webhook.id
}

#[tokio::test]
async fn what_another_key_sealed_is_asked_for_and_only_that_is_forgotten() {
    let bench = Bench::new().await;
    let who = &bench.system;
    // Tools settle nothing: the first start of a server does.
    let (first, second) = (tool(&bench, 1, 1).await, tool(&bench, 2, 2).await);
    assert_eq!(first.key_state(), &KeyState::Unused);
    let one = secret_webhook(&first, &bench, "One").await;
    let two = secret_webhook(&second, &bench, "Two").await;

    // Nothing but saving goes over what can't be read, and saving asks for it.
    for refused in
        [second.rotate_secret(who, one, None).await.map(|_| ()), second.duplicate(who, one).await.map(|_| ())]
    {
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    }
    let saved = second.update_webhook(who, one, &object(json!({"name": "Uno"}))).await;
    assert!(matches!(&saved, Err(Error::Invalid(wrong)) if wrong.at("auth.password").is_some()), "{saved:?}");
    first.duplicate(who, one).await.expect("its key opens it still");
    // One without secrets of its own, whose bodies carry the marketplace's.
    let catalogs = object(json!({"catalogs": ["learning", "access"]}));
    first.update_marketplace(who, &catalogs).await.expect("on");
    first.set_secret_key(who, Some("s3cret")).await.expect("set");
    let mut members = webhook("Bodies");
    members.insert("topics".to_owned(), json!(["access.*"]));
    members.insert("signing".to_owned(), json!({"scheme": "none"}));
    let bodies = first.create_webhook(who, &members).await.expect("made").webhook.id;
    first.activate(who, bodies, engine::OnHeld::Keep).await.expect("active");
    first.shutdown().await;
    second.shutdown().await;

    let server = Engine::open(config(&bench, 1, 3), OpenAs::Server).await.expect("the first one settles it");
    assert_eq!(server.key_state(), &KeyState::Fits);
    server.shutdown().await;
    let Err(OpenError::Key(told)) = Engine::open(config(&bench, 2, 4), OpenAs::Server).await else {
        panic!("another key starts")
    };
    let other = tool(&bench, 2, 5).await;
    assert_eq!(other.key_state(), &KeyState::Wrong(told.clone()));
    let sealed = other.create_webhook(who, &webhook("Three")).await;
    assert!(matches!(sealed, Err(Error::Internal)), "a tool without the key seals nothing: {sealed:?}");
    other.shutdown().await;

    let (_, after) = told.split_once("sealed with the key ").expect("it names the key");
    let lost = after.split(',').next().expect("a key");
    let forgotten = Engine::forget_secrets(&config(&bench, 2, 6), lost).await.expect("forgotten");
    let names: Vec<_> = forgotten.iter().map(|lacking| lacking.webhook.settings.name.as_str()).collect();
    assert_eq!(names, ["Bodies", "One", "One (copy)"]);
    let server = Engine::open(config(&bench, 2, 7), OpenAs::Server).await.expect("its key seals now");
    let state = async |id| server.webhook(who, id).await.expect("there").state;
    assert_eq!((state(one).await, state(two).await), (State::Paused, State::Active));
    server.duplicate(who, two).await.expect("its secrets are kept");
    assert_eq!(state(bodies).await, State::Paused);
    assert_eq!(server.lacking_secrets().await.expect("read").len(), 3);
    let advice = async |id| {
        let advice = server.webhook_advice(who, &Subject::Saved(id)).await.expect("looked at");
        advice.into_iter().map(|advice| advice.message).collect::<Vec<_>>().join("\n")
    };
    assert!(
        advice(one).await.contains("missing: password, signing secret. Type them"),
        "{}",
        advice(one).await
    );
    assert!(advice(bodies).await.contains("An owner sets it again"), "{}", advice(bodies).await);
    assert_eq!(advice(two).await, "");
    let refused = server.activate(who, bodies, engine::OnHeld::Keep).await;
    assert!(matches!(&refused, Err(Error::Conflict(told)) if told.contains("secret key")), "{refused:?}");
    server.set_secret_key(who, Some("another")).await.expect("set");
    server.activate(who, bodies, engine::OnHeld::Keep).await.expect("nothing is missing");
    server.rotate_secret(who, one, None).await.expect("there is nothing left to lose");
    server.shutdown().await;
}
