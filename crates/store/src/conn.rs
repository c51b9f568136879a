//! A connection to either database. Operations above are written once; [`on_both`] expands what
//! must be typed for each.

use crate::{
    Error, Result,
    bulk::{Columns, Script},
    sql::{Arg, Args, Sql},
    writer::Writing,
};
use sqlx::{
    Arguments as _, AssertSqlSafe, FromRow, PgConnection, Postgres, Sqlite, SqliteConnection, Transaction,
    pool::PoolConnection,
    postgres::{PgArguments, PgRow},
    sqlite::{SqliteArguments, SqliteRow},
};

/// A row that either database can give.
pub(crate) trait Record:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}
impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A connection for reading, or a transaction.
pub(crate) enum Conn {
    SqliteRead(PoolConnection<Sqlite>),
    SqliteWrite(Writing),
    PostgresRead(PoolConnection<Postgres>),
    PostgresWrite(Transaction<'static, Postgres>),
}

enum Raw<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// Expands one body for each database: `$query` is the statement with its values, `$conn` the
/// connection. The texts come from `sql/` and from fixed pieces of them (see `filter`), never from a
/// caller, which is what `AssertSqlSafe` asks for.
macro_rules! on_both {
    ($self:ident, $sql:ident, $args:ident, $make:ident, |$query:ident, $conn:ident| $body:expr) => {
        match $self.raw() {
            Raw::Sqlite($conn) => {
                let $query = sqlx::$make(AssertSqlSafe($sql.sqlite), sqlite_args($args)?);
                $body
            }
            Raw::Postgres($conn) => {
                let $query = sqlx::$make(AssertSqlSafe($sql.postgres), postgres_args($args)?);
                $body
            }
        }
    };
}

impl Conn {
    fn raw(&mut self) -> Raw<'_> {
        match self {
            Self::SqliteRead(conn) => Raw::Sqlite(conn),
            Self::SqliteWrite(tx) => Raw::Sqlite(tx.conn()),
            Self::PostgresRead(conn) => Raw::Postgres(conn),
            Self::PostgresWrite(tx) => Raw::Postgres(tx),
        }
    }

    /// Whether it is Postgres.
    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self, Self::PostgresRead(_) | Self::PostgresWrite(_))
    }

    /// Runs a statement; returns how many rows it changed.
    pub(crate) async fn run(&mut self, sql: Sql, args: Args) -> Result<u64> {
        Ok(on_both!(self, sql, args, query_with, |query, conn| query.execute(conn).await?.rows_affected()))
    }

    /// Runs a statement for many rows.
    pub(crate) async fn run_bulk(&mut self, sql: Sql, columns: Columns) -> Result<()> {
        let mut script = Script::default();
        script.add(sql, columns);
        self.run_script(script).await
    }

    /// Runs statements for many rows.
    pub(crate) async fn run_script(&mut self, script: Script) -> Result<()> {
        match self.raw() {
            Raw::Sqlite(conn) => {
                if let Some((text, values)) = script.joined().map_err(sqlx::Error::Encode)? {
                    sqlx::query_with(AssertSqlSafe(text), values).execute(conn).await?;
                }
            }
            Raw::Postgres(conn) => {
                if let Some((text, values)) = script.united().map_err(sqlx::Error::Encode)? {
                    sqlx::query_with(text, values).execute(conn).await?;
                }
            }
        }
        Ok(())
    }

    /// Runs statements for many rows and ends the transaction; what it did is on disk. On SQLite in one piece.
    pub(crate) async fn commit_after(mut self, script: Script) -> Result<()> {
        if let Self::SqliteWrite(tx) = self {
            let joined = script.joined().map_err(sqlx::Error::Encode)?;
            let (text, values) = joined.unwrap_or_default();
            return tx.commit_after(text, values).await;
        }
        self.run_script(script).await?;
        self.commit().await
    }

    /// As [`Conn::run_bulk`], for a statement that returns rows.
    pub(crate) async fn all_bulk<T: Record>(&mut self, sql: Sql, columns: Columns) -> Result<Vec<T>> {
        let mut script = Script::default();
        script.add(sql, columns);
        let mut found = Vec::new();
        match self.raw() {
            Raw::Sqlite(conn) => {
                if let Some((text, values)) = script.joined().map_err(sqlx::Error::Encode)? {
                    found = sqlx::query_as_with(AssertSqlSafe(text), values).fetch_all(conn).await?;
                }
            }
            Raw::Postgres(conn) => {
                if let Some((text, values)) = script.united().map_err(sqlx::Error::Encode)? {
                    found = sqlx::query_as_with(text, values).fetch_all(conn).await?;
                }
            }
        }
        Ok(found)
    }

    /// All rows.
    pub(crate) async fn all<T: Record>(&mut self, sql: Sql, args: Args) -> Result<Vec<T>> {
        Ok(on_both!(self, sql, args, query_as_with, |query, conn| query.fetch_all(conn).await?))
    }

    /// The first row, if there is one.
    pub(crate) async fn first<T: Record>(&mut self, sql: Sql, args: Args) -> Result<Option<T>> {
        Ok(on_both!(self, sql, args, query_as_with, |query, conn| query.fetch_optional(conn).await?))
    }

    /// The only row of a statement that always gives one.
    pub(crate) async fn one<T: Record>(&mut self, sql: Sql, args: Args) -> Result<T> {
        Ok(on_both!(self, sql, args, query_as_with, |query, conn| query.fetch_one(conn).await?))
    }

    /// Runs a text of several statements without values.
    pub(crate) async fn script(&mut self, sql: Sql) -> Result<()> {
        match self.raw() {
            Raw::Sqlite(conn) => {
                sqlx::raw_sql(AssertSqlSafe(sql.sqlite)).execute(conn).await?;
            }
            Raw::Postgres(conn) => {
                sqlx::raw_sql(AssertSqlSafe(sql.postgres)).execute(conn).await?;
            }
        }
        Ok(())
    }

    /// Ends a transaction as if it had not been, at once.
    pub(crate) async fn rollback(self) -> Result<()> {
        match self {
            Self::SqliteWrite(tx) => tx.rollback().await?,
            Self::PostgresWrite(tx) => tx.rollback().await?,
            Self::SqliteRead(_) | Self::PostgresRead(_) => {}
        }
        Ok(())
    }

    /// Ends a transaction; what it did is on disk. Dropped without this, it did nothing.
    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::SqliteWrite(tx) => tx.commit().await?,
            Self::PostgresWrite(tx) => tx.commit().await?,
            Self::SqliteRead(_) | Self::PostgresRead(_) => {}
        }
        Ok(())
    }
}

/// Runs statements for many rows under a condition, as one statement; what it did is on disk. Returns whether the condition
/// held.
pub(crate) async fn run_provided(
    conn: &mut PgConnection,
    condition: Sql,
    of: Columns,
    script: Script,
) -> Result<bool> {
    let (text, values) = script.provided(condition, of).map_err(sqlx::Error::Encode)?;
    let (holds,): (bool,) = sqlx::query_as_with(text, values).fetch_one(conn).await?;
    Ok(holds)
}

fn sqlite_args(args: Args) -> Result<SqliteArguments> {
    let mut list = SqliteArguments::default();
    for arg in args {
        match arg {
            Arg::Int(value) => list.add(value),
            Arg::Text(value) => list.add(value),
            Arg::Bool(value) => list.add(value),
            Arg::Bytes(value) => list.add(value),
            Arg::Ints(values) => list.add(json(&values)?),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(list)
}

fn postgres_args(args: Args) -> Result<PgArguments> {
    let mut list = PgArguments::default();
    for arg in args {
        match arg {
            Arg::Int(value) => list.add(value),
            Arg::Text(value) => list.add(value),
            Arg::Bool(value) => list.add(value),
            Arg::Bytes(value) => list.add(value),
            Arg::Ints(values) => list.add(values),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(list)
}

/// `value` as JSON text, for a column or a list parameter.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(not_json)
}

fn not_json(error: serde_json::Error) -> Error {
    Error::Unavailable(sqlx::Error::Encode(error.into()))
}

/// Reads a column that holds JSON text.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(column: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::Corrupt(format!("{column}: {error}")))
}

/// Reads a column that holds one of a few names.
pub(crate) fn named<T>(column: &'static str, text: &str, read: impl Fn(&str) -> Option<T>) -> Result<T> {
    read(text).ok_or_else(|| Error::Corrupt(format!("{column}: {text}")))
}

/// A number that its column keeps within the range of its type.
pub(crate) fn number<T: TryFrom<i64>>(column: &'static str, value: i64) -> Result<T> {
    T::try_from(value).map_err(|_| Error::Corrupt(format!("{column}: {value}")))
}
