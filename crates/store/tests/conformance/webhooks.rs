//! Webhooks, revisions, routing.

use crate::support::{Db, HOME, T0, draft, on_both_databases};
use domain::{
    delivery::{self, Outcome},
    id::MarketplaceId,
    secret::SecretText,
    webhook::{Auth, State},
};
use store::{Conflict, Error, OnHeld, SetState};

on_both_databases! {
    async fn a_webhook_reads_back_without_its_secrets(db: &Db) {
        let store = &db.store;
        let mut new = draft(db.id(), "Student sync");
        let kept = new.clone();
        // Even a caller that forgets to take the secrets out can't write them.
        new.settings.auth = Auth::Basic { username: "u".to_owned(), password: SecretText::given("canary") };
        new.settings.headers[0].value = SecretText::given("canary");
        store.insert_webhook(HOME, &new, "sealed", &db.audit("webhook.created")).await.expect("kept");
        let read = store.webhook(HOME, new.id).await.expect("read").expect("exists");
        assert_eq!((read.webhook, read.secrets.as_str()), (kept, "sealed"));
        assert_eq!(db.number("SELECT count(*) FROM webhooks WHERE settings LIKE '%canary%'").await, 0);
        assert_eq!(db.number("SELECT count(*) FROM webhook_revisions WHERE settings LIKE '%canary%'").await, 0);
        assert_eq!(store.webhook(MarketplaceId::from_key(2), new.id).await.expect("read"), None);
    }

    async fn a_save_names_the_revision_that_it_was_made_from(db: &Db) {
        let store = &db.store;
        let id = db.webhook("First", State::Draft).await;
        let mut settings = draft(id, "Second").settings;
        settings.timeout_ms = 30_000;
        let later = T0.plus_ms(50);
        let save = |from| {
            let audit = db.audit("webhook.changed");
            let settings = settings.clone();
            async move { store.update_webhook(HOME, id, from, &settings, "resealed", later, &audit).await }
        };
        let saved = save(1).await.expect("saved").expect("exists");
        assert_eq!((saved.revision, saved.updated_at, saved.created_at), (2, later, T0));
        assert_eq!(saved.settings, settings);
        assert_eq!(store.webhook(HOME, id).await.expect("read").expect("exists").secrets, "resealed");
        let stale = save(1).await;
        assert!(matches!(stale, Err(Error::Conflict(Conflict::StaleRevision { current: 2 }))), "{stale:?}");
        let revision = |n| store.revision(HOME, id, n);
        assert_eq!(revision(1).await.expect("read").expect("kept").name, "First");
        assert_eq!(revision(2).await.expect("read").expect("kept").name, "Second");
        assert_eq!(revision(3).await.expect("read"), None);
        assert_eq!(store.revision(MarketplaceId::from_key(2), id, 1).await.expect("read"), None);
        let nobody = store.update_webhook(HOME, db.id(), 1, &settings, "", later, &db.audit("x")).await;
        assert_eq!(nobody.expect("asked"), None);
    }

    async fn the_routing_table_has_all_but_drafts_and_its_version_moves_with_every_change(db: &Db) {
        let store = &db.store;
        let mut seen = vec![store.routing_version(HOME).await.expect("read")];
        let mut moved = async || {
            let now = store.routing_version(HOME).await.expect("read");
            assert!(!seen.contains(&now), "{now} was there before");
            seen.push(now);
        };
        let draft_id = db.webhook("Draft", State::Draft).await;
        moved().await;
        let active = db.webhook("Active", State::Active).await;
        moved().await;
        let paused = db.webhook("Paused", State::Paused).await;
        moved().await;
        let deleted = db.webhook("Deleted", State::Active).await;
        moved().await;
        store.delete_webhook(HOME, deleted, T0, &db.audit("webhook.deleted")).await.expect("deleted");
        moved().await;
        let settings = draft(active, "Active 2").settings;
        store.update_webhook(HOME, active, 1, &settings, "", T0, &db.audit("x")).await.expect("saved");
        moved().await;
        db.set_state(paused, State::Deactivated, OnHeld::Keep).await;
        moved().await;

        let routing = store.routing(HOME).await.expect("read");
        let found: Vec<_> = routing.webhooks.iter().map(|w| (w.webhook.id, w.webhook.state)).collect();
        assert_eq!(found, [(active, State::Active), (paused, State::Deactivated)]);
        assert_eq!(Some(&routing.version), seen.last());
        assert_eq!(store.webhook(HOME, draft_id).await.expect("read").expect("exists").webhook.state, State::Draft);
        assert_eq!(store.routing_version(MarketplaceId::from_key(9)).await.expect("read"), 0);
    }

    async fn a_state_changes_only_from_where_it_may(db: &Db) {
        let store = &db.store;
        let id = db.webhook("W", State::Paused).await;
        let version = store.routing_version(HOME).await.expect("read");
        let from = &[State::Active];
        let change = SetState { to: State::Deactivated, from, url: None, held: OnHeld::Keep, notice: None, now: T0 };
        let refused = store.set_state(HOME, id, change, &db.audit("x")).await;
        assert!(matches!(refused, Err(Error::Conflict(Conflict::WrongState(State::Paused)))), "{refused:?}");
        assert_eq!(store.routing_version(HOME).await.expect("read"), version);
        assert!(store.set_state(HOME, db.id(), change, &db.audit("x")).await.expect("asked").is_none());
    }

    async fn a_state_changes_only_while_the_url_is_the_one_meant(db: &Db) {
        let store = &db.store;
        let id = db.webhook("W", State::Active).await;
        let version = store.routing_version(HOME).await.expect("read");
        let from = &[State::Active];
        let url = Some("https://example.com/old");
        let change = SetState { to: State::Deactivated, from, url, held: OnHeld::Keep, notice: None, now: T0 };
        let refused = store.set_state(HOME, id, change, &db.audit("x")).await;
        assert!(matches!(refused, Err(Error::Conflict(Conflict::OtherUrl))), "{refused:?}");
        assert_eq!(store.routing_version(HOME).await.expect("read"), version);
        let change = SetState { url: Some("https://example.com/hook"), ..change };
        let (webhook, _) = store.set_state(HOME, id, change, &db.audit("x")).await.expect("asked").expect("there");
        assert_eq!(webhook.state, State::Deactivated);
    }

    async fn the_list_tells_what_they_did_lately(db: &Db) {
        let store = &db.store;
        let busy = db.webhook("Busy", State::Active).await;
        let quiet = db.webhook("Apart", State::Draft).await;
        for _ in 0..32 {
            db.publish(&[busy], "{\"a\":1}").await;
        }
        let claimed = db.claim(T0).await;
        db.deliver(&claimed[31], Outcome::Delivered).await;
        db.deliver(&claimed[30], Outcome::Status).await;
        let rows = store.webhooks(HOME).await.expect("listed");
        assert_eq!(rows.iter().map(|row| row.webhook.id).collect::<Vec<_>>(), [quiet, busy]);
        assert_eq!((rows[0].recent.len(), rows[0].waiting, rows[0].last_delivered_at), (0, 0, None));
        let row = &rows[1];
        assert_eq!(row.recent.len(), 30);
        assert_eq!(row.recent[28..], [delivery::State::Retrying, delivery::State::Delivered]);
        assert_eq!(row.recent[0], delivery::State::Pending);
        assert_eq!(row.waiting, 31);
        assert!(row.last_delivered_at.is_some());
    }

    async fn deletion_keeps_the_log_and_discards_what_waits(db: &Db) {
        let store = &db.store;
        let id = db.webhook("Gone", State::Active).await;
        let (_, sending) = db.publish(&[id], "{}").await;
        let claimed = db.claim(T0).await;
        let (_, waiting) = db.publish(&[id], "{}").await;
        let mut held = db.event(&[id], "{}");
        held.deliveries[0].held = true;
        let held_id = held.deliveries[0].id;
        db.accept(held).await;
        let discarded = store.delete_webhook(HOME, id, T0, &db.audit("webhook.deleted")).await.expect("deleted");
        assert_eq!(discarded, Some(2));
        assert_eq!(store.delete_webhook(HOME, id, T0, &db.audit("x")).await.expect("asked"), None);
        assert_eq!(store.webhook(HOME, id).await.expect("read"), None);
        assert!(store.webhooks(HOME).await.expect("listed").is_empty());
        assert_eq!(db.number("SELECT count(*) FROM webhooks WHERE secrets <> ''").await, 0);

        // What is being sent ends as it ends; a failure is not tried again.
        assert_eq!(db.deliver(&claimed[0], Outcome::Status).await, delivery::State::Discarded);
        for delivery in [sending[0], waiting[0], held_id] {
            let row = store.delivery_row(HOME, delivery).await.expect("read").expect("kept");
            assert_eq!((row.webhook_name.as_str(), row.state), ("Gone", delivery::State::Discarded));
        }
        let retried = store.retry(HOME, waiting[0], false, T0, &db.audit("x")).await;
        assert!(matches!(retried, Err(Error::Conflict(Conflict::WebhookDeleted))), "{retried:?}");
        assert!(store.revision(HOME, id, 1).await.expect("read").is_some());
    }
}
