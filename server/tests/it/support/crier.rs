//! The program under test.

use super::{
    Database, Folder, Http, eventually,
    postgres::{Fresh, tool},
    rows, text,
};
use serde_json::{Value, json};
use std::{
    fs::File,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

/// `crier` in `folder`, with nothing of this process's CRIER_ variables.
pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crier"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CRIER_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// A running server with its folder and its database.
pub(crate) struct Crier {
    child: Child,
    /// What it printed before it listened.
    pub(crate) greeting: Vec<String>,
    /// With a key of the scope `manage`.
    pub(crate) http: Http,
    database: Option<Fresh>,
    folder: Folder,
    variables: Vec<(String, String)>,
}

impl Crier {
    /// Starts a server on a free port that may deliver to this machine.
    pub(crate) async fn start(database: Database) -> Self {
        Self::start_with(database, &[]).await
    }
    /// As [`Crier::start`], with further variables.
    pub(crate) async fn start_with(database: Database, variables: &[(&str, &str)]) -> Self {
        let variables: Vec<_> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let folder = Folder::new();
        let database = match database {
            Database::Sqlite => None,
            Database::Postgres => Some(Fresh::new()),
        };
        let (child, greeting) = launch(&folder, database.as_ref(), &variables);
        let address = greeting.last().and_then(|line| line.rsplit(' ').next()).expect("it names its address");
        let http = Http::new(address);
        let mut crier = Self { child, greeting, http, database, folder, variables };
        let key = crier.key("manage");
        crier.http = crier.http.with_key(&key);
        crier
    }
    /// Ends it by a signal, as an operator does, and returns what it leaves for another start.
    pub(crate) fn stop(&mut self, signal: &str) -> std::process::ExitStatus {
        let sent =
            Command::new("kill").args([signal, &self.child.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
        self.child.wait().expect("it was started")
    }
    /// Starts it again on what it left, at another address; keys stay valid.
    pub(crate) fn start_again(&mut self) {
        let (child, greeting) = launch(&self.folder, self.database.as_ref(), &self.variables);
        self.child = child;
        self.http.base =
            greeting.last().and_then(|line| line.rsplit(' ').next()).expect("an address").to_owned();
        self.greeting = greeting;
    }
    /// Takes its Postgres away while it runs.
    pub(crate) fn lose_database(&self) {
        self.database.as_ref().expect("it is on Postgres").lose();
    }
    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }
    /// Every byte that it stored and logged.
    pub(crate) fn written(&self) -> Vec<u8> {
        let log = std::fs::read(self.folder.path().join("stderr")).expect("a log");
        let files = std::fs::read_dir(self.folder.path().join("data")).expect("a folder");
        let files = files.map(|entry| entry.expect("listed").path()).filter(|path| path.is_file());
        let stored = files.flat_map(|path| std::fs::read(path).expect("read"));
        let dump = |database: &Fresh| {
            let dumped = tool("pg_dump").arg(database.url()).output().expect("pg_dump runs");
            assert!(dumped.status.success(), "pg_dump: {}", String::from_utf8_lossy(&dumped.stderr));
            dumped.stdout
        };
        let database = self.database.as_ref().map(dump).unwrap_or_default();
        log.into_iter().chain(stored).chain(database).collect()
    }
    /// Another `crier` on the same folder and database.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = program(self.folder.path());
        command.args(args);
        if let Some(database) = &self.database {
            command.env("CRIER_DATABASE_URL", database.url());
        }
        command
    }
    /// Runs another `crier` with `input` to its end.
    pub(crate) fn run(&self, args: &[&str], input: &str) -> Output {
        finish(self.command(args), input)
    }
    /// A new key, made beside the running server.
    pub(crate) fn key(&self, scope: &str) -> String {
        let made = self.run(&["key", "create", "--name", scope, "--scope", scope], "");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let key = String::from_utf8(made.stdout).expect("text").trim_end().to_owned();
        assert!(key.starts_with("crk_") && !key.contains(char::is_whitespace), "{key:?}");
        key
    }
    /// A client with a new key of this scope.
    pub(crate) fn with_scope(&self, scope: &str) -> Http {
        self.http.with_key(&self.key(scope))
    }
    /// Creates a webhook, activates it, and returns its id.
    pub(crate) async fn active(&self, webhook: Value) -> String {
        let made = self.http.post("/webhooks", webhook).await.expect(201);
        let id = text(&made, "id").to_owned();
        self.http.post(&format!("/webhooks/{id}/activate"), json!({})).await.expect(200);
        id
    }
    /// Publishes an event and returns its id.
    pub(crate) async fn publish(&self, topic: &str, payload: Value) -> String {
        let accepted =
            self.http.post("/events", json!({ "topic": topic, "payload": payload })).await.expect(202);
        text(&accepted, "id").to_owned()
    }
    /// Waits until `count` deliveries match the filter, and returns them.
    pub(crate) async fn log(&self, filter: &str, count: usize) -> Vec<Value> {
        let path = format!("/deliveries?limit=200&{filter}");
        eventually(&format!("{count} deliveries with {filter}"), || async {
            let list = self.http.get(&path).await.expect(200);
            (rows(&list).len() == count).then(|| rows(&list).to_vec())
        })
        .await
    }
}

impl Drop for Crier {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.folder.path().join("stderr")).unwrap_or_default();
            eprintln!("--- the server's log\n{log}---");
        }
    }
}

fn launch(folder: &Folder, database: Option<&Fresh>, variables: &[(String, String)]) -> (Child, Vec<String>) {
    let mut command = program(folder.path());
    command.args(["serve", "--listen", "127.0.0.1:0"]).env("CRIER_OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8");
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    if let Some(database) = database {
        command.env("CRIER_DATABASE_URL", database.url());
    }
    let log = File::options().create(true).append(true).open(folder.path().join("stderr")).expect("a log");
    let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().expect("crier starts");
    let mut greeting = Vec::new();
    for line in BufReader::new(child.stdout.take().expect("it is piped")).lines() {
        greeting.push(line.expect("text"));
        if greeting.last().is_some_and(|line| line.contains(" listens on ")) {
            return (child, greeting);
        }
    }
    let status = child.wait().expect("it was started");
    let log = std::fs::read_to_string(folder.path().join("stderr")).unwrap_or_default();
    panic!("crier did not start ({status}): {log}");
}

/// Runs a command to its end.
pub(crate) fn finish(mut command: Command, input: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("crier starts");
    // A command that does not read its input closes it.
    let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}
