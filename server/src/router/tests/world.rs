//! A router on a new database, with two marketplaces that each have one of everything.

use super::postgres::Fresh;
use crate::{router::router, state::App};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request},
    http::{HeaderMap, Method, StatusCode, header},
};
use domain::{
    account::{Role, Scope},
    automation::Trigger,
    delivery::DeliveryFilter,
    event::EventFilter,
    page::PageRequest,
};
use engine::{Config, DeviceInfo, Engine, NewAutomation, NewEvent, OnHeld, OpenAs, RetryBody, Who};
use serde_json::{Map, Value, json};
use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};
use tower::ServiceExt as _;
use url::Url;

pub(super) const PASSWORD: &str = "correct horse battery";
const TOPIC: &str = "learning.user.created";

/// Turns `async fn name(world: World)` into two tests, one a database.
macro_rules! on_both {
    ($($name:ident)*) => {$(
        mod $name {
            use crate::router::tests::{postgres::Fresh, world::World};

            #[tokio::test]
            async fn sqlite() {
                super::$name(World::open(None).await).await;
            }
            #[tokio::test]
            async fn postgres() {
                super::$name(World::open(Some(Fresh::new())).await).await;
            }
        }
    )*};
}
pub(super) use on_both;

pub(super) struct World {
    pub(super) engine: Engine,
    router: Router,
    /// The marketplace `default`.
    pub(super) home: Who,
    /// The marketplace `other`.
    pub(super) other: Who,
    folder: PathBuf,
    _database: Option<Fresh>,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    /// Where it leads.
    pub(super) fn to(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default()
    }
}

/// Somebody who is signed in.
pub(super) struct Person {
    pub(super) cookie: String,
    email: String,
}

impl World {
    pub(super) async fn open(postgres: Option<Fresh>) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("crier-router-{}-{number}", std::process::id()));
        let sqlite = || format!("sqlite://{}", folder.join("crier.db").display());
        let database = postgres.as_ref().map_or_else(sqlite, Fresh::url);
        let config = Config::new(database, &folder, Url::parse("https://hooks.example.com").unwrap());
        let engine = Engine::open(config, OpenAs::Tool).await.unwrap();
        engine.add_marketplace("other", "Other").await.unwrap();
        let (home, other) = (engine.system("default").await.unwrap(), engine.system("other").await.unwrap());
        // The sender is gone, which cuts short only what waits for the end.
        let (_, ending) = tokio::sync::watch::channel(false);
        let router = router(App::new(engine.clone(), Vec::new(), ending));
        Self { engine, router, home, other, folder, _database: postgres }
    }

    pub(super) async fn send(
        &self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))));
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let text = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        Answer { status: head.status, headers: head.headers, text }
    }

    /// Another marketplace, with nothing in it yet: what a place lists is drawn and read all the time, so a test
    /// that makes many things makes them in several.
    pub(super) async fn place(&self) -> Who {
        let slug = format!("place-{}", serial());
        self.engine.add_marketplace(&slug, "Place").await.unwrap();
        self.engine.system(&slug).await.unwrap()
    }

    /// Adds a person to a marketplace and signs them in.
    pub(super) async fn person(&self, place: &Who, role: Role) -> Person {
        let email = format!("{}@example.com", serial());
        self.engine.add_member(place, &email, "Ann", role, PASSWORD).await.unwrap();
        let cookie = self.sign_in(&email).await;
        Person { cookie, email }
    }

    async fn sign_in(&self, email: &str) -> String {
        let token = self.engine.sign_in(email, PASSWORD, DeviceInfo::default()).await.unwrap();
        format!("__Host-crier_session={}", token.as_str())
    }

    /// The id of a new viewer.
    pub(super) async fn user(&self, place: &Who) -> String {
        let email = format!("{}@example.com", serial());
        let added = self.engine.add_member(place, &email, "Bob", Role::Viewer, PASSWORD).await;
        added.unwrap().id.to_string()
    }

    /// The id of another session of a person.
    pub(super) async fn another_session(&self, person: &Person) -> String {
        let cookie = self.sign_in(&person.email).await;
        let token = cookie.split_once('=').unwrap().1;
        let (who, _) = self.engine.who_by_session(token, "").await.unwrap().unwrap();
        who.session.unwrap().to_string()
    }

    /// The text of a new key.
    pub(super) async fn key(&self, place: &Who, scope: Scope) -> String {
        self.engine.create_key(place, "test", scope).await.unwrap().1.to_string()
    }

    /// Everything that a marketplace shows of itself; each change shows in it.
    pub(super) async fn state(&self, place: &Who) -> String {
        let (engine, page) = (&self.engine, PageRequest::default());
        let keys = engine.keys(place).await.unwrap();
        let keys: Vec<_> = keys.iter().map(|key| (key.id, &key.name)).collect();
        format!(
            "{:?}",
            (
                (engine.webhooks(place).await.unwrap(), engine.automations(place).await.unwrap()),
                engine.campaigns(place).await.unwrap(),
                engine.secret_key_is_set(place).await.unwrap(),
                engine.deliveries(place, &DeliveryFilter::default(), page).await.unwrap(),
                engine.events(place, &EventFilter::default(), page).await.unwrap(),
                engine.topics(place).await.unwrap(),
                engine.bins(place).await.unwrap(),
                (engine.profiles(place, page).await.unwrap(), engine.tracking(place).await.unwrap()),
                keys,
                engine.members(place).await.unwrap(),
                engine.audit(place, page).await.unwrap(),
                engine.marketplace(place).await.unwrap(),
            )
        )
    }

    /// New things of every kind in a marketplace.
    pub(super) async fn things(&self, place: &Who) -> Things {
        let engine = &self.engine;
        let on = json!({ "catalogs": ["learning", "access", "visitor"] });
        engine.update_marketplace(place, &object(on)).await.unwrap();
        let bin = engine.create_bin(place, None, None).await.unwrap();
        let action = object(json!({ "url": bin.url, "name": "Sync" }));
        let new = NewAutomation {
            product: "7".to_owned(),
            trigger: Some(Trigger::Granted),
            actions: vec![action],
            ..NewAutomation::default()
        };
        let (automation, _) = engine.start_automation(place, &new).await.unwrap();
        let draft = self.webhook(place, &bin.url).await;
        let (active, paused) = (self.webhook(place, &bin.url).await, self.webhook(place, &bin.url).await);
        for id in [&active, &paused] {
            engine.activate(place, id.parse().unwrap(), OnHeld::Release).await.unwrap();
        }
        engine.pause(place, paused.parse().unwrap()).await.unwrap();
        let replayed = self.webhook(place, &bin.url).await;
        engine.activate(place, replayed.parse().unwrap(), OnHeld::Release).await.unwrap();
        let all = DeliveryFilter::default();
        let replay =
            engine.start_replay(place, replayed.parse().unwrap(), &all, RetryBody::Same).await.unwrap();
        // Two secrets of it sign.
        engine.rotate_secret(place, paused.parse().unwrap(), Some(3600)).await.unwrap();
        let event =
            NewEvent { topic: TOPIC.to_owned(), payload: "{}".to_owned(), id: None, occurred_at: None };
        let event = engine.accept(place, event).await.unwrap().id;
        let filter = DeliveryFilter { webhook: paused.parse().ok(), ..DeliveryFilter::default() };
        let held = engine.deliveries(place, &filter, PageRequest::default()).await.unwrap().data.remove(0).id;
        let topic = format!("shop.order{}.placed", serial());
        let members = json!({ "key": topic, "title": "Placed", "sample": {} });
        engine.create_topic(place, &object(members)).await.unwrap();
        let (idea, campaign) = (self.campaign(place, &bin.url).await, self.campaign(place, &bin.url).await);
        engine.activate_campaign(place, campaign.parse().unwrap(), OnHeld::Release).await.unwrap();
        let key = engine.create_key(place, "Reports", Scope::Read).await.unwrap().0.id;
        let profile = format!("p-{}", serial());
        engine.put_profile(place, &profile, "{}").await.unwrap();
        let (tag, _) =
            engine.save_tracking(place, true, &["https://shop.example.com".to_owned()]).await.unwrap();
        Things(vec![
            ("{profile}", profile),
            ("{track}", tag.key),
            ("{automation}", automation.id.to_string()),
            ("{draft}", draft),
            ("{active}", active),
            ("{paused}", paused),
            ("{replayed}", replayed),
            ("{replay}", replay.id.to_string()),
            ("{delivery}", held.to_string()),
            ("{event}", event.to_string()),
            ("{idea}", idea),
            ("{campaign}", campaign),
            ("{topic}", topic),
            ("{bin}", bin.id.clone()),
            ("{bin_url}", bin.url.to_string()),
            ("{key}", key.to_string()),
            ("{new}", serial().to_string()),
        ])
    }

    /// A draft that lacks nothing.
    async fn campaign(&self, place: &Who, url: &str) -> String {
        let campaign = json!({
            "name": "Packing",
            "trigger": { "on": "page", "value": "https://shop.example.com/" },
            "webhook": { "url": url, "profile_fields": ["email"] },
            "stop": { "restart_after_s": 60 },
        });
        self.engine.create_campaign(place, &object(campaign)).await.unwrap().id.to_string()
    }

    async fn webhook(&self, place: &Who, url: &str) -> String {
        let webhook = json!({ "name": "Sync", "url": url, "topics": [TOPIC] });
        self.engine.create_webhook(place, &object(webhook)).await.unwrap().webhook.id.to_string()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Names and what stands for them.
#[derive(Default)]
pub(super) struct Things(Vec<(&'static str, String)>);

impl Things {
    /// Puts the things into a text with their names, such as `id={draft}`.
    pub(super) fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }
    pub(super) fn add(&mut self, name: &'static str, value: String) {
        self.0.push((name, value));
    }
}

/// Another number each time.
fn serial() -> u32 {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("not an object: {other}"),
    }
}
