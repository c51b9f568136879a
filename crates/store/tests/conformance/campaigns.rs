//! Campaigns with the webhooks that they own.

use crate::support::{Db, HOME, T0, draft, on_both_databases};
use domain::{
    campaign::{Chosen, Match, On, Parts, Stop, Trigger},
    id::{MarketplaceId, WebhookId},
    webhook::{Owner, State, Webhook},
};
use store::{Conflict, Error, OfWebhook, OnHeld, Once, SetState, StoredCampaign, Tally};

fn campaign(db: &Db, webhook: Option<WebhookId>) -> StoredCampaign {
    let chosen = Chosen { profile_fields: vec!["email".to_owned()], static_fields: Vec::new() };
    let (on, by) = (On::Page, Match::Exact);
    let trigger = Some(Trigger { on, by, value: "https://shop.example/a".to_owned(), known_only: true });
    let stop = Some(Stop { restart_after_s: 60 });
    let parts = Parts { trigger, webhook: webhook.map(|_| chosen), stop };
    StoredCampaign { id: db.id(), name: "Packing".to_owned(), parts, webhook, created_at: T0 }
}

/// A campaign with its webhook.
async fn made(db: &Db) -> (StoredCampaign, Webhook) {
    let mut webhook = draft(db.id(), "Packing");
    let new = campaign(db, Some(webhook.id));
    webhook.owner = Some(Owner::Campaign(new.id));
    let audit = db.audit("campaign.created");
    let of_webhook = OfWebhook::Insert(&webhook, "sealed");
    db.store.insert_campaign(HOME, &new, of_webhook, &audit).await.expect("inserted");
    (new, webhook)
}

on_both_databases! {
    async fn a_campaign_is_kept_with_its_webhook(db: &Db) {
        let (new, webhook) = made(db).await;
        let bare = campaign(db, None);
        db.store.insert_campaign(HOME, &bare, OfWebhook::None, &db.audit("campaign.created")).await.expect("inserted");
        assert_eq!(db.store.campaign(HOME, new.id).await.expect("read"), Some(new.clone()));
        assert_eq!(db.store.campaigns(HOME).await.expect("read"), [new.clone(), bare]);
        let stored = db.store.webhook(HOME, webhook.id).await.expect("read").expect("there");
        assert_eq!((stored.webhook, stored.secrets.as_str()), (webhook, "sealed"));
        let other = MarketplaceId::from_key(2);
        assert_eq!(db.store.campaign(other, new.id).await.expect("read"), None);
        assert!(db.store.campaigns(other).await.expect("read").is_empty());
        assert_eq!(db.store.delete_campaign(other, new.id, T0, &db.audit("x")).await.expect("asked"), None);
    }

    async fn both_are_saved_or_neither(db: &Db) {
        let (old, webhook) = made(db).await;
        let new = StoredCampaign { name: "Later".to_owned(), ..old.clone() };
        let settings = domain::webhook::Settings { name: "Later".to_owned(), ..webhook.settings.clone() };
        let update = |from| OfWebhook::Update { from, settings: &settings, secrets: "other" };
        let audit = db.audit("campaign.updated");
        let stale = db.store.update_campaign(HOME, &new, old.webhook, update(7), T0, &audit).await;
        assert!(matches!(stale, Err(Error::Conflict(Conflict::StaleRevision { current: 1 }))), "{stale:?}");
        // Somebody gave it another webhook.
        let other = db.store.update_campaign(HOME, &new, None, OfWebhook::None, T0, &audit).await;
        assert!(!other.expect("asked"));
        assert_eq!(db.store.campaign(HOME, old.id).await.expect("read"), Some(old.clone()));
        assert!(db.store.update_campaign(HOME, &new, old.webhook, update(1), T0, &audit).await.expect("saved"));
        assert_eq!(db.store.campaign(HOME, old.id).await.expect("read"), Some(new));
        let stored = db.store.webhook(HOME, webhook.id).await.expect("read").expect("there");
        assert_eq!((stored.webhook.settings.name.as_str(), stored.webhook.revision), ("Later", 2));
        assert_eq!(stored.secrets, "other");
    }

    async fn a_webhook_comes_and_goes_with_its_part(db: &Db) {
        let bare = campaign(db, None);
        db.store.insert_campaign(HOME, &bare, OfWebhook::None, &db.audit("campaign.created")).await.expect("inserted");
        let webhook = draft(db.id(), "Packing");
        let with = StoredCampaign { webhook: Some(webhook.id), ..bare.clone() };
        let audit = db.audit("campaign.updated");
        let insert = OfWebhook::Insert(&webhook, "sealed");
        assert!(db.store.update_campaign(HOME, &with, None, insert, T0, &audit).await.expect("saved"));
        assert!(db.store.webhook(HOME, webhook.id).await.expect("read").is_some());
        let audit = db.audit("campaign.updated");
        assert!(db.store.update_campaign(HOME, &bare, with.webhook, OfWebhook::Delete, T0, &audit).await.expect("saved"));
        assert!(db.store.webhook(HOME, webhook.id).await.expect("read").is_none());
        assert_eq!(db.store.campaign(HOME, bare.id).await.expect("read"), Some(bare));
    }

    async fn deletion_takes_the_webhook_along_and_discards_what_waits(db: &Db) {
        let (campaign, webhook) = made(db).await;
        db.set_state(webhook.id, State::Active, OnHeld::Release).await;
        let (_, deliveries) = db.publish(&[webhook.id], "{}").await;
        let audit = db.audit("campaign.deleted");
        assert_eq!(db.store.delete_campaign(HOME, campaign.id, T0, &audit).await.expect("deleted"), Some(1));
        assert_eq!(db.store.campaign(HOME, campaign.id).await.expect("read"), None);
        assert!(db.store.webhook(HOME, webhook.id).await.expect("read").is_none());
        assert!(db.store.delivery_row(HOME, deliveries[0]).await.expect("read").is_some(), "the log stays");
        let audit = db.audit("campaign.deleted");
        assert_eq!(db.store.delete_campaign(HOME, campaign.id, T0, &audit).await.expect("asked"), None);
    }

    async fn nobody_starts_one_that_lacks_a_part(db: &Db) {
        let (whole, webhook) = made(db).await;
        let lacking = StoredCampaign { parts: Parts { stop: None, ..whole.parts.clone() }, ..whole.clone() };
        let save = async |campaign: &StoredCampaign| {
            let audit = db.audit("campaign.updated");
            db.store.update_campaign(HOME, campaign, whole.webhook, OfWebhook::None, T0, &audit).await
        };
        let start = async || {
            let change = SetState {
                to: State::Active,
                from: &[State::Draft],
                url: None,
                held: OnHeld::Release,
                notice: None,
                now: T0,
            };
            db.store.set_state(HOME, webhook.id, change, &db.audit("webhook.activated")).await
        };
        assert!(save(&lacking).await.expect("a draft may lack a part"));
        let refused = start().await;
        assert!(matches!(refused, Err(Error::Conflict(Conflict::Incomplete))), "{refused:?}");
        assert!(save(&whole).await.expect("saved"));
        assert!(start().await.expect("started").is_some());
        // Somebody who saw the draft takes a part out.
        assert!(!save(&lacking).await.expect("asked"), "it runs by now");
        assert_eq!(db.store.campaign(HOME, whole.id).await.expect("read"), Some(whole.clone()));
    }

    async fn what_was_sent_and_held_back_is_counted_up_to_a_limit(db: &Db) {
        let (_, webhook) = made(db).await;
        db.set_state(webhook.id, State::Active, OnHeld::Release).await;
        for _ in 0..3 {
            let mut new = db.event(&[webhook.id], "{}");
            new.deliveries[0].once = Some(Once { key: [1; 16], window_s: 60 });
            db.accept(new).await;
        }
        let claimed = db.claim(T0).await;
        db.deliver(&claimed[0], domain::delivery::Outcome::Delivered).await;
        let tally = |limit| db.store.tally(webhook.id, limit);
        assert_eq!(tally(10).await.expect("counted"), Tally { sent: 1, held_back: 2 });
        assert_eq!(tally(1).await.expect("counted"), Tally { sent: 1, held_back: 1 });
    }
}
