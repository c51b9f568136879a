//! Profiles of known visitors, and the website tag.

use crate::support::{Db, HOME, T0, edit, on_both_databases};
use domain::{
    format::Json,
    id::{MarketplaceId, ProfileId},
    page::PageRequest,
    profile::{Profile, carried},
    search::{MAX_TERMS, terms_of},
    tracking::Tracking,
    webhook::State,
};
use store::{Place, StoredTracking};

const OTHER: MarketplaceId = MarketplaceId::from_key(2);

async fn put(db: &Db, id: &str, fields: &str) -> ProfileId {
    let key = db.id();
    let (_, is_new) = db.store.put_profile(HOME, key, id, fields, T0).await.expect("kept");
    assert!(is_new, "{id}");
    key
}

fn tag(key: &str) -> StoredTracking {
    let origins = vec!["https://shop.example.com".to_owned()];
    let tracking = Tracking { on: true, key: key.to_owned(), origins, last_view_at: None };
    StoredTracking { tracking, secret: "sealed".to_owned() }
}

on_both_databases! {
    async fn profiles_come_change_and_go(db: &Db) {
        let store = &db.store;
        let fields = r#"{"email":"ada@example.com", "score":1e400,"zero":"\u0000"}"#;
        put(db, "p-1", fields).await;
        let kept = Profile { id: "p-1".to_owned(), fields: fields.to_owned(), created_at: T0, updated_at: T0 };
        assert_eq!(store.profile(HOME, "p-1").await.expect("read"), Some(kept.clone()));
        assert_eq!(store.profile(HOME, "P-1").await.expect("read"), None);
        assert_eq!(store.profile(OTHER, "p-1").await.expect("read"), None);

        let later = T0.plus_ms(5);
        let again = store.put_profile(HOME, db.id(), "p-1", "{}", later).await.expect("kept");
        let changed = Profile { fields: "{}".to_owned(), updated_at: later, ..kept };
        assert_eq!(again, (changed.clone(), false));
        assert_eq!(store.profile(HOME, "p-1").await.expect("read"), Some(changed));

        assert!(!store.delete_profile(OTHER, "p-1", &db.audit("x")).await.expect("not theirs"));
        assert!(store.delete_profile(HOME, "p-1", &db.audit("profile.deleted")).await.expect("deleted"));
        assert!(!store.delete_profile(HOME, "p-1", &db.audit("x")).await.expect("gone"));
        assert_eq!(store.profile(HOME, "p-1").await.expect("read"), None);
        let log = store.audit(HOME, PageRequest::default()).await.expect("listed").data;
        assert_eq!(log.iter().map(|entry| entry.action.as_str()).collect::<Vec<_>>(), ["profile.deleted"]);
    }

    async fn profiles_are_listed_in_pages(db: &Db) {
        for id in ["a", "b", "c"] {
            put(db, id, "{}").await;
        }
        db.store.put_profile(HOME, db.id(), "a", r#"{"n":1}"#, T0).await.expect("kept");
        let ids = |page: &domain::page::Page<Profile>| -> String { page.data.iter().map(|p| p.id.as_str()).collect() };
        let first = db.store.profiles(HOME, PageRequest { limit: 2, before: None }).await.expect("listed");
        assert_eq!(ids(&first), "cb", "a change keeps the place");
        let next = PageRequest::parse(Some("2"), first.next_cursor.as_deref()).expect("a cursor");
        let second = db.store.profiles(HOME, next).await.expect("listed");
        assert_eq!((ids(&second).as_str(), second.next_cursor), ("a", None));
        assert_eq!(db.store.profiles(OTHER, PageRequest::default()).await.expect("listed").data, []);
    }

    async fn profiles_and_what_took_them_along_are_erased(db: &Db) {
        let by_field = put(db, "p-1", r#"{"to":[{"email":" Ada@example.com"}]}"#).await;
        let by_id = put(db, "ADA@example.com", "{}").await;
        put(db, "p-2", r#"{"email":"bob@example.com","note":"mail for ada@example.com"}"#).await;
        let webhook = db.webhook("W", State::Active).await;
        let fields = Json::parse(r#"{"email":"ada@example.com"}"#).expect("JSON");
        let mut known = db.event(&[webhook], r#"{"profileid":"p-1"}"#);
        let profile = carried("p-1", fields);
        known.terms = terms_of(&Json::parse(&known.event.payload).expect("JSON"), Some(&profile));
        edit(&mut known).context.profile = Some(profile.clone());
        let id = known.event.id;
        db.accept(known).await;
        db.publish(&[webhook], r#"{"profileid":"p-1"}"#).await;
        let stored = db.store.event(HOME, id).await.expect("read").expect("there");
        assert_eq!(stored.context.profile, Some(profile));

        let traces = db.store.traces(HOME, "ada@example.com").await.expect("read");
        assert_eq!((traces.profiles.as_slice(), traces.events.as_slice()), (&[by_field, by_id][..], &[id][..]));
        assert_eq!(db.store.traces(OTHER, "ada@example.com").await.expect("read"), store::Traces::default());
        db.store.erase_profiles(OTHER, &traces.profiles).await.expect("nothing");
        assert_eq!(db.number("SELECT count(*) FROM profiles").await, 3);
        db.store.erase_profiles(HOME, &traces.profiles).await.expect("erased");
        let left = db.store.profiles(HOME, PageRequest::default()).await.expect("listed").data;
        assert_eq!(left.iter().map(|profile| profile.id.as_str()).collect::<Vec<_>>(), ["p-2"]);
    }

    async fn a_value_that_an_event_is_not_found_by_is_traced_all_the_same(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let numbers: Vec<String> = (0..MAX_TERMS).map(|n| n.to_string()).collect();
        let late = format!(r#"{{"n":[{}],"email":"ada@example.com"}}"#, numbers.join(","));
        let profile = Json::parse(&late).expect("JSON");
        let mut known = db.event(&[webhook], "{}");
        known.terms = terms_of(&Json::parse("{}").expect("JSON"), Some(&profile));
        edit(&mut known).context.profile = Some(profile);
        let mut long = db.event(&[webhook], &late);
        long.terms = terms_of(&Json::parse(&late).expect("JSON"), None);
        let expected = [known.event.id, long.event.id];
        db.accept(known).await;
        db.accept(long).await;
        db.publish(&[webhook], r#"{"email":"bob@example.com"}"#).await;
        assert_eq!(db.store.traces(HOME, "ada@example.com").await.expect("read").events, expected);
        assert_eq!(db.store.traces(HOME, "bob@example.com").await.expect("read").events.len(), 1);
    }

    async fn a_website_tag_is_made_once_and_changed_in_parts(db: &Db) {
        let store = &db.store;
        assert_eq!(store.tracking(HOME).await.expect("read"), None);
        assert!(!store.set_tracking(HOME, true, &[], &db.audit("x")).await.expect("none"));
        let mut kept = tag("crt_a");
        assert!(store.insert_tracking(HOME, &kept, &db.audit("tracking.updated")).await.expect("kept"));
        assert!(!store.insert_tracking(HOME, &tag("crt_b"), &db.audit("x")).await.expect("there is one"));
        assert_eq!(store.tracking(HOME).await.expect("read"), Some(kept.clone()));
        let (home, found) = store.tracking_by_key("crt_a").await.expect("read").expect("there");
        assert_eq!((home.id, home.slug.as_str(), found), (HOME, "default", kept.clone()));

        let audit = || db.audit("tracking.updated");
        assert!(store.set_tracking(HOME, false, &[], &audit()).await.expect("saved"));
        assert!(store.set_track_key(HOME, "crt_c", &audit()).await.expect("saved"));
        assert!(store.set_identify_secret(HOME, "other", &audit()).await.expect("saved"));
        store.touch_tracking(HOME, T0).await.expect("noted");
        kept.tracking =
            Tracking { on: false, key: "crt_c".to_owned(), origins: Vec::new(), last_view_at: Some(T0) };
        kept.secret = "other".to_owned();
        assert_eq!(store.tracking(HOME).await.expect("read"), Some(kept));
        assert_eq!(store.tracking_by_key("crt_a").await.expect("read"), None);
        assert_eq!(store.audit(HOME, PageRequest::default()).await.expect("listed").data.len(), 4);
    }

    async fn its_secret_is_sealed_anew_with_those_of_webhooks(db: &Db) {
        let webhook = db.webhook("W", State::Active).await;
        let secrets = "UPDATE webhooks SET secrets = 'old'";
        db.run(secrets).await;
        db.store.insert_tracking(HOME, &tag("crt_a"), &db.audit("tracking.updated")).await.expect("kept");
        let alone = db.store.claim_all_nodes().await.expect("alone");
        let refused = db.store.reseal(&alone, "0001", |place, _| match place {
            Place::Webhook(..) => Ok("new".to_owned()),
            _ => Err("damaged"),
        });
        assert_eq!(refused.await.expect("read"), Err("damaged"));
        assert_eq!(db.store.sealing_key().await.expect("read"), None);
        let mut seen = Vec::new();
        let resealed = db.store.reseal::<()>(&alone, "0002", |place, sealed| {
            seen.push((place, sealed.to_owned()));
            Ok(format!("new {sealed}"))
        });
        assert_eq!(resealed.await.expect("sealed"), Ok(1));
        let expected = [
            (Place::Webhook(HOME, webhook), "old".to_owned()),
            (Place::IdentifySecret(HOME), "sealed".to_owned()),
        ];
        assert_eq!(seen, expected, "nothing was kept of the change that was refused");
        let secret = db.store.tracking(HOME).await.expect("read").expect("there").secret;
        assert_eq!(secret, "new sealed");
        assert_eq!(db.store.sealing_key().await.expect("read").as_deref(), Some("0002"));
        db.store.keep_sealing_key("0003").await.expect("asked");
        assert_eq!(db.store.sealing_key().await.expect("read").as_deref(), Some("0002"), "the first one stays");
    }
}
