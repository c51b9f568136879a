//! SQL stands in `crates/store` and `migrations` only.

use super::{Source, literals::literals};

/// A statement begins with the first word; where there is a second, it must follow.
const STATEMENTS: [(&str, &str); 9] = [
    ("select ", " from "),
    ("insert into ", ""),
    ("update ", " set "),
    ("delete from ", ""),
    ("with ", " as ("),
    ("create table ", ""),
    ("alter table ", ""),
    ("drop table ", ""),
    ("pragma ", ""),
];

/// Each statement in a place where it must not be.
pub(super) fn check(source: &Source) -> Vec<String> {
    if ["crates/store/", "migrations/"].iter().any(|folder| source.path.starts_with(folder)) {
        return Vec::new();
    }
    if source.path.ends_with(".sql") {
        return vec![format!("{}: SQL outside crates/store and migrations", source.path)];
    }
    // The tests of this rule hold SQL to show that they find it.
    if !source.path.ends_with(".rs") || source.path == "crates/xtask/src/architecture/sql.rs" {
        return Vec::new();
    }
    let found = literals(&source.text).into_iter().filter(|literal| is_sql(literal.text));
    found.map(|literal| format!("{}:{}: SQL outside crates/store", source.path, literal.line)).collect()
}

/// Keywords in one case throughout (`SELECT` or `select`): a sentence for people starts with `Select`.
fn is_sql(text: &str) -> bool {
    let text = text.replace("\\n", " ").replace('\\', " ");
    let text = format!("{} ", text.split_whitespace().collect::<Vec<_>>().join(" "));
    let is = |text: &str, first: &str, second: &str| {
        text.strip_prefix(first).is_some_and(|rest| format!(" {rest}").contains(second))
    };
    STATEMENTS.iter().any(|(first, second)| {
        is(&text, first, second) || is(&text, &first.to_uppercase(), &second.to_uppercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.into(), text: text.into() }
    }

    #[test]
    fn finds_sql_in_literals() {
        for sql in [
            r#"q("SELECT id FROM webhooks")"#,
            r#"q("select id\n from webhooks")"#,
            "q(\"SELECT id\n   FROM webhooks\")",
            "q(r#\"INSERT INTO events VALUES ($1)\"#)",
            r#"q("UPDATE webhooks SET name = $1")"#,
            r#"q("DELETE FROM webhooks")"#,
            r#"q("WITH due AS (x)")"#,
        ] {
            assert_eq!(check(&source("server/src/a.rs", sql)).len(), 1, "{sql}");
            assert!(check(&source("crates/store/src/a.rs", sql)).is_empty());
        }
        assert_eq!(
            check(&source("server/src/a.rs", "\n\"SELECT 1 FROM x\"")),
            ["server/src/a.rs:2: SQL outside crates/store"]
        );
    }

    #[test]
    fn finds_stray_files() {
        assert_eq!(check(&source("crates/engine/sql/x.sql", "")).len(), 1);
        assert!(check(&source("migrations/0001.sql", "")).is_empty());
    }

    #[test]
    fn leaves_sentences_alone() {
        for text in [
            "\"Select a topic from the list\"",
            "// SELECT a FROM b\n",
            "\"update the name\"",
            "\"with a key\"",
        ] {
            assert!(check(&source("app/src/a.rs", text)).is_empty(), "{text}");
        }
    }
}
