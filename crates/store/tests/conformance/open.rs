//! Opening, migrating, refusing.

use crate::support::{Db, T0, on_both_databases};
use domain::webhook::State;
use std::time::Duration;
use store::{Claimed, Error, Finish, Next, OpenAs, Store};

on_both_databases! {
    async fn a_second_migration_finds_nothing_to_do(db: &Db) {
        assert_eq!(db.store.migrate(T0).await.expect("migrated"), [""; 0]);
        db.store.ping().await.expect("alive");
        let now = db.store.now().await.expect("a clock");
        assert!(now > T0, "{now}");
    }

    async fn a_step_that_was_changed_afterwards_is_noticed(db: &Db) {
        db.run("UPDATE migrations SET checksum = 'x' WHERE number = 2").await;
        let error = db.store.migrate(T0).await.expect_err("refused");
        assert_eq!(error.to_string(), "step 0002_webhooks of this database is not the one of this crier");
    }

    async fn a_database_of_a_newer_program_is_refused(db: &Db) {
        db.run("INSERT INTO migrations (number, name, checksum, taken_at) VALUES (99, '0099_later', 'x', 0)").await;
        let error = db.store.migrate(T0).await.expect_err("refused");
        assert_eq!(error.to_string(), "this database belongs to a newer crier (step 0099_later)");
    }

    async fn what_was_sealed_before_says_with_which_key(db: &Db) {
        db.webhook("One", State::Active).await;
        db.webhook("Two", State::Active).await;
        db.webhook("Empty", State::Active).await;
        db.run(r#"UPDATE webhooks SET secrets = '{"auth.password":"1.aaaa1111.xyz","signing.secret":"1.aaaa1111.x"}'"#).await;
        db.run(r#"UPDATE webhooks SET secrets = '{"signing.secret":"1.bbbb2222.xyz"}' WHERE name = 'Two'"#).await;
        db.run("UPDATE webhooks SET secrets = '' WHERE name = 'Empty'").await;
        db.run("UPDATE marketplaces SET secret_key = '1.bbbb2222.xyz'").await;
        db.run(
            "INSERT INTO tracking (marketplace_id, switched_on, key, origins, identify_secret)
             SELECT id, true, 'crt_a', '[]', '1.bbbb2222.xyz' FROM marketplaces",
        )
        .await;
        db.webhook("Three", State::Active).await;
        db.run(r#"UPDATE webhooks SET secrets = '{"signing.secret":"1.aaaa1111.xyz"}' WHERE name = 'Three'"#).await;
        db.run("DELETE FROM migrations WHERE number = 19").await;
        db.run("DROP TABLE sealing_key").await;
        assert_eq!(db.store.migrate(T0).await.expect("migrated"), ["0019_sealing_key"]);
        assert_eq!(db.store.sealing_key().await.expect("read").as_deref(), Some("bbbb2222"), "most were");
    }

    async fn many_starts_at_once_make_the_tables_once(db: &Db) {
        db.run("DELETE FROM migrations").await;
        for table in ["campaigns", "automations", "frequency", "profiles", "tracking", "replays", "mails", "alerts", "caught", "bins", "audit", "stashes", "sessions", "members", "users", "api_keys",
            "setup_links", "nodes", "topics", "webhook_health", "webhook_revisions", "webhooks",
            "marketplaces", "events", "search_tail", "search_segments", "search_blocks", "deliveries", "queue", "attempts", "bodies", "envelopes", "sealing_key"] {
            db.run(Box::leak(format!("DROP TABLE {table}").into_boxed_str())).await;
        }
        let mut starts = Vec::new();
        for _ in 0..4 {
            let store = Store::open(&db.url, OpenAs::Tool).await.expect("opened");
            starts.push(tokio::spawn(async move { store.migrate(T0).await.expect("migrated").len() }));
        }
        let mut steps = Vec::new();
        for start in starts {
            steps.push(start.await.expect("no panic"));
        }
        steps.sort_unstable();
        assert!(steps[..3] == [0, 0, 0] && steps[3] > 0, "{steps:?}");
    }
}

#[tokio::test]
async fn a_second_server_on_a_file_is_refused_and_a_tool_is_not() {
    let db = Db::sqlite().await;
    let error = Store::open(&db.url, OpenAs::Server).await.expect_err("refused");
    assert!(matches!(error, Error::Locked(_)), "{error:?}");
    assert!(error.to_string().starts_with("another crier server already uses /"), "{error}");
    let tool = Store::open(&db.url, OpenAs::Tool).await.expect("opened");
    assert_eq!(tool.user_count().await.expect("counted"), 0);
    tool.close().await;
    db.remove().await;
}

/// SQLite writes over its log from the start once all of it is in the file.
#[tokio::test]
async fn the_log_of_a_file_stays_short() {
    let db = Db::sqlite().await;
    let path = db.url.trim_start_matches("sqlite://").to_owned() + "-wal";
    let length = || std::fs::metadata(&path).expect("a log").len() >> 20;
    let mut longest = 0;
    for _ in 0..4 {
        for _ in 0..10 {
            db.publish(&[], &format!("{{\"much\":\"{}\"}}", "x".repeat(1_000_000))).await;
            db.store.tidy().await.expect("written back");
        }
        longest = longest.max(length());
    }
    assert!((32..40).contains(&longest), "{longest} MiB after 40 MiB were written");
    db.remove().await;
}

/// Postgres itself looks once a minute, and claims walk over what is gone until then.
#[tokio::test]
async fn the_queue_of_postgres_is_vacuumed_after_some_thousand_deliveries() {
    let db = Db::postgres().await;
    // Ours gives way to one that Postgres began, which would do as well.
    db.run("ALTER TABLE queue SET (autovacuum_enabled = false)").await;
    let mut webhooks = Vec::new();
    for n in 0..50 {
        webhooks.push(db.webhook(&format!("W{n}"), State::Active).await);
    }
    for _ in 0..82 {
        db.publish(&webhooks, "{}").await;
    }
    let mut claimed = db.claim(T0).await;
    while !claimed.is_empty() {
        let end = |claimed: &Claimed| Finish {
            delivery: claimed.delivery,
            token: claimed.token,
            attempt: None,
            event: None,
            body: None,
            next: Next::Discarded,
            ended: None,
            at: T0,
        };
        db.store.finish(&claimed.iter().map(end).collect::<Vec<_>>()).await.expect("recorded");
        claimed = db.claim(T0).await;
    }
    db.store.tidy().await.expect("vacuumed");
    // Statistics come a moment later.
    while db.number("SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'queue'").await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    db.remove().await;
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_is_told_in_one_line() {
    for (url, told) in [
        ("mysql://x", "can't open the database of this address: the address starts with neither"),
        ("sqlite::memory:", "a database in memory would forget everything"),
        (
            "sqlite:///proc/nowhere/crier.db",
            "can't open the database /proc/nowhere/crier.db: there is no folder /proc/nowhere",
        ),
        ("postgres://app:s3cret@127.0.0.1:1/none", "can't open the database 127.0.0.1:1/none: "),
    ] {
        let error = Store::open(url, OpenAs::Tool).await.expect_err("refused").to_string();
        assert!(error.contains(told), "{error}");
        assert!(!error.contains('\n') && !error.contains("s3cret"), "{error}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_told() {
    let folder = std::env::temp_dir().join(format!("crier_test_garbage_{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("crier.db"), vec![b'x'; 8192]).expect("a file");
    let url = format!("sqlite://{}", folder.join("crier.db").display());
    let error = Store::open(&url, OpenAs::Server).await.expect_err("refused").to_string();
    assert!(error.contains("file is not a database"), "{error}");
    std::fs::remove_dir_all(folder).expect("removed");
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let db = Db::sqlite().await;
    let path = db.url.strip_prefix("sqlite://").expect("the path");
    for end in ["", "-wal", ".lock"] {
        let mode = std::fs::metadata(format!("{path}{end}")).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{end}");
    }
    db.remove().await;
}
