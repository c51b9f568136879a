//! Commands beside a running server.

use crate::support::{Crier, Database, Folder, on_both, program, rows, run, text};
use serde_json::Value;
use std::process::Output;

on_both!(commands_work_beside_a_running_server);

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn failed(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let line = String::from_utf8(output.stderr.clone()).expect("text");
    assert_eq!(line.trim_end().lines().count(), 1, "one line: {line}");
    line
}

async fn commands_work_beside_a_running_server(crier: Crier) {
    assert_eq!(out(&crier.run(&["migrate"], "")), "The database is up to date.\n");
    let add = [
        "user",
        "add",
        "--email",
        "Ann@Example.com",
        "--name",
        "Ann",
        "--role",
        "manager",
        "--password-stdin",
    ];
    assert_eq!(out(&crier.run(&add, "correct horse battery\n")), "Added ann@example.com as manager.\n");
    failed(&crier.run(&add, "correct horse battery\n"));
    failed(&crier.run(
        &["user", "add", "--email", "b@example.com", "--name", "B", "--role", "viewer", "--password-stdin"],
        "short",
    ));
    let line = failed(
        &crier.run(&["key", "create", "--name", "x", "--scope", "read", "--marketplace", "other"], ""),
    );
    assert!(line.contains("there is no marketplace `other`"), "{line}");

    let other = ["marketplace", "add", "--slug", "other", "--name", "Other Academy"];
    assert_eq!(out(&crier.run(&other, "")), "Made the marketplace Other Academy (other).\n");
    failed(&crier.run(&other, ""));
    failed(&crier.run(&["marketplace", "add", "--slug", "Other One", "--name", "x"], ""));
    let made =
        crier.run(&["key", "create", "--name", "x", "--scope", "manage", "--marketplace", "other"], "");
    let other = crier.http.with_key(out(&made).trim_end());
    crier.http.post("/bins", serde_json::json!({})).await.expect(201);
    assert_eq!(rows(&other.get("/bins").await.expect(200)).len(), 0, "each has its own");

    let key = crier.key("events");
    let publish = |args: &[&str], key: &str, input: &str| {
        let mut command =
            crier.command(&[&["event", "publish", "--server", &crier.http.base], args].concat());
        command.env("CRIER_API_KEY", key);
        run(command, input)
    };
    let payload = r#"{ "total": 1.0, "user_id": 7 }"#;
    let topic = ["--topic", "learning.user.created"];
    let printed = out(&publish(&[&topic[..], &["--payload", "-"]].concat(), &key, payload));
    let accepted: Value = serde_json::from_str(&printed).expect("JSON");
    let shown = crier.http.get(&format!("/events/{}", text(&accepted, "id"))).await;
    assert!(shown.text.contains(payload), "{}", shown.text);
    let file = crier.folder().write("payload.json", payload);
    out(&publish(&[&topic[..], &["--payload", &file]].concat(), &key, ""));

    let line = failed(&publish(&[&topic[..], &["--payload", "-"]].concat(), "crk_wrong", payload));
    assert!(line.contains("not known"), "{line}");
    let line = failed(&publish(&[&topic[..], &["--payload", "-"]].concat(), "", payload));
    assert!(line.contains("CRIER_API_KEY"), "{line}");
    let line = failed(&publish(&["--topic", "learning.user.invented", "--payload", "-"], &key, payload));
    assert!(line.contains("topic"), "{line}");
    failed(&publish(&[&topic[..], &["--payload", "-"]].concat(), &key, "{"));
    failed(&publish(&[&topic[..], &["--payload", "missing.json"]].concat(), &key, ""));
    let mut command =
        crier.command(&["event", "publish", "--server", "http://127.0.0.1:1", "--payload", &file]);
    command.args(topic).env("CRIER_API_KEY", &key);
    let line = failed(&run(command, ""));
    assert!(line.contains("127.0.0.1:1"), "{line}");
}

#[test]
fn wrong_usage_ends_with_2() {
    let folder = Folder::new();
    for args in [
        &[][..],
        &["fly"],
        &["serve", "--role", "boss"],
        &["serve", "--port", "3000"],
        &["user", "add", "--email", "a@example.com"],
        &["user", "add", "--email", "a@example.com", "--name", "A", "--role", "owner"],
        &["key", "create", "--name", "x", "--scope", "all"],
        &["event", "publish", "--topic", "x"],
    ] {
        let mut command = program(folder.path());
        command.args(args);
        let ended = run(command, "");
        assert_eq!(ended.status.code(), Some(2), "{args:?}");
        assert!(ended.stdout.is_empty() && !ended.stderr.is_empty(), "{args:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_document_is_printed_and_served_alike() {
    let crier = Crier::start(Database::Sqlite).await;
    let printed: Value = serde_json::from_str(&out(&crier.run(&["openapi"], ""))).expect("JSON");
    let served = crier.http.page("/api/openapi.json").await;
    assert_eq!(served.json(), printed);
    assert_eq!(printed["openapi"], "3.1.0");
    let page = crier.http.page("/api/docs").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Publish an event"));
    assert_eq!(crier.http.page("/api/docs.css").await.headers["content-type"], "text/css; charset=utf-8");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_says_what_is_wrong() {
    let crier = Crier::start(Database::Sqlite).await;
    let told = crier.run(&["doctor"], "");
    let text = String::from_utf8(told.stdout).expect("text");
    assert!(text.contains("ok    database (sqlite)"), "{text}");
    assert!(text.contains("ok    database (sqlite): every page is whole"), "{text}");
    let told = crier.run(&["doctor", "--database-url", "postgres://ann:canary@127.0.0.1:1/x"], "");
    assert_eq!(told.status.code(), Some(1));
    let text = String::from_utf8([told.stdout, told.stderr].concat()).expect("text");
    assert!(text.contains("wrong database (postgres)") && !text.contains("canary"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_finds_damage_in_the_file() {
    let mut crier = Crier::start(Database::Sqlite).await;
    crier.stop("-TERM");
    let path = crier.folder().path().join("data/crier.db");
    let mut file = std::fs::read(&path).expect("the database");
    let pages = file.len() / 4096;
    file[4096 * (pages / 2)..4096 * (pages / 2 + 4)].fill(0xa5);
    std::fs::write(&path, file).expect("it is writable");
    let told = crier.run(&["doctor"], "");
    assert_eq!(told.status.code(), Some(1));
    let text = String::from_utf8(told.stdout).expect("text");
    assert!(text.contains("wrong database (sqlite)") && !text.contains("every page is whole"), "{text}");
}

#[test]
fn a_key_can_be_made_before_the_first_start() {
    let folder = Folder::new();
    let mut command = program(folder.path());
    command.args(["key", "create", "--name", "x", "--scope", "events"]);
    let key = out(&run(command, ""));
    assert!(key.starts_with("crk_"));
    assert!(folder.path().join("data/crier.db").exists());
}
