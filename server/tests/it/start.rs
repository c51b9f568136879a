//! Starting, restarting, ending, and what keeps the server from starting.

use crate::support::{
    Crier, Database, Folder, Http, Receiver, eventually, finish, on_both, program, run, text,
};
use serde_json::json;
use std::net::TcpListener;

on_both!(it_ends_in_good_order_and_goes_on_where_it_was);

async fn it_ends_in_good_order_and_goes_on_where_it_was(mut crier: Crier) {
    assert_eq!(crier.http.page("/healthz").await.status, 200);
    assert_eq!(crier.http.page("/readyz").await.status, 200);
    let receiver = Receiver::start();
    let webhook =
        json!({ "name": "Slow", "url": receiver.url("/slow/1000"), "topics": ["learning.user.created"] });
    let id = crier.active(webhook).await;
    let event = crier.publish("learning.user.created", json!({})).await;
    receiver.wait(1).await;
    assert!(crier.stop("-TERM").success(), "it ends with status 0");
    crier.start_again();
    let row = crier.log(&format!("webhook={id}&state=delivered"), 1).await.remove(0);
    assert_eq!(row["event_id"], event);
    assert_eq!(
        (row["attempt_count"].as_i64(), receiver.seen().len()),
        (Some(1), 1),
        "what ran was finished first"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_line_is_a_one_time_link_until_there_is_an_account() {
    let mut crier = Crier::start(Database::Sqlite).await;
    let link = crier.greeting[0].strip_prefix("Set up Crier: ").expect("a link").to_owned();
    assert!(link.starts_with(&format!("{}/setup?token=", crier.http.base)), "{link}");
    assert_eq!(crier.greeting.len(), 2);
    let added = crier.run(
        &[
            "user",
            "add",
            "--email",
            "ann@example.com",
            "--name",
            "Ann",
            "--role",
            "owner",
            "--password-stdin",
        ],
        "correct horse battery\n",
    );
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    crier.stop("-INT");
    crier.start_again();
    assert_eq!(crier.greeting.len(), 1, "no link: there is an account");
}

/// Runs `crier serve` in a folder where it can't start; returns its one line.
fn refused(folder: &Folder, args: &[&str], variables: &[(&str, &str)]) -> String {
    let mut command = program(folder.path());
    command.arg("serve").args(args).envs(variables.iter().copied());
    let ended = run(command, "");
    let line = String::from_utf8(ended.stderr).expect("text");
    assert_eq!(ended.status.code(), Some(1), "{line}");
    assert!(ended.stdout.is_empty(), "{}", String::from_utf8_lossy(&ended.stdout));
    assert_eq!(line.trim_end().lines().count(), 1, "one line: {line}");
    line
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_clear_line_says_what_keeps_it_from_starting() {
    let folder = Folder::new();
    let free = ["--listen", "127.0.0.1:0"];
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    assert!(
        refused(&folder, &["--listen", &address], &[])
            .contains(&format!("can't listen on {address}: another"))
    );

    let config = folder.write("crier.toml", "listen = \"127.0.0.1:0\"\nlisten_address = 1\n");
    assert!(refused(&folder, &["--config", &config], &[]).contains("there is no key `listen_address`"));
    assert!(refused(&folder, &["--config", "missing.toml"], &[]).contains("missing.toml"));
    assert!(refused(&folder, &["--config", "."], &[]).contains("can't read ."));
    let config = folder.write("broken.toml", "listen = \n");
    assert!(refused(&folder, &["--config", &config], &[]).contains("broken.toml: line 1"));
    assert!(refused(&folder, &free, &[("CRIER_PUBLIC_URL", "nonsense")]).contains("CRIER_PUBLIC_URL"));
    assert!(refused(&folder, &free, &[("CRIER_SECRET_KEY", "c2hvcnQ=")]).contains("CRIER_SECRET_KEY"));

    let file = folder
        .write("not-a-database", "this is text, and long enough to be read as a page of SQLite ".repeat(20));
    let url = format!("sqlite://{file}");
    refused(&folder, &[&free[..], &["--database-url", &url]].concat(), &[]);
    let missing = folder.path().join("misspelt");
    let url = format!("sqlite://{}/deep/crier.db", missing.display());
    let line = refused(&folder, &[&free[..], &["--database-url", &url]].concat(), &[]);
    assert!(line.contains("there is no folder") && line.contains("misspelt/deep"), "{line}");
    assert!(!missing.exists(), "no folder is made for a database");
    let url = "postgres://ann:canary@127.0.0.1:1/crier";
    let line = refused(&folder, &[&free[..], &["--database-url", url]].concat(), &[]);
    assert!(!line.contains("canary"), "{line}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_files_are_told_in_one_line() {
    let mut crier = Crier::start(Database::Sqlite).await;
    assert!(crier.stop("-TERM").success());
    let free = ["--listen", "127.0.0.1:0"];
    let folder = crier.folder();
    let key = std::fs::read(folder.path().join("data/crier.key")).expect("a key");
    folder.write("data/crier.key", "nonsense");
    assert!(refused(folder, &free, &[]).contains("crier.key: does not hold 32 bytes in base64"));
    folder.write("data/crier.key", key);
    let mut database = std::fs::read(folder.path().join("data/crier.db")).expect("a database");
    database[100..].fill(0x5a);
    folder.write("data/crier.db", database);
    let line = refused(folder, &free, &[]);
    assert!(line.contains("the database") || line.contains("malformed"), "{line}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_server_on_the_same_file_is_refused() {
    let crier = Crier::start(Database::Sqlite).await;
    let line = refused(crier.folder(), &["--listen", "127.0.0.1:0"], &[]);
    assert!(line.contains("crier.db"), "{line}");
    assert_eq!(crier.http.page("/readyz").await.status, 200, "the first goes on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dispatcher_answers_health_checks_only() {
    let crier = Crier::start(Database::Postgres).await;
    let mut command = crier.command(&["serve", "--listen", "127.0.0.1:0", "--role", "dispatcher"]);
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().expect("crier starts");
    let mut lines =
        std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().expect("it is piped")));
    let line = lines.next().expect("a line").expect("text");
    let http = Http::new(line.rsplit(' ').next().expect("an address"));
    assert_eq!(http.page("/healthz").await.status, 200);
    for path in ["/", "/login", "/api/v1/events", "/api/openapi.json", "/live"] {
        assert_eq!(http.page(path).await.status, 404, "{path}");
    }
    child.kill().expect("it runs");
    child.wait().expect("it ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_variables_only_warn() {
    let crier = Crier::start(Database::Sqlite).await;
    let mut command = crier.command(&["key", "create", "--name", "x", "--scope", "read"]);
    let made = run(
        {
            command.env("CRIER_LISTN", "x");
            command
        },
        "",
    );
    assert!(made.status.success());
    assert!(String::from_utf8_lossy(&made.stderr).contains("CRIER_LISTN"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_end_when_the_server_does() {
    let mut crier = Crier::start(Database::Sqlite).await;
    let made = crier.http.post("/bins", json!({ "delay_ms": 30_000 })).await.expect(201);
    let url = text(&made, "url").to_owned();
    let waiting = tokio::spawn(finish(reqwest::Client::new().post(url)));
    let requests = format!("/bins/{}/requests", text(&made, "id"));
    eventually("the request", || async {
        let caught = crier.http.get(&requests).await.expect(200);
        (!crate::support::rows(&caught).is_empty()).then_some(())
    })
    .await;
    assert!(crier.stop("-TERM").success());
    assert_eq!(waiting.await.expect("no panic").status, 200);
}
