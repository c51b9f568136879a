//! Several processes on one Postgres.

use crate::{
    console::{cookie, form, next, stream},
    support::{Crier, Database, Http, Receiver},
};
use serde_json::json;
use std::{
    process::{Child, Stdio},
    time::Duration,
};
use tokio::sync::watch;

/// A process that only delivers.
struct Dispatcher(Child);

impl Dispatcher {
    fn start(crier: &Crier) -> Self {
        let mut command = crier.command(&["serve", "--listen", "127.0.0.1:0", "--role", "dispatcher"]);
        command.env("CRIER_OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8");
        Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("crier starts"))
    }
}

impl Drop for Dispatcher {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_console_shows_what_a_dispatcher_delivers_and_another_goes_on_when_it_dies() {
    let crier = Crier::start_with(Database::Postgres, &[("CRIER_ROLE", "console")]).await;
    let first = Dispatcher::start(&crier);
    let receiver = Receiver::start();
    let webhook = json!({ "name": "W", "url": receiver.url("/"), "topics": ["learning.user.created"] });
    let id = crier.active(webhook).await;

    let browser = Http::new(&crier.http.base);
    let token = crier.greeting[0].split("token=").nth(1).expect("a token");
    let fields = [
        ("token", token),
        ("name", "Ann"),
        ("email", "ann@example.com"),
        ("password", "correct horse battery"),
        ("marketplace", "Academy"),
    ];
    let made = form(&browser, "/do/first-account", &fields).await;
    let mut news = stream(&browser, "/live", cookie(&made)).await;
    // The dispatcher learns within moments that somebody looks; until then it tells nobody.
    let http = crier.http.clone();
    let (seen, mut is_seen) = watch::channel(false);
    let publisher = tokio::spawn(async move {
        let mut published = 0;
        while !*is_seen.borrow() {
            let event = json!({ "topic": "learning.user.created", "payload": {} });
            http.post("/events", event).await.expect(202);
            published += 1;
            let _ = tokio::time::timeout(Duration::from_secs(1), is_seen.changed()).await;
        }
        published
    });
    let delivered = next(&mut news, |kind, row| kind == "delivery" && row["state"] == "delivered").await;
    assert_eq!(
        (delivered["webhook_id"].as_str(), delivered["http_status"].as_u64()),
        (Some(&*id), Some(200))
    );
    seen.send_replace(true);
    let published = publisher.await.expect("joined");
    crier.log("state=delivered", published).await;

    drop(first);
    let _second = Dispatcher::start(&crier);
    for _ in 0..5 {
        crier.publish("learning.user.created", json!({})).await;
    }
    crier.log("state=delivered", published + 5).await;
    assert_eq!(receiver.seen().len(), published + 5, "each once");
}
