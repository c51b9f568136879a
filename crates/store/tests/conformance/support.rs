//! A fresh database for each test, and things to put into it.

use domain::{
    account::{Actor, AuditEntry},
    delivery::{self, Attempt, Outcome, Request, Response, Timing},
    event::{Context, Event},
    id::{DeliveryId, EventId, Id, MarketplaceId, WebhookId},
    retry::Retry,
    secret::SecretText,
    share::Share,
    time::Timestamp,
    webhook::{Auth, Format, Method, On410, Scheme, Settings, Signing, State, Success, Webhook},
};
use sqlx::{Connection as _, Executor as _, PgConnection};
use std::{
    path::PathBuf,
    sync::atomic::{AtomicI64, AtomicU32, Ordering},
};
use store::{
    Accept, Accepted, Claim, Claimed, Error, Finish, Finished, NewDelivery, NewEvent, Next, OpenAs, Receipt,
    SetState, Store,
};

/// Makes a test for each database from one function.
macro_rules! on_both_databases {
    ($($(#[doc = $doc:literal])* async fn $name:ident($db:ident: &Db) $body:block)*) => {$(
        mod $name {
            use super::*;
            async fn test($db: &Db) $body
            #[tokio::test]
            async fn sqlite() {
                let db = Db::sqlite().await;
                test(&db).await;
                db.remove().await;
            }
            #[tokio::test]
            async fn postgres() {
                let db = Db::postgres().await;
                test(&db).await;
                db.remove().await;
            }
        }
    )*};
}
pub(crate) use on_both_databases;

/// The marketplace `default`.
pub(crate) const HOME: MarketplaceId = Id::from_key(1);
/// The moment at which tests begin.
pub(crate) const T0: Timestamp = Timestamp::from_ms(1_764_000_000_000);

/// A database of one test.
pub(crate) struct Db {
    pub(crate) store: Store,
    pub(crate) url: String,
    home: Home,
    next: AtomicI64,
}

enum Home {
    Folder(PathBuf),
    Postgres { admin: String, name: String },
}

fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("crier_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The address of a Postgres in which databases may be made.
pub(crate) fn postgres_admin() -> String {
    std::env::var("CRIER_TEST_POSTGRES_URL").expect(
        "CRIER_TEST_POSTGRES_URL is not set: the address of a Postgres in which tests may make databases, \
         such as postgres://app@127.0.0.1:55432/app",
    )
}

impl Db {
    pub(crate) async fn sqlite() -> Self {
        let folder = std::env::temp_dir().join(unique());
        std::fs::create_dir_all(&folder).expect("a folder");
        let url = format!("sqlite://{}", folder.join("crier.db").display());
        Self::open(url, Home::Folder(folder)).await
    }

    pub(crate) async fn postgres() -> Self {
        let (admin, name) = (postgres_admin(), unique());
        let mut conn = PgConnection::connect(&admin).await.expect("CRIER_TEST_POSTGRES_URL answers");
        let create = format!("DROP DATABASE IF EXISTS {name}");
        conn.execute(sqlx::AssertSqlSafe(create)).await.expect("an old database is dropped");
        // By the log, as is the default, it takes three times as long.
        let create = format!("CREATE DATABASE {name} STRATEGY file_copy");
        conn.execute(sqlx::AssertSqlSafe(create)).await.expect("a database is made");
        conn.close().await.expect("the connection closes");
        let (start, end) = admin.rsplit_once('/').expect("a path in the address");
        let query = end.split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
        Self::open(format!("{start}/{name}{query}"), Home::Postgres { admin, name }).await
    }

    async fn open(url: String, home: Home) -> Self {
        let store = Store::open(&url, OpenAs::Server).await.expect("the database opens");
        store.migrate(T0).await.expect("the tables are made");
        Self { store, url, home, next: AtomicI64::new(0) }
    }

    pub(crate) async fn remove(self) {
        self.store.close().await;
        match self.home {
            Home::Folder(folder) => std::fs::remove_dir_all(folder).expect("the folder is removed"),
            Home::Postgres { admin, name } => {
                let mut conn = PgConnection::connect(&admin).await.expect("Postgres answers");
                let drop = format!("DROP DATABASE {name} WITH (FORCE)");
                conn.execute(sqlx::AssertSqlSafe(drop)).await.expect("the database is dropped");
            }
        }
    }

    /// A new id, made at `T0`.
    pub(crate) fn id<K>(&self) -> Id<K> {
        self.id_at(T0)
    }

    /// A new id, made at `at`.
    pub(crate) fn id_at<K>(&self, at: Timestamp) -> Id<K> {
        Id::from_key((at.ms() << 21) + self.next.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn audit(&self, action: &str) -> AuditEntry {
        AuditEntry {
            id: self.id(),
            at: T0,
            actor: Actor::System,
            action: action.to_owned(),
            subject: "s".to_owned(),
            detail: serde_json::Value::Null,
        }
    }

    /// A webhook in this state.
    pub(crate) async fn webhook(&self, name: &str, state: State) -> WebhookId {
        self.webhook_of(HOME, name, state).await
    }

    pub(crate) async fn webhook_of(&self, marketplace: MarketplaceId, name: &str, state: State) -> WebhookId {
        let new = draft(self.id(), name);
        let store = &self.store;
        store
            .insert_webhook(marketplace, &new, "sealed", &self.audit("webhook.created"))
            .await
            .expect("inserted");
        if state != State::Draft {
            self.set_state_of(marketplace, new.id, state, store::OnHeld::Release).await;
        }
        new.id
    }

    pub(crate) async fn set_state(&self, id: WebhookId, to: State, held: store::OnHeld) -> store::Moved {
        self.set_state_of(HOME, id, to, held).await
    }

    async fn set_state_of(
        &self,
        m: MarketplaceId,
        id: WebhookId,
        to: State,
        held: store::OnHeld,
    ) -> store::Moved {
        let from = &[State::Draft, State::Active, State::Paused, State::Deactivated];
        let change = SetState { to, from, url: None, held, notice: None, now: T0.plus_ms(5) };
        let done = self.store.set_state(m, id, change, &self.audit("webhook.state")).await;
        done.expect("the state changes").expect("the webhook exists").1
    }

    /// Accepts an event for these webhooks; the event and its deliveries.
    pub(crate) async fn publish(&self, to: &[WebhookId], payload: &str) -> (EventId, Vec<DeliveryId>) {
        let new = self.event(to, payload);
        let ids = (new.event.id, new.deliveries.iter().map(|delivery| delivery.id).collect());
        self.accept(new).await;
        ids
    }

    /// Accepts one event by the routing of this moment.
    pub(crate) async fn accept(&self, new: NewEvent) -> Receipt {
        let routing_version = self.store.routing_version(HOME).await.expect("a version");
        let request = Accept { marketplace: HOME, routing_version, events: vec![new] };
        let mut answers = self.store.accept(vec![request]).await.expect("accepted");
        match answers.remove(0) {
            Accepted::Stored(mut receipts) => receipts.remove(0),
            other => panic!("not stored: {other:?}"),
        }
    }

    /// An event at `T0` with its terms and a delivery for each webhook.
    pub(crate) fn event(&self, to: &[WebhookId], payload: &str) -> NewEvent {
        let terms = domain::search::terms(&domain::format::Json::parse(payload).expect("JSON"));
        let event = event(self.id(), payload);
        let delivery = |webhook: &WebhookId| NewDelivery {
            id: self.id(),
            webhook: *webhook,
            held: false,
            lease: None,
            once: None,
        };
        NewEvent {
            event: event.into(),
            fingerprint: String::new(),
            terms,
            deliveries: to.iter().map(delivery).collect(),
        }
    }

    /// Claims up to 100 that are due at `now`.
    pub(crate) async fn claim(&self, now: Timestamp) -> Vec<Claimed> {
        claim(&self.store, self.token(), now, 100).await
    }

    /// Records how the attempt of a claim ended, with the next try 5 s after `T0`; the new state.
    pub(crate) async fn deliver(&self, claimed: &Claimed, outcome: Outcome) -> delivery::State {
        let (status, next) = match outcome {
            Outcome::Delivered => (Some(200), Next::Delivered),
            Outcome::Template => (None, Next::Held),
            Outcome::Status => (Some(500), Next::Retrying { due: T0.plus_ms(5000) }),
            _ => (None, Next::Retrying { due: T0.plus_ms(5000) }),
        };
        self.end(claimed, self.attempt(claimed.attempt, outcome, status), next).await
    }

    /// Records that the last attempt of a claim failed with 503.
    pub(crate) async fn exhaust(&self, claimed: &Claimed) -> delivery::State {
        self.end(claimed, self.attempt(claimed.attempt, Outcome::Status, Some(503)), Next::Exhausted).await
    }

    async fn end(&self, claimed: &Claimed, mut attempt: Attempt, next: Next) -> delivery::State {
        if attempt.outcome == Outcome::Template {
            attempt.request = None;
        }
        match self.store.finish(&[finish(claimed, attempt, next)]).await.expect("recorded")[..] {
            [Finished::Done { state, .. }] => state,
            ref other => panic!("{other:?}"),
        }
    }

    /// What is to be recorded of a claim that was delivered.
    pub(crate) fn delivered(&self, claimed: &Claimed) -> Finish {
        finish(claimed, self.attempt(claimed.attempt, Outcome::Delivered, Some(200)), Next::Delivered)
    }

    /// A fencing token that nobody has.
    pub(crate) fn token(&self) -> i64 {
        self.id::<domain::id::Attempt>().key()
    }

    /// An attempt that ended so.
    pub(crate) fn attempt(&self, number: u32, outcome: Outcome, status: Option<u16>) -> Attempt {
        Attempt {
            id: Some(self.id()),
            number,
            at: T0.plus_ms(i64::from(number)),
            revision: 1,
            outcome,
            message: (outcome != Outcome::Delivered).then(|| "It did not work.".to_owned()),
            request: Some(Request {
                method: "POST".to_owned(),
                url: "https://example.com/hook".to_owned(),
                headers: vec![("content-type".to_owned(), "application/json".to_owned())],
                body: "{\"sent\":1}".to_owned(),
            }),
            response: status.map(|status| Response {
                status,
                headers: vec![("x-a".to_owned(), "1".to_owned())],
                body: "ok\0\u{fffd}".to_owned(),
                truncated: false,
            }),
            timing_ms: Timing { dns: Some(0.2), first_byte: Some(3.1), total: 3.5, ..Timing::default() },
        }
    }

    /// Moves the lease of everything that is claimed into the past.
    pub(crate) async fn expire_leases(&self) {
        self.run("UPDATE queue SET lease_until = 1 WHERE lease_until IS NOT NULL").await;
    }

    /// Runs a statement behind the store's back.
    pub(crate) async fn run(&self, sql: &'static str) {
        if self.store.is_shared() {
            let mut conn = PgConnection::connect(&self.url).await.expect("connected");
            conn.execute(sql).await.expect("done");
        } else {
            let mut conn = sqlx::SqliteConnection::connect(&self.url).await.expect("connected");
            conn.execute(sql).await.expect("done");
        }
    }

    /// The number that a statement gives.
    pub(crate) async fn number(&self, sql: &'static str) -> i64 {
        if self.store.is_shared() {
            let mut conn = PgConnection::connect(&self.url).await.expect("connected");
            sqlx::query_scalar(sql).fetch_one(&mut conn).await.expect("a number")
        } else {
            let mut conn = sqlx::SqliteConnection::connect(&self.url).await.expect("connected");
            sqlx::query_scalar(sql).fetch_one(&mut conn).await.expect("a number")
        }
    }
}

/// The event of a request, to be made another one.
pub(crate) fn edit(new: &mut NewEvent) -> &mut Event {
    std::sync::Arc::make_mut(&mut new.event)
}

pub(crate) fn event(id: EventId, payload: &str) -> Event {
    Event {
        id,
        topic: "learning.user.created".to_owned(),
        payload: payload.to_owned(),
        occurred_at: T0.plus_ms(-1000),
        received_at: T0,
        idempotency_key: None,
        context: Context { domain_id: "d".to_owned(), tenant_id: "t".to_owned(), ..Context::default() },
        test: false,
    }
}

/// A webhook with secrets of every kind, as they look when they are kept.
pub(crate) fn draft(id: WebhookId, name: &str) -> Webhook {
    let header = |name: &str, value, secret| domain::webhook::Header { name: name.to_owned(), value, secret };
    let settings = Settings {
        name: name.to_owned(),
        url: "https://example.com/hook".to_owned(),
        method: Method::Post,
        topics: vec!["learning.user.*".to_owned()],
        format: Format::Json,
        body_template: Some("{\"a\":{{ payload.a }}}".to_owned()),
        fields: None,
        preset: None,
        auth: Auth::Basic { username: "u".to_owned(), password: SecretText::Kept },
        headers: vec![
            header("x-secret", SecretText::Kept, true),
            header("x-open", SecretText::given("readable"), false),
        ],
        signing: Signing {
            scheme: Scheme::Standard,
            header: None,
            secret: Some(SecretText::Kept),
            previous_until: None,
            public_key: None,
            public_key_xml: None,
            previous_public_key: None,
            previous_public_key_xml: None,
        },
        conditions: None,
        success: Success::Any2xx,
        on_410: On410::Deactivate,
        retry: Retry::Schedule { schedule_s: vec![5, 300] },
        timeout_ms: 15_000,
        rate_per_second: None,
        max_in_flight: None,
        frequency: None,
        include_deleted_resource: true,
        alert_recipients: Vec::new(),
    };
    Webhook { id, settings, owner: None, state: State::Draft, revision: 1, created_at: T0, updated_at: T0 }
}

/// Claims up to `limit`, of all webhooks and of each, that are due at `now`; again while others have the database.
pub(crate) async fn claim(store: &Store, token: i64, now: Timestamp, limit: u32) -> Vec<Claimed> {
    let claim = Claim { token, now, limit, per_webhook: limit, room: &[], share: Share::All };
    loop {
        match store.claim(claim).await {
            Err(Error::Busy(_)) => {}
            claims => return claims.expect("claimed").taken,
        }
    }
}

fn finish(claimed: &Claimed, attempt: Attempt, next: Next) -> Finish {
    let rendered = claimed.body.is_none() && attempt.request.is_some();
    Finish {
        delivery: claimed.delivery,
        token: claimed.token,
        body: rendered.then(|| claimed.event.payload.clone()),
        attempt: Some(attempt.into()),
        event: Some(claimed.event.clone().into()),
        next,
        ended: None,
        at: T0.plus_ms(100),
    }
}
