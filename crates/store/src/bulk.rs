//! Many rows in one statement: columns as arrays (UNNEST) on Postgres, rows as repeated VALUES on
//! SQLite, which has no arrays. Each statement costs a way to the database and back, which on SQLite is two changes
//! of threads; so a [`Script`] of several goes in one piece.
//!
//! On Postgres, rows that change are found by `id = ANY(ARRAY[r.id])`. Plans are kept there, and one that was made while
//! the table was nearly empty could take `id = r.id` for a reason to walk over all of it, with what is not vacuumed
//! yet, once for each row of the list: an index is all that is left for this form.

use crate::sql::{Sql, storable};
use sqlx::{Arguments as _, error::BoxDynError, postgres::PgArguments, sqlite::SqliteArguments};
use std::{
    borrow::Cow,
    collections::HashMap,
    ops::Range,
    sync::{LazyLock, Mutex, PoisonError},
};

/// For how many rows there are statements on SQLite: not all, because a connection keeps them prepared.
/// What is over is NULL, and left out by the statement.
const SIZES: [usize; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/// Statements for many rows, one after another. Postgres takes them as one, in which each sees what was there before
/// all of them: so no two may touch the same row.
#[derive(Debug, Default)]
pub(crate) struct Script(Vec<(Sql, Columns)>);

impl Script {
    /// Adds a statement for these rows; nothing when there are none.
    pub(crate) fn add(&mut self, sql: Sql, columns: Columns) {
        if columns.rows() > 0 {
            self.0.push((sql, columns));
        }
    }
    /// All statements as one text, with their values, for SQLite; `None` when there are none.
    pub(crate) fn joined(self) -> Result<Option<(String, SqliteArguments)>, BoxDynError> {
        let (mut text, mut list) = (String::new(), SqliteArguments::default());
        for (sql, mut columns) in self.0 {
            let Cow::Borrowed(statement) = sql.sqlite else { return Err("the text is no file".into()) };
            for (rows, size) in columns.pieces() {
                text.push_str(repeated(statement, size));
                text.push_str(";\n");
                columns.values(rows, size, &mut list)?;
            }
        }
        Ok((!text.is_empty()).then_some((text, list)))
    }
    /// All statements as one, with their values, for Postgres; `None` when there are none.
    pub(crate) fn united(self) -> Result<Option<(&'static str, PgArguments)>, BoxDynError> {
        let (texts, list) = with_values(self.0)?;
        Ok(match texts.as_slice() {
            [] => None,
            [(alone, _)] => Some((*alone, list)),
            several => Some((united(several, false), list)),
        })
    }
    /// The same under a condition, a query for one `holds`; each of them has `WHERE TRUE` in the place for it. The
    /// statement returns what came of it.
    pub(crate) fn provided(
        self,
        condition: Sql,
        of: Columns,
    ) -> Result<(&'static str, PgArguments), BoxDynError> {
        let (texts, list) = with_values([(condition, of)].into_iter().chain(self.0))?;
        Ok((united(&texts, true), list))
    }
}

/// Texts for Postgres, each with how many values it has.
type Texts = Vec<(&'static str, usize)>;

/// With all values.
fn with_values(
    statements: impl IntoIterator<Item = (Sql, Columns)>,
) -> Result<(Texts, PgArguments), BoxDynError> {
    let (mut texts, mut list) = (Vec::new(), PgArguments::default());
    for (sql, columns) in statements {
        let Cow::Borrowed(statement) = sql.postgres else { return Err("the text is no file".into()) };
        texts.push((statement, columns.0.len()));
        columns.arrays(&mut list)?;
    }
    Ok((texts, list))
}

/// One column of many rows.
#[derive(Clone, Debug, PartialEq)]
enum Column {
    Int(Vec<Option<i64>>),
    Text(Vec<Option<String>>),
    Bool(Vec<bool>),
    Bytes(Vec<Option<Vec<u8>>>),
}

/// The columns of many rows, all of one length.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Columns(Vec<Column>);

impl Columns {
    /// Adds a column of numbers.
    pub(crate) fn ints<I: IntoIterator<Item = N>, N: Into<Option<i64>>>(mut self, values: I) -> Self {
        self.0.push(Column::Int(values.into_iter().map(Into::into).collect()));
        self
    }
    /// Adds a column of texts.
    pub(crate) fn texts<'a, I: IntoIterator<Item = T>, T: Into<Option<&'a str>>>(
        mut self,
        values: I,
    ) -> Self {
        self.0.push(Column::Text(values.into_iter().map(|text| text.into().map(storable)).collect()));
        self
    }
    /// Adds a column of truths.
    pub(crate) fn bools(mut self, values: impl IntoIterator<Item = bool>) -> Self {
        self.0.push(Column::Bool(values.into_iter().collect()));
        self
    }
    /// Adds a column of bytes.
    pub(crate) fn bytes<I: IntoIterator<Item = Option<Vec<u8>>>>(mut self, values: I) -> Self {
        self.0.push(Column::Bytes(values.into_iter().collect()));
        self
    }
    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        match self.0.first() {
            None => 0,
            Some(Column::Int(values)) => values.len(),
            Some(Column::Text(values)) => values.len(),
            Some(Column::Bool(values)) => values.len(),
            Some(Column::Bytes(values)) => values.len(),
        }
    }
    /// The rows cut into pieces, each with the size of its statement.
    fn pieces(&self) -> impl Iterator<Item = (Range<usize>, usize)> + use<> {
        let (mut start, rows) = (0, self.rows());
        let most = SIZES[SIZES.len() - 1];
        std::iter::from_fn(move || {
            let left = rows - start;
            let size = SIZES.into_iter().find(|size| *size >= left).unwrap_or(most);
            let piece = start..start + left.min(size);
            start = piece.end;
            (left > 0).then_some((piece, size))
        })
    }
    /// One array a column.
    fn arrays(self, list: &mut PgArguments) -> Result<(), BoxDynError> {
        self.0.into_iter().try_for_each(|column| match column {
            Column::Int(values) => list.add(values),
            Column::Text(values) => list.add(values),
            Column::Bool(values) => list.add(values),
            Column::Bytes(values) => list.add(values),
        })
    }
    /// The values of some rows, row after row, and NULL up to `size` rows. Takes them out: each row is
    /// asked for once.
    fn values(
        &mut self,
        rows: Range<usize>,
        size: usize,
        list: &mut SqliteArguments,
    ) -> Result<(), BoxDynError> {
        let missing = (size - rows.len()) * self.0.len();
        for row in rows {
            for column in &mut self.0 {
                match column {
                    Column::Int(values) => list.add(values[row]),
                    Column::Text(values) => list.add(values[row].take()),
                    Column::Bool(values) => list.add(values[row]),
                    Column::Bytes(values) => list.add(values[row].take()),
                }?;
            }
        }
        (0..missing).try_for_each(|_| list.add(None::<i64>))
    }
}

/// The statement for `rows` rows: its `VALUES (…)`, written for one row, repeated.
fn repeated(text: &'static str, rows: usize) -> &'static str {
    // There are a dozen statements and nine sizes; each text is made once and kept.
    static TEXTS: LazyLock<Mutex<HashMap<(usize, usize), &'static str>>> = LazyLock::new(Mutex::default);
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    texts.entry((text.as_ptr().addr(), rows)).or_insert_with(|| {
        let (before, rest) = text.split_once("VALUES (").expect("a bulk statement has VALUES");
        let (row, after) = rest.split_once(')').expect("the row ends");
        let list = vec![format!("({row})"); rows].join(", ");
        String::leak(format!("{before}VALUES {list}{after}"))
    })
}

/// One statement for several, each with how many values it has. Postgres runs the parts of a WITH that change rows
/// whether or not they are asked for (<https://www.postgresql.org/docs/current/queries-with.html>). It promises no
/// order; its executor begins with the last, so they are written in reverse and take their locks in the order of the
/// script. Were that to change, transactions could wait for each other in a circle, which Postgres ends with an error
/// that means: once more.
///
/// With `provided`, the first is the condition of the others. The query at the end is run before what changes rows, so
/// its locks come first as well.
fn united(texts: &[(&'static str, usize)], provided: bool) -> &'static str {
    // As above: a few combinations, each made once and kept.
    static TEXTS: LazyLock<Mutex<HashMap<Vec<usize>, &'static str>>> = LazyLock::new(Mutex::default);
    let mut known = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    let key = texts.iter().map(|(text, _)| text.as_ptr().addr()).collect();
    known.entry(key).or_insert_with(|| {
        let mut values = 0;
        let parts = texts.iter().enumerate().map(|(at, (text, own))| {
            let text = renumbered(text, values);
            values += own;
            match (provided, at) {
                (true, 1..) => {
                    let under = text.replacen("WHERE TRUE", "WHERE (SELECT holds FROM s0)", 1);
                    assert_ne!(text, under, "it has no place for a condition");
                    format!("s{at} AS (\n{under}\n)")
                }
                _ => format!("s{at} AS (\n{text}\n)"),
            }
        });
        let mut parts: Vec<_> = parts.collect();
        parts.reverse();
        if provided && let Some(condition) = parts.pop() {
            parts.insert(0, condition);
        }
        let end = if provided { "SELECT holds FROM s0" } else { "SELECT 1" };
        String::leak(format!("WITH {}\n{end}", parts.join(",\n")))
    })
}

/// `$1` becomes `$4` where three values come before.
fn renumbered(text: &str, before: usize) -> String {
    let mut parts = text.split('$');
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let number: usize = part[..end].parse().expect("a parameter has a number");
        all.push_str(&format!("${}{}", number + before, &part[end..]));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_statements_become_one_with_their_values_in_order() {
        let (one, two) = ("INSERT INTO a SELECT * FROM unnest($1, $2)", "DELETE FROM b WHERE c = ANY($1)");
        let all = "WITH s1 AS (\nDELETE FROM b WHERE c = ANY($3)\n),\n\
                   s0 AS (\nINSERT INTO a SELECT * FROM unnest($1, $2)\n)\nSELECT 1";
        assert_eq!(united(&[(one, 2), (two, 1)], false), all);
        assert_eq!(renumbered("$9 $10", 2), "$11 $12");
    }

    #[test]
    fn a_condition_stands_before_all_of_them() {
        let (condition, one) =
            ("SELECT $1 = 1 AS holds", "INSERT INTO a SELECT * FROM unnest($1) WHERE TRUE");
        let all = "WITH s0 AS (\nSELECT $1 = 1 AS holds\n),\n\
                   s1 AS (\nINSERT INTO a SELECT * FROM unnest($2) WHERE (SELECT holds FROM s0)\n)\n\
                   SELECT holds FROM s0";
        assert_eq!(united(&[(condition, 1), (one, 1)], true), all);
    }

    #[test]
    fn a_row_is_repeated_and_the_rest_stays() {
        let text = "UPDATE t SET a = r.column2 FROM (VALUES (?, ?)) r WHERE id = r.column1";
        let two = "UPDATE t SET a = r.column2 FROM (VALUES (?, ?), (?, ?)) r WHERE id = r.column1";
        assert_eq!((repeated(text, 1), repeated(text, 2)), (text, two));
    }

    #[test]
    fn pieces_are_few_sizes_and_cover_every_row() {
        for rows in [0, 1, 3, 4, 63, 64, 65, 256, 257, 1000] {
            let pieces: Vec<_> = Columns::default().ints(0..rows).pieces().collect();
            assert!(pieces.iter().all(|(rows, size)| SIZES.contains(size) && rows.len() <= *size));
            assert!(pieces.into_iter().flat_map(|(rows, _)| rows).eq(0..rows as usize));
        }
    }
}
