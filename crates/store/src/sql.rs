//! Statements and their values, the same for both databases.

use std::borrow::Cow;

/// One statement for each database; nearly always the same text.
#[derive(Clone, Debug)]
pub(crate) struct Sql {
    pub(crate) sqlite: Cow<'static, str>,
    pub(crate) postgres: Cow<'static, str>,
}

impl Sql {
    /// One text for both.
    pub(crate) const fn both(text: &'static str) -> Self {
        Self::pair(text, text)
    }
    /// A text each.
    pub(crate) const fn pair(sqlite: &'static str, postgres: &'static str) -> Self {
        Self { sqlite: Cow::Borrowed(sqlite), postgres: Cow::Borrowed(postgres) }
    }
}

/// The statement of `sql/<name>.sql`.
macro_rules! sql {
    ($name:literal) => {
        $crate::sql::Sql::both(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $name, ".sql")))
    };
}

/// The statements of `sql/<name>.sqlite.sql` and `sql/<name>.postgres.sql`.
macro_rules! sql_pair {
    ($name:literal) => {
        $crate::sql::Sql::pair(
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $name, ".sqlite.sql")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $name, ".postgres.sql")),
        )
    };
}

/// The statement of `sql/<name>.postgres.sql`, for what SQLite has no use for.
macro_rules! sql_postgres {
    ($name:literal) => {
        $crate::sql::Sql::both(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/sql/",
            $name,
            ".postgres.sql"
        )))
    };
}

/// The values of `$1`, `$2`, … in their order.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::sql::Arg::from($value)),*] };
}

pub(crate) use {args, sql, sql_pair, sql_postgres};

/// A value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Arg {
    Int(Option<i64>),
    Text(Option<String>),
    Bool(bool),
    Bytes(Option<Vec<u8>>),
    /// A list of keys: a JSON text on SQLite, an array on Postgres.
    Ints(Vec<i64>),
}

/// The list of values for one statement.
pub(crate) type Args = Vec<Arg>;

impl From<i64> for Arg {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}
impl From<Option<i64>> for Arg {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}
impl From<bool> for Arg {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}
impl From<&str> for Arg {
    fn from(value: &str) -> Self {
        Self::Text(Some(storable(value)))
    }
}
impl From<String> for Arg {
    fn from(value: String) -> Self {
        Self::Text(Some(storable(&value)))
    }
}
impl From<&String> for Arg {
    fn from(value: &String) -> Self {
        Self::from(value.as_str())
    }
}
impl From<Option<&str>> for Arg {
    fn from(value: Option<&str>) -> Self {
        Self::Text(value.map(storable))
    }
}
impl From<Vec<u8>> for Arg {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(Some(value))
    }
}
impl From<&[u8]> for Arg {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(Some(value.to_vec()))
    }
}
impl From<Option<Vec<u8>>> for Arg {
    fn from(value: Option<Vec<u8>>) -> Self {
        Self::Bytes(value)
    }
}
impl From<Vec<i64>> for Arg {
    fn from(value: Vec<i64>) -> Self {
        Self::Ints(value)
    }
}
impl<K> From<domain::id::Id<K>> for Arg {
    fn from(value: domain::id::Id<K>) -> Self {
        Self::Int(Some(value.key()))
    }
}
impl From<domain::time::Timestamp> for Arg {
    fn from(value: domain::time::Timestamp) -> Self {
        Self::Int(Some(value.ms()))
    }
}
impl From<Option<domain::time::Timestamp>> for Arg {
    fn from(value: Option<domain::time::Timestamp>) -> Self {
        Self::Int(value.map(domain::time::Timestamp::ms))
    }
}

/// Postgres can't keep U+0000 in a text, so neither database does: it becomes U+FFFD.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
