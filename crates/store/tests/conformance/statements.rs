//! Every statement is prepared on the databases that it is for, and both have the same tables.

use crate::support::Db;
use sqlx::{Connection as _, Executor as _, PgConnection, SqliteConnection};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn statements() -> Vec<(String, String)> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/sql"));
    let mut found = Vec::new();
    files(folder, &mut found);
    found.sort();
    let name = |path: &PathBuf| path.strip_prefix(folder).expect("inside").display().to_string();
    found.iter().map(|path| (name(path), std::fs::read_to_string(path).expect("UTF-8"))).collect()
}

#[tokio::test]
async fn every_statement_is_prepared_on_both_databases() {
    let (lite, post) = (Db::sqlite().await, Db::postgres().await);
    let mut sqlite = SqliteConnection::connect(&lite.url).await.expect("connected");
    let mut postgres = PgConnection::connect(&post.url).await.expect("connected");
    let mut count = 0;
    for (name, text) in statements() {
        let text: &'static str = Box::leak(text.into_boxed_str());
        if !name.ends_with(".postgres.sql") {
            let prepared = sqlite.prepare(sqlx::SqlStr::from_static(text)).await;
            assert!(prepared.is_ok(), "{name} on SQLite: {:?}", prepared.err());
            count += 1;
        }
        if !name.ends_with(".sqlite.sql") {
            let prepared = postgres.prepare(sqlx::SqlStr::from_static(text)).await;
            assert!(prepared.is_ok(), "{name} on Postgres: {:?}", prepared.err());
            count += 1;
        }
    }
    assert!(count > 200, "{count} statements");
    drop((sqlite, postgres));
    lite.remove().await;
    post.remove().await;
}

/// Kept plans are made when a table may happen to be empty, which the statistics then say of the one that is full.
#[tokio::test]
async fn postgres_finds_what_it_changes_by_an_index_whatever_the_statistics() {
    let db = Db::postgres().await;
    for table in ["queue", "deliveries"] {
        db.run(format!("ALTER TABLE {table} SET (autovacuum_enabled = false)").leak()).await;
    }
    let webhook = db.webhook("W", domain::webhook::State::Active).await;
    for _ in 0..50 {
        db.publish(&[webhook; 50], "{}").await;
    }
    for table in ["queue", "deliveries"] {
        db.run(format!("DELETE FROM {table}").leak()).await;
        db.run(format!("VACUUM (ANALYZE, TRUNCATE FALSE) {table}").leak()).await;
    }
    let mut postgres = PgConnection::connect(&db.url).await.expect("connected");
    for (name, value) in store::PLAN_ONCE {
        let set = format!("SET {name} = {value}").leak();
        postgres.execute(&*set).await.expect("set");
    }
    let mut seen = 0;
    for (name, text) in statements() {
        let hot = [
            "finish/owned",
            "queue/",
            "deliveries/record",
            "deliveries/set_states",
            "health/set",
            "health/lock",
        ];
        let is_hot = name.ends_with(".postgres.sql") && hot.iter().any(|part| name.starts_with(part));
        if !is_hot || name.contains("vacuum") {
            continue;
        }
        let plan = plan(&mut postgres, &text).await;
        let lines: Vec<_> = plan.lines().collect();
        let of_these = |line: &str| {
            line.contains("Scan using ")
                && ["queue", "deliveries", "webhook_health"]
                    .iter()
                    .any(|table| line.contains(&format!(" on {table} ")))
        };
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| of_these(line)) {
            assert!(
                lines.get(at + 1).is_some_and(|next| next.contains("Index Cond:")),
                "{name}: {line}\n{plan}"
            );
            seen += 1;
        }
        assert!(!plan.contains("Seq Scan"), "{name}:\n{plan}");
    }
    assert!(seen > 8, "{seen} look-ups");
    drop(postgres);
    db.remove().await;
}

/// The plan that is kept for a statement.
async fn plan(postgres: &mut PgConnection, text: &str) -> String {
    let values = (1..).take_while(|n| text.contains(&format!("${n}"))).count();
    let prepare = format!("PREPARE this AS {text}").leak();
    postgres.execute(&*prepare).await.expect("prepared");
    let explain = format!("EXPLAIN EXECUTE this ({})", vec!["NULL"; values].join(", ")).leak();
    let lines: Vec<(String,)> = sqlx::query_as(&*explain).fetch_all(&mut *postgres).await.expect("explained");
    postgres.execute("DEALLOCATE this").await.expect("forgotten");
    lines.into_iter().map(|(line,)| line + "\n").collect()
}

#[test]
fn a_pair_says_why_it_is_one() {
    for (name, text) in statements() {
        let special = name.ends_with(".sqlite.sql") || name.ends_with(".postgres.sql");
        let said = text.contains("A pair:") || text.contains("Only here:");
        assert_eq!(special, said, "{name}");
    }
}

#[test]
fn every_statement_is_used() {
    let mut sources = Vec::new();
    files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut sources);
    let code: String = sources.iter().map(|path| std::fs::read_to_string(path).expect("UTF-8")).collect();
    for (name, _) in statements() {
        let base = name.trim_end_matches(".sql").trim_end_matches(".sqlite").trim_end_matches(".postgres");
        let used =
            ["sql!", "sql_pair!", "sql_postgres!"].iter().any(|m| code.contains(&format!("{m}(\"{base}\")")));
        assert!(used, "{name} is not used");
    }
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let (lite, post) = (Db::sqlite().await, Db::postgres().await);
    let mut sqlite = SqliteConnection::connect(&lite.url).await.expect("connected");
    let mut postgres = PgConnection::connect(&post.url).await.expect("connected");
    let a: BTreeSet<(String, String, bool)> = sqlx::query_as::<_, (String, String, bool)>(
        "SELECT m.name, c.name, c.\"notnull\" <> 0 FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'",
    )
    .fetch_all(&mut sqlite)
    .await
    .expect("columns")
    .into_iter()
    .collect();
    let b: BTreeSet<(String, String, bool)> = sqlx::query_as::<_, (String, String, bool)>(
        "SELECT table_name::text, column_name::text, is_nullable = 'NO' FROM information_schema.columns WHERE table_schema = 'public'",
    )
    .fetch_all(&mut postgres)
    .await
    .expect("columns")
    .into_iter()
    .collect();
    assert_eq!(a, b);
    assert!(a.len() > 100);
    drop((sqlite, postgres));
    lite.remove().await;
    post.remove().await;
}
