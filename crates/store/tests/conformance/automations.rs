//! Automations with their actions, the secret key, and what a check of the connection leaves.

use crate::support::{Db, HOME, T0, draft, edit, on_both_databases};
use domain::{
    automation::{Automation, Trigger},
    id::{AutomationId, MarketplaceId, WebhookId},
    webhook::{Owner, State, Webhook},
};
use store::{NewAction, SecretKey};

const ELSEWHERE: MarketplaceId = MarketplaceId::from_key(2);

fn automation(db: &Db, product: &str, trigger: Option<Trigger>) -> Automation {
    Automation { id: db.id(), product: product.to_owned(), name: None, trigger, created_at: T0 }
}

fn action(db: &Db, of: AutomationId, name: &str) -> Webhook {
    let mut webhook = draft(db.id(), name);
    webhook.owner = Some(Owner::Automation(of));
    webhook.state = State::Active;
    webhook.settings.topics = vec![Trigger::Granted.topic().to_owned()];
    webhook
}

/// Keeps an automation with two actions.
async fn keep(db: &Db) -> (Automation, WebhookId, WebhookId) {
    let new = automation(db, "7", Some(Trigger::Granted));
    let (first, second) = (action(db, new.id, "First"), action(db, new.id, "Second"));
    let actions = [&first, &second].map(|webhook| NewAction { webhook, secrets: "sealed" });
    db.store.insert_automation(HOME, &new, &actions, &db.audit("automation.started")).await.expect("kept");
    (new, first.id, second.id)
}

on_both_databases! {
    async fn it_changes_and_goes_while_attempts_of_its_actions_are_recorded(db: &Db) {
        for _ in 0..30 {
            let (old, first, second) = keep(db).await;
            // Not in the order in which the automation takes its actions.
            for webhook in [second, first, second, first] {
                db.publish(&[webhook], "{}").await;
            }
            let claimed = db.claim(T0).await;
            let ended: Vec<_> = claimed.iter().map(|claimed| db.delivered(claimed)).collect();
            let (some, rest) = ended.split_at(2);
            let new = Automation { trigger: Some(Trigger::Revoked), ..old.clone() };
            let (changed, recorded) = (db.audit("automation.updated"), db.store.finish(some));
            let change = db.store.update_automation(HOME, &old, &new, T0, &changed);
            let (change, recorded) = tokio::join!(change, recorded);
            assert!(change.expect("changed"));
            assert_eq!(recorded.expect("recorded").len(), 2);
            let deleted = db.audit("automation.deleted");
            let gone = db.store.delete_automation(HOME, new.id, T0, &deleted);
            let (gone, recorded) = tokio::join!(gone, db.store.finish(rest));
            assert_eq!(gone.expect("deleted"), Some(0), "all of it is being sent");
            assert_eq!(recorded.expect("recorded").len(), 2);
        }
    }

    async fn an_automation_comes_with_its_actions_and_goes_with_them(db: &Db) {
        let store = &db.store;
        let before = store.routing_version(HOME).await.expect("read");
        let (new, first, second) = keep(db).await;
        assert!(store.routing_version(HOME).await.expect("read") > before, "acceptances notice");
        let other = automation(db, "8", None);
        store.insert_automation(HOME, &other, &[], &db.audit("automation.started")).await.expect("kept");
        assert_eq!(store.automations(HOME).await.expect("listed"), [new.clone(), other.clone()]);
        assert_eq!(store.automation(HOME, new.id).await.expect("read"), Some(new.clone()));
        assert_eq!(store.automation(ELSEWHERE, new.id).await.expect("read"), None);
        let routed: Vec<_> = store.routing(HOME).await.expect("read").webhooks.iter().map(|w| w.webhook.owner).collect();
        assert_eq!(routed, [Some(Owner::Automation(new.id)); 2]);

        db.publish(&[first, second], "{}").await;
        let plain = db.webhook("Plain", State::Active).await;
        let gone = store.delete_automation(ELSEWHERE, new.id, T0, &db.audit("x")).await.expect("asked");
        assert_eq!(gone, None);
        let gone = store.delete_automation(HOME, new.id, T0, &db.audit("automation.deleted")).await.expect("deleted");
        assert_eq!(gone, Some(2), "what waited is discarded");
        for id in [first, second] {
            assert_eq!(store.webhook(HOME, id).await.expect("read"), None);
        }
        assert!(store.webhook(HOME, plain).await.expect("read").is_some());
        assert_eq!(store.automations(HOME).await.expect("listed"), [other]);
    }

    async fn a_new_trigger_is_that_of_all_actions(db: &Db) {
        let store = &db.store;
        let (old, first, second) = keep(db).await;
        let new = Automation { name: Some("Gold".to_owned()), trigger: Some(Trigger::Revoked), ..old.clone() };
        let later = T0.plus_ms(5);
        assert!(store.update_automation(HOME, &old, &new, later, &db.audit("automation.updated")).await.expect("saved"));
        assert_eq!(store.automation(HOME, old.id).await.expect("read"), Some(new.clone()));
        for id in [first, second] {
            let stored = store.webhook(HOME, id).await.expect("read").expect("there");
            assert_eq!(stored.webhook.settings.topics, ["access.product.revoked"]);
            assert_eq!((stored.webhook.revision, stored.secrets.as_str()), (2, "sealed"));
            assert!(store.revision(HOME, id, 2).await.expect("read").is_some());
        }
        let renamed = Automation { name: None, ..new.clone() };
        assert!(store.update_automation(HOME, &new, &renamed, later, &db.audit("automation.updated")).await.expect("saved"));
        let stored = store.webhook(HOME, first).await.expect("read").expect("there");
        assert_eq!(stored.webhook.revision, 2, "a name is no change of the actions");
        let nobody = automation(db, "9", None);
        assert!(!store.update_automation(HOME, &old, &new, later, &db.audit("x")).await.expect("asked"), "it is another by now");
        assert!(!store.update_automation(HOME, &nobody, &nobody, later, &db.audit("x")).await.expect("asked"));
    }

    async fn an_action_is_added_only_to_the_automation_that_was_seen(db: &Db) {
        let store = &db.store;
        let (seen, ..) = keep(db).await;
        let third = action(db, seen.id, "Third");
        let add = NewAction { webhook: &third, secrets: "sealed" };
        let other = Automation { trigger: Some(Trigger::Revoked), ..seen.clone() };
        assert!(!store.insert_action(HOME, &other, add, &db.audit("x")).await.expect("asked"));
        assert_eq!(store.webhook(HOME, third.id).await.expect("read"), None);
        assert!(store.insert_action(HOME, &seen, add, &db.audit("automation.action_added")).await.expect("added"));
        assert!(store.webhook(HOME, third.id).await.expect("read").is_some());
    }

    async fn the_last_access_events_are_found(db: &Db) {
        let store = &db.store;
        let topics = ["access.product.granted", "learning.user.created", "access.product.revoked"];
        for (n, topic) in topics.into_iter().enumerate() {
            let mut new = db.event(&[], &format!("{{\"productId\":{n}}}"));
            topic.clone_into(&mut edit(&mut new).topic);
            db.accept(new).await;
        }
        let found = store.recent_access(HOME, 10).await.expect("read");
        assert_eq!(found, ["{\"productId\":2}", "{\"productId\":0}"]);
        assert_eq!(store.recent_access(HOME, 1).await.expect("read").len(), 1);
        assert!(store.recent_access(ELSEWHERE, 10).await.expect("read").is_empty());
    }

    async fn the_stand_in_of_the_first_secret_key_stays(db: &Db) {
        let store = &db.store;
        assert_eq!(store.secret_key(HOME).await.expect("read"), None);
        let before = store.routing_version(HOME).await.expect("read");
        for (sealed, stand_in) in [(Some("one"), "A"), (Some("two"), "B"), (None, "C"), (Some("three"), "D")] {
            assert!(store.set_secret_key(HOME, sealed, stand_in, &db.audit("x")).await.expect("set"));
            let kept = SecretKey { sealed: sealed.map(str::to_owned), stand_in: "A".to_owned() };
            assert_eq!(store.secret_key(HOME).await.expect("read"), Some(kept));
        }
        assert_eq!(store.routing_version(HOME).await.expect("read"), before + 4);
        assert!(!store.set_secret_key(ELSEWHERE, Some("x"), "A", &db.audit("x")).await.expect("asked"));
        let alone = store.claim_all_nodes().await.expect("alone");
        let mut places = Vec::new();
        let resealed = store.reseal(&alone, "0001", |place, sealed| {
            places.push(place);
            Ok::<_, ()>(format!("{sealed} again"))
        });
        assert_eq!(resealed.await.expect("done"), Ok(0), "no webhook has secrets");
        assert_eq!(places, [store::Place::SecretKey(HOME)]);
        let sealed = store.secret_key(HOME).await.expect("read").and_then(|key| key.sealed);
        assert_eq!(sealed.as_deref(), Some("three again"));
    }

    async fn a_passed_check_is_forgotten_with_the_url(db: &Db) {
        let store = &db.store;
        let id = db.webhook("Student sync", State::Active).await;
        let checked = async || store.webhooks(HOME).await.expect("listed")[0].checked_at;
        assert_eq!(checked().await, None);
        store.set_checked(id, T0).await.expect("noted");
        assert_eq!(checked().await, Some(T0));
        let mut settings = draft(id, "Renamed").settings;
        store.update_webhook(HOME, id, 1, &settings, "", T0, &db.audit("x")).await.expect("saved");
        assert_eq!(checked().await, Some(T0));
        settings.url = "https://example.com/other".to_owned();
        store.update_webhook(HOME, id, 2, &settings, "", T0, &db.audit("x")).await.expect("saved");
        assert_eq!(checked().await, None);
    }
}
