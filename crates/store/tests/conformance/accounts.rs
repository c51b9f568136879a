//! Marketplaces, people, sessions, keys, links, audit.

use crate::support::{Db, HOME, T0, on_both_databases};
use domain::{
    account::{ApiKey, Marketplace, Role, Scope},
    id::{MarketplaceId, UserId},
    page::PageRequest,
    policy::{EnterpriseTopics, Policy, SchemaCheck},
    time::Timestamp,
};
use store::{Conflict, Error, MarketplaceChange, NewSession, NewUser, Stash};

fn user(db: &Db, email: &str) -> NewUser {
    NewUser {
        id: db.id(),
        email: email.to_owned(),
        name: email.to_uppercase(),
        password_hash: "$argon2id$…".to_owned(),
        created_at: T0,
    }
}

async fn add(db: &Db, email: &str, role: Role) -> UserId {
    let new = user(db, email);
    db.store.insert_user(HOME, &new, role, &db.audit("user.added")).await.expect("added");
    new.id
}

async fn sign_in(db: &Db, user: UserId, token: &str) -> NewSession {
    let new = NewSession {
        id: db.id(),
        token_hash: token.to_owned(),
        user,
        marketplace: HOME,
        user_agent: "Browser\0".to_owned(),
        address: "10.0.0.1".to_owned(),
        created_at: T0,
        expires_at: T0.plus_ms(1000),
    };
    db.store.insert_session(&new).await.expect("signed in");
    new
}

fn conflict<T: std::fmt::Debug>(result: Result<T, Error>) -> Conflict {
    match result {
        Err(Error::Conflict(conflict)) => conflict,
        other => panic!("no conflict: {other:?}"),
    }
}

on_both_databases! {
    async fn the_default_marketplace_exists_and_can_be_renamed(db: &Db) {
        let store = &db.store;
        let mut home = store.marketplace_by_slug("default").await.expect("read").expect("exists");
        assert_eq!((home.id, home.domain_id.as_str(), home.tenant_id.as_str()), (HOME, "default", "default"));
        let before = store.routing_version(HOME).await.expect("read");
        home.name = "Acme".to_owned();
        home.domain_id = "d-1".to_owned();
        let named = MarketplaceChange { name: Some(home.name.clone()), domain_id: Some(home.domain_id.clone()),
            ..MarketplaceChange::default() };
        assert!(store.change_marketplace(HOME, &named, &db.audit("marketplace.changed")).await.expect("saved"));
        assert_eq!(store.marketplace(HOME).await.expect("read"), Some(home.clone()));
        assert!(store.routing_version(HOME).await.expect("read") > before);
        assert_eq!(store.marketplace(MarketplaceId::from_key(99)).await.expect("read"), None);

        let second = Marketplace { id: db.id(), slug: "second".to_owned(), ..home.clone() };
        store.insert_marketplace(&second, T0).await.expect("made");
        let again = Marketplace { id: db.id(), ..second.clone() };
        assert_eq!(conflict(store.insert_marketplace(&again, T0).await), Conflict::SlugTaken);
        assert_eq!(store.marketplaces().await.expect("listed"), [home, second]);
    }

    async fn a_marketplace_decides_about_its_topics(db: &Db) {
        let store = &db.store;
        let start = Policy { catalogs: vec!["learning".to_owned()], ..Policy::default() };
        assert_eq!(store.policy(HOME).await.expect("read"), start);
        let before = store.routing_version(HOME).await.expect("read");
        let strict = MarketplaceChange { schema_check: Some(SchemaCheck::Refuse), ..MarketplaceChange::default() };
        assert!(store.change_marketplace(HOME, &strict, &db.audit("marketplace.updated")).await.expect("saved"));
        let more = MarketplaceChange { catalogs: Some(vec!["access".to_owned()]),
            enterprise_topics: Some(EnterpriseTopics::Locked), ..MarketplaceChange::default() };
        assert!(store.change_marketplace(HOME, &more, &db.audit("marketplace.updated")).await.expect("saved"));
        assert_eq!(store.policy(HOME).await.expect("read"), Policy { catalogs: vec!["access".to_owned()],
            schema_check: SchemaCheck::Refuse, enterprise_topics: EnterpriseTopics::Locked });
        assert_eq!(store.marketplace(HOME).await.expect("read").expect("exists").name, "default");
        assert_eq!(store.routing_version(HOME).await.expect("read"), before + 2);
        let nowhere = MarketplaceId::from_key(99);
        assert!(!store.change_marketplace(nowhere, &strict, &db.audit("x")).await.expect("none"));
        assert_eq!(store.policy(nowhere).await.expect("read"), Policy::default());
    }

    async fn the_set_up_link_works_once(db: &Db) {
        let store = &db.store;
        let home = MarketplaceChange { name: Some("Acme".to_owned()), catalogs: Some(Vec::new()),
            ..MarketplaceChange::default() };
        store.put_setup_link("old", T0.plus_ms(10)).await.expect("kept");
        store.put_setup_link("link", T0.plus_ms(10)).await.expect("kept");
        assert!(!store.setup_link("old", T0).await.expect("asked"));
        assert!(store.setup_link("link", T0).await.expect("asked"));
        assert!(!store.setup_link("link", T0.plus_ms(10)).await.expect("asked"));
        let (owner, entry) = (user(db, "a@x"), db.audit("marketplace.set_up"));
        assert!(!store.set_up("wrong", HOME, &home, &owner, &entry).await.expect("asked"));
        assert_eq!(store.user_count().await.expect("counted"), 0);
        assert!(store.set_up("link", HOME, &home, &owner, &entry).await.expect("asked"));
        assert!(!store.set_up("link", HOME, &home, &user(db, "b@x"), &db.audit("again")).await.expect("asked"));
        assert!(!store.setup_link("link", T0).await.expect("asked"));
        assert_eq!(store.user_count().await.expect("counted"), 1);
        assert_eq!(store.marketplace(HOME).await.expect("read").expect("exists").name, "Acme");
        assert_eq!(store.policy(HOME).await.expect("read"), Policy::default());
        let members = store.members(HOME).await.expect("listed");
        assert_eq!((members.len(), members[0].role, members[0].email.as_str()), (1, Role::Owner, "a@x"));
    }

    async fn people_come_change_and_go(db: &Db) {
        let store = &db.store;
        let owner = add(db, "o@x", Role::Owner).await;
        let viewer = add(db, "v@x", Role::Viewer).await;
        let taken = store.insert_user(HOME, &user(db, "v@x"), Role::Owner, &db.audit("x")).await;
        assert_eq!(conflict(taken), Conflict::EmailTaken);
        let found = store.user_by_email("v@x").await.expect("read").expect("exists");
        assert_eq!((found.id, found.marketplaces.as_slice()), (viewer, [HOME].as_slice()));
        assert_eq!(store.user_by_email("nobody@x").await.expect("read"), None);
        assert_eq!(conflict(store.insert_member(HOME, viewer, Role::Owner, T0, &db.audit("x")).await),
            Conflict::AlreadyMember);

        assert!(store.set_role(HOME, viewer, Role::Manager, &db.audit("x")).await.expect("changed"));
        assert_eq!(store.member(HOME, viewer).await.expect("read").expect("exists").role, Role::Manager);
        assert_eq!(conflict(store.set_role(HOME, owner, Role::Viewer, &db.audit("x")).await), Conflict::LastOwner);
        assert_eq!(conflict(store.remove_member(HOME, owner, &db.audit("x")).await), Conflict::LastOwner);
        assert!(store.set_role(HOME, owner, Role::Owner, &db.audit("x")).await.expect("the same again"));
        assert!(!store.set_role(HOME, db.id(), Role::Viewer, &db.audit("x")).await.expect("nobody"));

        // Whoever is a member elsewhere keeps the account.
        let other = Marketplace { id: db.id(), slug: "other".to_owned(), name: "O".to_owned(),
            domain_id: "o".to_owned(), tenant_id: "o".to_owned() };
        store.insert_marketplace(&other, T0).await.expect("made");
        store.insert_member(other.id, viewer, Role::Viewer, T0.plus_ms(1), &db.audit("x")).await.expect("added");
        let session = sign_in(db, viewer, "token").await;
        assert!(store.remove_member(HOME, viewer, &db.audit("x")).await.expect("removed"));
        assert!(!store.remove_member(HOME, viewer, &db.audit("x")).await.expect("none any more"));
        assert_eq!(store.session(&session.token_hash, T0).await.expect("read"), None);
        assert_eq!(store.user(viewer).await.expect("read").expect("kept").marketplaces, [other.id]);
        assert!(store.remove_member(other.id, viewer, &db.audit("x")).await.expect("removed"));
        assert_eq!(store.user(viewer).await.expect("read"), None);
    }

    async fn sessions_belong_to_members(db: &Db) {
        let store = &db.store;
        let owner = add(db, "o@x", Role::Owner).await;
        let first = sign_in(db, owner, "one").await;
        let second = sign_in(db, owner, "two").await;
        let signed_in = store.session("one", T0).await.expect("read").expect("valid");
        assert_eq!((signed_in.device.id, signed_in.member.id, signed_in.marketplace.id), (first.id, owner, HOME));
        assert_eq!((signed_in.member.role, signed_in.expires_at), (Role::Owner, first.expires_at));
        // Postgres can't keep U+0000, so neither does.
        assert_eq!(signed_in.device.user_agent, "Browser\u{fffd}");
        assert_eq!(store.session("one", first.expires_at).await.expect("read"), None);
        assert_eq!(store.session("none", T0).await.expect("read"), None);

        store.touch_session(first.id, "10.0.0.2", T0.plus_ms(60)).await.expect("touched");
        let devices = store.sessions(owner, T0).await.expect("listed");
        assert_eq!(devices.iter().map(|d| d.id).collect::<Vec<_>>(), [first.id, second.id]);
        assert_eq!((devices[0].address.as_str(), devices[0].seen_at), ("10.0.0.2", T0.plus_ms(60)));

        let stranger = add(db, "s@x", Role::Viewer).await;
        assert!(!store.delete_session(stranger, first.id).await.expect("not theirs"));
        sign_in(db, owner, "three").await;
        let entry = db.audit("password.changed");
        store.set_password_hash(owner, "new", Some(first.id), Some((HOME, &entry))).await.expect("changed");
        assert_eq!(store.user(owner).await.expect("read").expect("exists").password_hash, "new");
        assert_eq!(store.sessions(owner, T0).await.expect("listed").len(), 1);
        assert!(store.delete_session(owner, first.id).await.expect("signed out"));
        sign_in(db, owner, "four").await;
        assert_eq!(store.delete_sessions(owner, None).await.expect("signed out"), 1);
    }

    async fn keys_are_found_by_their_hash(db: &Db) {
        let store = &db.store;
        let key = |name: &str, scope| ApiKey { id: db.id(), name: name.to_owned(), scope, hint: "crk_ab".to_owned(),
            created_at: T0, used_at: None };
        let (first, second) = (key("first", Scope::Events), key("second", Scope::Manage));
        store.insert_key(HOME, &first, "h1", &db.audit("key.created")).await.expect("kept");
        store.insert_key(HOME, &second, "h2", &db.audit("key.created")).await.expect("kept");
        assert_eq!(store.keys(HOME).await.expect("listed"), [second.clone(), first.clone()]);
        let holder = store.key_by_hash("h1").await.expect("read").expect("known");
        assert_eq!((holder.key, holder.marketplace.id), (first.clone(), HOME));
        assert_eq!(store.key_by_hash("h3").await.expect("read"), None);
        store.touch_key(first.id, T0.plus_ms(1)).await.expect("touched");
        let used = store.key_by_hash("h1").await.expect("read").expect("known").key.used_at;
        assert_eq!(used, Some(T0.plus_ms(1)));
        let elsewhere = MarketplaceId::from_key(2);
        assert!(!store.delete_key(elsewhere, first.id, &db.audit("key.deleted")).await.expect("not theirs"));
        assert!(store.delete_key(HOME, first.id, &db.audit("key.deleted")).await.expect("deleted"));
        assert_eq!(store.key_by_hash("h1").await.expect("read"), None);
    }

    async fn a_stash_is_for_one_session_and_one_hour(db: &Db) {
        let store = &db.store;
        let owner = add(db, "o@x", Role::Owner).await;
        let (mine, other) = (sign_in(db, owner, "one").await, sign_in(db, owner, "two").await);
        let over = T0.plus_ms(100);
        let stash = Stash { token_hash: "s".to_owned(), session: mine.id, sealed: vec![0, 255, 39], expires_at: over };
        store.put_stash(&stash).await.expect("kept");
        let read = |session, now: Timestamp| store.stash("s", session, now);
        assert_eq!(read(mine.id, T0).await.expect("read"), Some(vec![0, 255, 39]));
        assert_eq!(read(mine.id, T0).await.expect("read again"), Some(vec![0, 255, 39]));
        assert_eq!(read(other.id, T0).await.expect("read"), None);
        assert_eq!(read(mine.id, over).await.expect("read"), None);
        assert!(store.delete_session(owner, mine.id).await.expect("signed out"));
        assert_eq!(read(mine.id, T0).await.expect("read"), None);
    }

    async fn what_is_over_is_removed(db: &Db) {
        let store = &db.store;
        let owner = add(db, "o@x", Role::Owner).await;
        let session = sign_in(db, owner, "one").await;
        let stash = Stash { token_hash: "s".to_owned(), session: session.id, sealed: vec![1], expires_at: T0.plus_ms(9) };
        store.put_stash(&stash).await.expect("kept");
        store.put_setup_link("l", T0.plus_ms(9)).await.expect("kept");
        let pruned = store.prune(T0).await.expect("pruned");
        assert_eq!((pruned.sessions, pruned.stashes), (0, 0));
        let pruned = store.prune(T0.plus_ms(9)).await.expect("pruned");
        assert_eq!((pruned.sessions, pruned.stashes), (0, 1));
        assert_eq!(db.number("SELECT count(*) FROM setup_links").await, 0);
        assert_eq!(store.prune(session.expires_at).await.expect("pruned").sessions, 1);
    }

    async fn changes_stand_in_the_audit_log(db: &Db) {
        let store = &db.store;
        for n in 0..5 {
            let mut entry = db.audit("thing.done");
            entry.subject = format!("n{n}");
            entry.detail = serde_json::json!({"name": {"before": null, "after": n}});
            store.insert_audit(HOME, &entry).await.expect("noted");
        }
        let page = PageRequest { limit: 3, before: None };
        let first = store.audit(HOME, page).await.expect("listed");
        let subjects = |data: &[domain::account::AuditEntry]| data.iter().map(|e| e.subject.clone()).collect::<Vec<_>>();
        assert_eq!(subjects(&first.data), ["n4", "n3", "n2"]);
        assert_eq!(first.data[0].detail["name"]["after"], 4);
        let next = PageRequest::parse(Some("3"), first.next_cursor.as_deref()).expect("a cursor");
        let second = store.audit(HOME, next).await.expect("listed");
        assert_eq!((subjects(&second.data), second.next_cursor), (vec!["n1".to_owned(), "n0".to_owned()], None));
        assert_eq!(store.audit(MarketplaceId::from_key(2), page).await.expect("listed").data, []);
    }
}
