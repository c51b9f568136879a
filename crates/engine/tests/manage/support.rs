//! An engine on a new SQLite database, with a clock that is set by hand, and people in every role.

use domain::{
    account::{Role, Scope},
    time::Timestamp,
};
use engine::{Clock, Config, DeviceInfo, Engine, OpenAs, Who};
use serde_json::{Map, Value, json};
use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

/// The password of everybody.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// One engine and where it keeps its files.
pub(crate) struct Bench {
    pub(crate) engine: Engine,
    pub(crate) clock: Clock,
    /// The command line.
    pub(crate) system: Who,
    pub(crate) dir: PathBuf,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let dir = std::env::temp_dir().join(format!("crier-manage-{}-{number}", std::process::id()));
        fs::create_dir_all(&dir).expect("a folder");
        let clock = Clock::by_hand(Timestamp::from_ms(1_795_000_000_000));
        let public_url = "http://127.0.0.1:3000".parse().expect("a URL");
        let database = format!("sqlite://{}", dir.join("crier.db").display());
        let mut config = Config::new(database, &dir, public_url);
        config.clock = clock.clone();
        let engine = Engine::open(config, OpenAs::Tool).await.expect("opened");
        let system = engine.system("default").await.expect("it is there from the start");
        Self { engine, clock, system, dir }
    }

    /// A signed-in person of this role.
    pub(crate) async fn person(&self, role: Role) -> Who {
        let email = format!("{}@example.com", role.as_str());
        let added = self.engine.add_member(&self.system, &email, role.as_str(), role, PASSWORD).await;
        added.expect("added");
        self.signed_in(&email).await.0
    }

    /// Whoever has this address and the common password, and the text of the session.
    pub(crate) async fn signed_in(&self, email: &str) -> (Who, String) {
        let token = self.engine.sign_in(email, PASSWORD, device()).await.expect("signed in").to_string();
        let found = self.engine.who_by_session(&token, "192.0.2.1").await.expect("answered");
        (found.expect("a session").0, token)
    }

    /// A program with a key of this scope.
    pub(crate) async fn program(&self, scope: Scope) -> Who {
        let made = self.engine.create_key(&self.system, scope.as_str(), scope).await.expect("made");
        self.engine.who_by_key(&made.1).await.expect("known")
    }

    pub(crate) fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Every byte of every file that the engine wrote.
    pub(crate) fn files(&self) -> Vec<u8> {
        let entries = fs::read_dir(&self.dir).expect("listed").map(|entry| entry.expect("listed").path());
        entries.filter(|path| path.is_file()).flat_map(|path| fs::read(path).expect("read")).collect()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

pub(crate) fn device() -> DeviceInfo {
    DeviceInfo { user_agent: "Firefox".to_owned(), address: "192.0.2.1".to_owned() }
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("not an object: {other}"),
    }
}

/// A webhook that can be saved.
pub(crate) fn webhook(name: &str) -> Map<String, Value> {
    object(json!({
        "name": name, "url": "https://example.com/hook", "topics": ["learning.user.created"],
    }))
}
