//! Connections to Postgres that break while events are accepted: none is lost, none is stored twice, and the caller is
//! told what is true.

use crate::support::{Db, HOME};
use domain::webhook::State;
use sqlx::{Connection as _, Executor as _, PgConnection};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use store::{Accept, Accepted, OpenAs, Store};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

async fn request(db: &Db, payload: &str) -> Accept {
    let webhook = db.webhook("W", State::Active).await;
    let routing_version = db.store.routing_version(HOME).await.expect("a version");
    Accept { marketplace: HOME, routing_version, events: vec![db.event(&[webhook], payload)] }
}

async fn is_stored_once(db: &Db) {
    for table in ["SELECT count(*) FROM events", "SELECT count(*) FROM queue"] {
        assert_eq!(db.number(table).await, 1, "{table}");
    }
}

#[tokio::test]
async fn what_postgres_ended_is_left_out() {
    let db = Db::postgres().await;
    let mut request = request(&db, "{}").await;
    let mut other = PgConnection::connect(&db.url).await.expect("connected");
    for n in 1..=20 {
        db.store.accept(vec![request.clone()]).await.expect("answered");
        let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        other.execute(all).await.expect("ended");
        request.events = vec![db.event(&[], "{}")];
        let answers = db.store.accept(vec![request.clone()]).await.expect("answered");
        assert!(matches!(answers[..], [Accepted::Stored(_)]), "{answers:?}");
        request.events = vec![db.event(&[], "{}")];
        assert_eq!(db.number("SELECT count(*) FROM events").await, 2 * n);
    }
    db.remove().await;
}

#[tokio::test]
async fn an_answer_that_does_not_come_back_is_looked_for() {
    let db = Db::postgres().await;
    let request = request(&db, CUT_ANSWER).await;
    let far = Store::open(&through_proxy(&db.url).await, OpenAs::Tool).await.expect("opened");
    let answers = far.accept(vec![request]).await.expect("answered");
    assert!(matches!(answers[..], [Accepted::Stored(_)]), "{answers:?}");
    is_stored_once(&db).await;
    far.close().await;
    db.remove().await;
}

#[tokio::test]
async fn a_statement_that_goes_on_without_its_connection_is_waited_for() {
    let db = Db::postgres().await;
    let request = request(&db, CUT_AT_ONCE).await;
    let far = Store::open(&through_proxy(&db.url).await, OpenAs::Tool).await.expect("opened");
    let mut other = PgConnection::connect(&db.url).await.expect("connected");
    other.execute("BEGIN").await.expect("begun");
    other.execute("SELECT id FROM marketplaces FOR UPDATE").await.expect("locked");
    let accepting = tokio::spawn(async move { (far.accept(vec![request]).await, far) });
    // The one that was cut off, and the transaction after it.
    let waits = "SELECT count(*) FROM pg_stat_activity
                 WHERE wait_event_type = 'Lock' AND datname = current_database()";
    while db.number(waits).await < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    other.execute("ROLLBACK").await.expect("unlocked");
    let (answers, far) = accepting.await.expect("no panic");
    let answers = answers.expect("answered");
    assert!(matches!(answers[..], [Accepted::Stored(_)]), "{answers:?}");
    is_stored_once(&db).await;
    far.close().await;
    db.remove().await;
}

/// What the proxy looks for: it ends the connection when the answer to this comes, or at once, but only the first time.
const CUT_ANSWER: &str = r#"{"cut":"answer"}"#;
const CUT_AT_ONCE: &str = r#"{"cut":"at once"}"#;

/// The address of the same database behind a proxy.
#[allow(clippy::disallowed_methods, reason = "it dials the tests' own Postgres")]
async fn through_proxy(url: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let near = listener.local_addr().expect("an address").to_string();
    let (start, rest) = url.split_once('@').expect("a user");
    let (far, path) = rest.split_once('/').expect("a path");
    let address = format!("{start}@{near}/{path}");
    let (far, has_cut) = (far.to_owned(), Arc::new(AtomicBool::new(false)));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&far).await.expect("connected");
            tokio::spawn(pass(client, server, Arc::clone(&has_cut)));
        }
    });
    address
}

async fn pass(mut client: TcpStream, mut server: TcpStream, has_cut: Arc<AtomicBool>) {
    let (mut up, mut down) = ([0; 1 << 16], [0; 1 << 16]);
    let mut cut = false;
    loop {
        tokio::select! {
            Ok(read @ 1..) = client.read(&mut up) => {
                let says = |what: &str| up[..read].windows(what.len()).any(|part| part == what.as_bytes());
                cut |= says(CUT_ANSWER);
                server.write_all(&up[..read]).await.expect("written");
                if says(CUT_AT_ONCE) && !has_cut.swap(true, Ordering::SeqCst) {
                    drop(client);
                    // Postgres would end what it does when it saw the end of the connection; it looks for that when
                    // it has an answer.
                    let _ = server.read(&mut down).await;
                    return;
                }
            }
            Ok(read @ 1..) = server.read(&mut down) => {
                if cut || client.write_all(&down[..read]).await.is_err() {
                    return;
                }
            }
            else => return,
        }
    }
}
