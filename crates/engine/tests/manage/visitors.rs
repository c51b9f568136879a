//! Known visitors: their profiles go with events, and websites report views of them.

use crate::support::{Bench, object};
use aws_lc_rs::hmac;
use domain::{
    account::Scope,
    event::{Event, EventFilter},
    format::Json,
    id::{EventId, WebhookId},
    invalid::Invalid,
    page::PageRequest,
    visit::{Identity, Visit},
};
use engine::{Error, NewEvent, OnHeld, Subject, TagPart, Website};
use serde_json::{Value, json};
use std::time::Duration;

const PAGE: &str = "visitor.page.viewed";
const SHOP: &str = "https://shop.example.com";

impl Bench {
    /// With the catalog of views.
    async fn with_visitors() -> Self {
        let bench = Self::new().await;
        let on = ["learning", "visitor"];
        bench
            .engine
            .update_marketplace(&bench.system, &object(json!({ "catalogs": on })))
            .await
            .expect("switched on");
        bench
    }

    /// An active webhook for views with a test receiver of its own.
    async fn listener(&self, members: Value) -> (WebhookId, String) {
        let bin = self.engine.create_bin(&self.system, None, None).await.expect("made");
        let mut webhook = object(json!({"name": "Campaign", "url": bin.url, "topics": ["visitor.*"]}));
        webhook.extend(object(members));
        let id = self.engine.create_webhook(&self.system, &webhook).await.expect("made").webhook.id;
        self.engine.activate(&self.system, id, OnHeld::Release).await.expect("activated");
        (id, bin.id)
    }

    async fn publish(&self, payload: &str) -> EventId {
        let event =
            NewEvent { topic: PAGE.to_owned(), payload: payload.to_owned(), id: None, occurred_at: None };
        self.engine.accept(&self.system, event).await.expect("accepted").id
    }

    async fn event(&self, id: EventId) -> Event {
        self.engine.event(&self.system, id).await.expect("there").event
    }

    /// The bodies that a test receiver caught, the first one first, when there are as many.
    async fn caught(&self, bin: &str, count: usize) -> Vec<String> {
        let listed = async || self.engine.bin_requests(&self.system, bin).await.expect("listed");
        let arrive = async {
            while listed().await.len() < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), arrive).await.expect("they arrive");
        listed().await.into_iter().rev().map(|caught| caught.body).collect()
    }

    /// A website that may report, and the identify secret.
    async fn shop(&self) -> (Website, String) {
        let saved = self.engine.save_tracking(&self.system, true, &[SHOP.to_owned()]).await;
        let (tag, secret) = saved.expect("switched on");
        let website = self.engine.website(&tag.key, SHOP).await.expect("allowed");
        (website, secret.expect("it is new").to_string())
    }
}

fn page() -> Visit {
    Visit { url: format!("{SHOP}/guides"), ..Visit::default() }
}

fn identity(id: &str, secret: &str) -> Identity {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    Identity { id: id.to_owned(), hmac: hex::encode(hmac::sign(&key, id.as_bytes())) }
}

fn at<T>(field: &str, result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::Invalid(Invalid { errors })) if errors.len() == 1 && errors[0].field == field)
}

fn text(profile: Option<&Json>) -> String {
    profile.map_or_else(|| "unknown".to_owned(), Json::to_text)
}

#[tokio::test]
async fn dt_3_an_event_takes_along_the_profile_of_its_moment() {
    let bench = Bench::with_visitors().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let fields = json!({"fields": [
        {"name": "profileid", "from": "profile.profileid"},
        {"name": "email", "from": "profile.email"},
        {"name": "gender", "from": "profile.gender"},
        {"name": "score", "from": "profile.score"},
        {"name": "automationid", "value": "7"},
    ]});
    let (_, flat) = bench.listener(fields).await;
    let (_, written) = bench
        .listener(json!({"body_template": "{\"who\":{{ profile }},\"page\":\"{{ payload.url }}\"}"}))
        .await;
    let known = json!({"conditions": {"field": "profile.profileid", "op": "exists"}, "body_template": "{}"});
    let (only_known, known) = bench.listener(known).await;
    engine.start();

    engine.put_profile(who, "p-1", r#"{"email":"ada@example.com","score":1.10}"#).await.expect("kept");
    let first = bench.publish(r#"{"profileid":"p-1","url":"/a"}"#).await;
    engine.put_profile(who, "p-1", r#"{"email":"lady@example.com"}"#).await.expect("kept");
    engine.put_profile(who, "42", r#"{"gender":"female"}"#).await.expect("kept");
    let by_number = bench.publish(r#"{"profileid":42,"url":"/b"}"#).await;
    let unknown = bench.publish(r#"{"profileid":"p-9","url":"/c"}"#).await;
    bench.publish(r#"{"user":{"profileid":"p-1"},"url":"/d"}"#).await;

    assert_eq!(
        text(bench.event(first).await.context.profile.as_ref()),
        r#"{"profileid":"p-1","email":"ada@example.com","score":1.10}"#
    );
    assert_eq!(
        text(bench.event(by_number).await.context.profile.as_ref()),
        r#"{"profileid":"42","gender":"female"}"#
    );
    assert_eq!(text(bench.event(unknown).await.context.profile.as_ref()), "unknown");
    let mut bodies = bench.caught(&flat, 4).await;
    bodies.sort_unstable();
    let mut expected = [
        r#"{"profileid":"p-1","email":"ada@example.com","score":1.10,"automationid":"7"}"#,
        r#"{"profileid":"42","gender":"female","automationid":"7"}"#,
        r#"{"automationid":"7"}"#,
        r#"{"automationid":"7"}"#,
    ];
    expected.sort_unstable();
    assert_eq!(bodies, expected);
    let mut bodies = bench.caught(&written, 4).await;
    bodies.sort_unstable();
    assert_eq!(bodies[0], r#"{"who":null,"page":"/c"}"#);
    assert!(
        bodies.contains(&r#"{"who":{"profileid":"42","gender":"female"},"page":"/b"}"#.to_owned()),
        "{bodies:?}"
    );
    assert_eq!(bench.caught(&known, 2).await.len(), 2);

    // Explained by what was known then, also when the profile is gone.
    engine.delete_profile(who, "p-1").await.expect("deleted");
    let verdicts = engine.explain(who, first).await.expect("explained");
    assert!(verdicts.iter().all(|verdict| verdict.sent), "{verdicts:?}");
    let verdicts = engine.explain(who, unknown).await.expect("explained");
    let left_out: Vec<_> = verdicts.iter().filter(|verdict| !verdict.sent).collect();
    assert_eq!(left_out.iter().map(|verdict| verdict.webhook_id).collect::<Vec<_>>(), [only_known]);
    assert!(
        left_out[0].clause.as_deref().is_some_and(|clause| clause.contains("profile.profileid")),
        "{left_out:?}"
    );
    engine.shutdown().await;
}

#[tokio::test]
async fn an_imitated_visitor_is_known_by_what_is_typed_unless_a_profile_is_kept() {
    let bench = Bench::with_visitors().await;
    let (engine, who) = (&bench.engine, &bench.system);
    engine.put_profile(who, "p-1", r#"{"email":"kept@example.com"}"#).await.expect("kept");
    let publish = async |payload: &str, fields: &str| {
        let (topic, payload) = ("visitor.page.viewed".to_owned(), payload.to_owned());
        let event = NewEvent { topic, payload, id: None, occurred_at: None };
        engine.accept_with_profile(who, event, fields).await
    };
    let profile = async |payload: &str| {
        let id = publish(payload, r#"{"email":"typed@example.com"}"#).await.expect("accepted").id;
        text(bench.event(id).await.context.profile.as_ref())
    };
    assert_eq!(profile(r#"{"profileid":"p-1"}"#).await, r#"{"profileid":"p-1","email":"kept@example.com"}"#);
    assert_eq!(profile(r#"{"profileid":"p-2"}"#).await, r#"{"profileid":"p-2","email":"typed@example.com"}"#);
    assert_eq!(profile("{}").await, "unknown", "nobody is named");
    let filter = EventFilter { q: Some("typed@example.com".to_owned()), ..EventFilter::default() };
    let found = engine.events(who, &filter, PageRequest::default()).await.expect("listed");
    assert_eq!(found.data.len(), 1, "it is found by what was typed");
    let Err(Error::Invalid(wrong)) = publish("{}", "[]").await else { panic!("no object") };
    assert_eq!(wrong.errors[0].field, "profile");
}

#[tokio::test]
async fn dt_15_a_test_knows_the_samples_profile_and_stored_ones() {
    let bench = Bench::with_visitors().await;
    let (engine, who) = (&bench.engine, &bench.system);
    let (id, bin) = bench.listener(json!({"preset": "datatrics"})).await;
    let test = async |payload: Option<&str>| {
        let payload = payload.map(str::to_owned);
        engine.test(who, Subject::Saved(id), PAGE, payload).await.expect("sent");
    };
    test(None).await;
    engine.put_profile(who, "p-1", r#"{"email":"ada@example.com"}"#).await.expect("kept");
    test(Some(r#"{"profileid":"p-1"}"#)).await;
    test(Some(r#"{"profileid":"p-9"}"#)).await;
    test(Some("{}")).await;
    engine.put_profile(who, "p-20771", r#"{"email":"stored@example.com"}"#).await.expect("kept");
    test(None).await;
    assert_eq!(
        bench.caught(&bin, 5).await,
        [
            r#"{"profileid":"p-20771","email":"amira.castell@example.com","gender":"female"}"#,
            r#"{"profileid":"p-1","email":"ada@example.com"}"#,
            "{}",
            "{}",
            r#"{"profileid":"p-20771","email":"stored@example.com"}"#,
        ]
    );
    let advice = engine.webhook_advice(who, &Subject::Saved(id)).await.expect("looked at");
    assert_eq!(advice, []);
}

#[tokio::test]
async fn profiles_are_checked_listed_and_deleted_without_a_trace() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, bench.program(Scope::Events).await);
    for (id, fields, field) in
        [("", "{}", "id"), (&"x".repeat(256), "{}", "id"), ("p", "[]", ""), ("p", r#"{"a":1,"a":2}"#, "")]
    {
        assert!(at(field, &engine.put_profile(&who, id, fields).await), "{fields}");
    }
    let email = "ada.lovelace@example.com";
    let (made, is_new) = engine.put_profile(&who, email, r#"{"name": "Ada"}"#).await.expect("kept");
    assert_eq!((made.fields.as_str(), is_new), (r#"{"name": "Ada"}"#, true));
    bench.wait(1);
    let (changed, is_new) = engine.put_profile(&who, email, "{}").await.expect("kept");
    assert_eq!((changed.created_at, is_new), (made.created_at, false));
    assert!(changed.updated_at > made.updated_at);
    assert_eq!(engine.profile(&bench.system, email).await, Ok(changed.clone()));
    assert_eq!(engine.profiles(&bench.system, PageRequest::default()).await.expect("listed").data, [changed]);
    engine.delete_profile(&who, email).await.expect("deleted");
    assert_eq!(engine.delete_profile(&who, email).await, Err(Error::NotFound));
    assert_eq!(engine.profile(&bench.system, email).await.err(), Some(Error::NotFound));
    let log = engine.audit(&bench.system, PageRequest::default()).await.expect("listed").data;
    let noted = log.iter().find(|entry| entry.action == "profile.deleted").expect("noted");
    assert_eq!((noted.subject.as_str(), &noted.detail), ("a…", &json!({})));
}

#[tokio::test]
async fn dt_7_views_become_events_and_only_a_proof_makes_a_visitor_known() {
    let bench = Bench::with_visitors().await;
    let engine = &bench.engine;
    let (shop, secret) = bench.shop().await;
    engine.put_profile(&bench.system, "p-1", r#"{"email":"ada@example.com"}"#).await.expect("kept");
    let known = |id: &str, secret: &str| Visit { profile: Some(identity(id, secret)), ..page() };

    // Views are as the catalog's schemas want them, also with little in them.
    let refuse = object(json!({ "schema_check": "refuse" }));
    engine.update_marketplace(&bench.system, &refuse).await.expect("changed");
    let seen = bench.event(engine.report_view(&shop, page()).await.expect("accepted")).await;
    assert_eq!(
        (seen.topic.as_str(), seen.payload.as_str()),
        (PAGE, r#"{"url":"https://shop.example.com/guides"}"#)
    );
    assert_eq!(seen.context.profile, None);

    let seen = bench.event(engine.report_view(&shop, known("p-1", &secret)).await.expect("accepted")).await;
    assert_eq!(seen.payload, r#"{"profileid":"p-1","url":"https://shop.example.com/guides"}"#);
    assert_eq!(text(seen.context.profile.as_ref()), r#"{"profileid":"p-1","email":"ada@example.com"}"#);

    let seen = bench.event(engine.report_view(&shop, known("new", &secret)).await.expect("accepted")).await;
    assert_eq!(
        text(seen.context.profile.as_ref()),
        r#"{"profileid":"new"}"#,
        "known without a stored profile"
    );

    let item = Some(Json::parse(r#"{"id":"TP-28","price":1.10}"#).expect("JSON"));
    let seen =
        bench.event(engine.report_view(&shop, Visit { item, ..page() }).await.expect("accepted")).await;
    assert_eq!(seen.topic, "visitor.item.viewed");
    assert!(seen.payload.ends_with(r#""item":{"id":"TP-28","price":1.10}}"#), "{}", seen.payload);

    let forged = known("p-1", "cis_guessed");
    assert!(at("profile.hmac", &engine.report_view(&shop, forged.clone()).await));
    let swapped =
        Visit { profile: Some(Identity { id: "p-2".to_owned(), ..identity("p-1", &secret) }), ..page() };
    assert!(at("profile.hmac", &engine.report_view(&shop, swapped).await));
    assert!(at("url", &engine.report_view(&shop, Visit { url: "/guides".to_owned(), ..page() }).await));

    // A new secret ends what was proven with the old one.
    let (tag, new) = engine.rotate_tracking(&bench.system, TagPart::IdentifySecret).await.expect("rotated");
    let shop = engine.website(&tag.key, SHOP).await.expect("allowed");
    assert!(at("profile.hmac", &engine.report_view(&shop, known("p-1", &secret)).await));
    let new = new.expect("shown once").to_string();
    assert!(engine.report_view(&shop, known("p-1", &new)).await.is_ok());
    let files = bench.files();
    for secret in [secret, new] {
        assert!(!files.windows(secret.len()).any(|part| part == secret.as_bytes()), "a secret in clear");
    }
}

#[tokio::test]
async fn a_website_reports_only_when_everything_is_on() {
    let bench = Bench::new().await;
    let (engine, who) = (&bench.engine, &bench.system);
    assert_eq!(engine.tracking(who).await, Ok(None));
    assert!(matches!(engine.rotate_tracking(who, TagPart::Key).await, Err(Error::Conflict(_))));
    assert!(at("origins.0", &engine.save_tracking(who, true, &["shop".to_owned()]).await));
    assert_eq!(engine.tracking(who).await, Ok(None), "nothing is half saved");
    let (shop, _) = bench.shop().await;
    let key = engine.tracking(who).await.expect("read").expect("there").key;
    let refused = engine.report_view(&shop, page()).await;
    assert!(
        matches!(&refused, Err(Error::Conflict(told)) if told.contains("Settings → Marketplace")),
        "{refused:?}"
    );
    engine.update_marketplace(who, &object(json!({ "catalogs": ["visitor"] }))).await.expect("switched on");
    engine.report_view(&shop, page()).await.expect("accepted");
    let last = engine.tracking(who).await.expect("read").expect("there").last_view_at;
    assert_eq!(last, Some(bench.clock.now()));

    for other in ["https://evil.example", "http://shop.example.com", "null", ""] {
        let refused = engine.website(&key, other).await.err();
        assert!(matches!(&refused, Some(Error::Forbidden(_))), "{other}: {refused:?}");
    }
    for wrong in ["", "crt_", "crk_0", &key[..20]] {
        assert_eq!(engine.website(wrong, SHOP).await.err(), Some(Error::Unauthorized), "{wrong}");
    }
    let (off, secret) = engine.save_tracking(who, false, &[SHOP.to_owned()]).await.expect("saved");
    assert_eq!((off.key.as_str(), secret), (key.as_str(), None));
    let shop = engine.website(&key, SHOP).await.expect("allowed");
    let refused = engine.report_view(&shop, page()).await;
    assert!(matches!(&refused, Err(Error::Conflict(told)) if told.contains("Website tag")), "{refused:?}");

    let (new, _) = engine.rotate_tracking(who, TagPart::Key).await.expect("rotated");
    assert_ne!(new.key, key);
    assert_eq!(engine.website(&key, SHOP).await.err(), Some(Error::Unauthorized));
    let log = engine.audit(who, PageRequest::default()).await.expect("listed").data;
    assert_eq!(log.iter().filter(|entry| entry.action == "tracking.updated").count(), 3);
}

#[tokio::test]
async fn views_are_limited_by_address_and_by_marketplace() {
    let bench = Bench::with_visitors().await;
    let engine = &bench.engine;
    for _ in 0..50 {
        assert_eq!(engine.limit_views("192.0.2.1"), Ok(()));
    }
    assert_eq!(engine.limit_views("192.0.2.1"), Err(Error::TooMany { retry_after_s: 1 }));
    assert_eq!(engine.limit_views("192.0.2.2"), Ok(()));
    bench.wait(1);
    assert_eq!((0..50).filter(|_| engine.limit_views("192.0.2.1").is_ok()).count(), 10);
    let (shop, _) = bench.shop().await;
    // What is refused counts, too.
    let wrong = Visit { url: String::new(), ..page() };
    for _ in 0..500 {
        assert!(at("url", &engine.report_view(&shop, wrong.clone()).await));
    }
    assert_eq!(engine.report_view(&shop, page()).await, Err(Error::TooMany { retry_after_s: 1 }));
    bench.wait(1);
    assert!(engine.report_view(&shop, page()).await.is_ok());
}
