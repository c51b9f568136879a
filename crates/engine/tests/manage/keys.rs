//! API keys and what forms leave behind.

use crate::support::Bench;
use domain::account::{Actor, Role, Scope};
use engine::Error;
use serde_json::json;

#[tokio::test]
async fn a_key_works_until_it_is_deleted_and_shows_its_text_once() {
    let bench = Bench::new().await;
    let owner = bench.person(Role::Owner).await;
    let (key, text) = bench.engine.create_key(&owner, " Shop ", Scope::Events).await.expect("made");
    assert_eq!(text.len(), "crk_".len() + 43);
    assert!(text.starts_with(&key.hint) && key.hint.len() == 10, "{}", key.hint);
    assert_eq!((key.name.as_str(), key.used_at), ("Shop", None));

    let who = bench.engine.who_by_key(&text).await.expect("known");
    assert_eq!(who.actor, Actor::Key { id: key.id, name: "Shop".to_owned() });
    assert_eq!(who.marketplace, owner.marketplace);
    let used = bench.engine.keys(&owner).await.expect("listed")[0].used_at;
    assert_eq!(used, Some(bench.clock.now()));
    bench.wait(30);
    bench.engine.who_by_key(&text).await.expect("known");
    assert_eq!(bench.engine.keys(&owner).await.expect("listed")[0].used_at, used, "written once a minute");

    for wrong in ["", "crk_", &text[..46], &text.to_lowercase(), "whsec_x"] {
        assert!(matches!(bench.engine.who_by_key(wrong).await, Err(Error::Unauthorized)), "{wrong}");
    }
    assert!(!String::from_utf8_lossy(&bench.files()).contains(text.as_str()), "only its hash is stored");
    bench.engine.delete_key(&owner, key.id).await.expect("deleted");
    assert!(matches!(bench.engine.who_by_key(&text).await, Err(Error::Unauthorized)));
    assert_eq!(bench.engine.delete_key(&owner, key.id).await, Err(Error::NotFound));
}

#[tokio::test]
async fn a_key_needs_a_name() {
    let bench = Bench::new().await;
    match bench.engine.create_key(&bench.system, " ", Scope::Read).await {
        Err(Error::Invalid(invalid)) => assert!(invalid.at("name").is_some()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_stash_is_read_by_its_session_only_for_one_hour_and_is_sealed() {
    let bench = Bench::new().await;
    let owner = bench.person(Role::Owner).await;
    let (elsewhere, _) = bench.signed_in("owner@example.com").await;
    let value = json!({ "password": "canary-in-a-form" });
    let token = bench.engine.stash(&owner, &value).await.expect("kept");
    assert_eq!(bench.engine.unstash(&owner, &token).await, Ok(Some(value.clone())));
    assert_eq!(bench.engine.unstash(&owner, &token).await, Ok(Some(value)), "a reload works");
    assert_eq!(bench.engine.unstash(&elsewhere, &token).await, Ok(None));
    assert_eq!(bench.engine.unstash(&bench.system, &token).await, Ok(None));
    assert_eq!(bench.engine.unstash(&owner, "guess").await, Ok(None));
    assert!(!String::from_utf8_lossy(&bench.files()).contains("canary-in-a-form"));
    bench.wait(3601);
    assert_eq!(bench.engine.unstash(&owner, &token).await, Ok(None));
    let large = json!({ "text": "x".repeat(4 << 20) });
    assert!(matches!(bench.engine.stash(&owner, &large).await, Err(Error::TooLarge(_))));
}
