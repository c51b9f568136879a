//! Many rows in one statement: columns as arrays (UNNEST) on Postgres, rows as repeated VALUES on
//! SQLite, which has no arrays. Binding is several times cheaper there than JSON for long texts.

use crate::sql::storable;
use sqlx::{Arguments as _, error::BoxDynError, postgres::PgArguments, sqlite::SqliteArguments};
use std::{
    collections::HashMap,
    ops::Range,
    sync::{LazyLock, Mutex, PoisonError},
};

/// How many rows one statement on SQLite takes: the largest that fits comes first, so that a
/// connection keeps few texts prepared.
const CHUNKS: [usize; 4] = [64, 16, 4, 1];

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
    /// The rows cut into pieces that [`repeated`] has statements for.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let (mut start, rows) = (0, self.rows());
        std::iter::from_fn(move || {
            let size = CHUNKS.into_iter().find(|size| *size <= rows - start)?;
            start += size;
            Some(start - size..start)
        })
    }
    /// One array a column.
    pub(crate) fn arrays(self, list: &mut PgArguments) -> Result<(), BoxDynError> {
        self.0.into_iter().try_for_each(|column| match column {
            Column::Int(values) => list.add(values),
            Column::Text(values) => list.add(values),
            Column::Bool(values) => list.add(values),
            Column::Bytes(values) => list.add(values),
        })
    }
    /// The values of some rows, row after row. Takes them out: each row is asked for once.
    pub(crate) fn values(
        &mut self,
        rows: Range<usize>,
        list: &mut SqliteArguments,
    ) -> Result<(), BoxDynError> {
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
        Ok(())
    }
}

/// The statement for `rows` rows: its `VALUES (…)`, written for one row, repeated.
pub(crate) fn repeated(text: &'static str, rows: usize) -> &'static str {
    // There are a dozen statements and four sizes; each text is made once and kept.
    static TEXTS: LazyLock<Mutex<HashMap<(usize, usize), &'static str>>> = LazyLock::new(Mutex::default);
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    texts.entry((text.as_ptr().addr(), rows)).or_insert_with(|| {
        let (before, rest) = text.split_once("VALUES (").expect("a bulk statement has VALUES");
        let (row, after) = rest.split_once(')').expect("the row ends");
        let list = vec![format!("({row})"); rows].join(", ");
        String::leak(format!("{before}VALUES {list}{after}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_repeated_and_the_rest_stays() {
        let text = "UPDATE t SET a = r.column2 FROM (VALUES (?, ?)) r WHERE id = r.column1";
        let two = "UPDATE t SET a = r.column2 FROM (VALUES (?, ?), (?, ?)) r WHERE id = r.column1";
        assert_eq!((repeated(text, 1), repeated(text, 2)), (text, two));
    }

    #[test]
    fn chunks_are_few_sizes_and_cover_every_row() {
        for rows in [0, 1, 3, 4, 63, 64, 65, 256, 1000] {
            let chunks: Vec<_> = Columns::default().ints(0..rows).chunks().collect();
            assert!(chunks.iter().all(|chunk| CHUNKS.contains(&chunk.len())));
            assert!(chunks.into_iter().flatten().eq(0..rows as usize));
        }
    }
}
