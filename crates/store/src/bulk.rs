//! Many rows in one statement: columns as arrays (UNNEST) on Postgres, rows as one JSON text
//! (json_each) on SQLite, which has no arrays and a limit on parameters.

use crate::sql::storable;
use serde::{Serialize, Serializer, ser::SerializeSeq as _};

/// One column of many rows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Column {
    Int(Vec<Option<i64>>),
    Text(Vec<Option<String>>),
    Bool(Vec<bool>),
    /// In hexadecimal on SQLite (`unhex`): short ones only.
    Bytes(Vec<Option<Vec<u8>>>),
}

/// The columns of many rows, all of one length.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Columns(pub(crate) Vec<Column>);

impl Columns {
    /// Whether there are no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows() == 0
    }
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
    /// Adds a column of short bytes.
    pub(crate) fn bytes<I: IntoIterator<Item = Option<Vec<u8>>>>(mut self, values: I) -> Self {
        self.0.push(Column::Bytes(values.into_iter().collect()));
        self
    }
    fn rows(&self) -> usize {
        match self.0.first() {
            None => 0,
            Some(Column::Int(values)) => values.len(),
            Some(Column::Text(values)) => values.len(),
            Some(Column::Bool(values)) => values.len(),
            Some(Column::Bytes(values)) => values.len(),
        }
    }
    /// `[[1,"a"],[2,"b"]]`
    pub(crate) fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

impl Serialize for Columns {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq((0..self.rows()).map(|row| Row { columns: &self.0, row }))
    }
}

struct Row<'a> {
    columns: &'a [Column],
    row: usize,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut seq = s.serialize_seq(Some(self.columns.len()))?;
        for column in self.columns {
            match column {
                Column::Int(values) => seq.serialize_element(&values[self.row])?,
                Column::Text(values) => seq.serialize_element(&values[self.row])?,
                Column::Bool(values) => seq.serialize_element(&values[self.row])?,
                Column::Bytes(values) => {
                    seq.serialize_element(&values[self.row].as_ref().map(hex::encode))?;
                }
            }
        }
        seq.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_become_rows() {
        let columns = Columns::default()
            .ints([1, i64::MAX])
            .texts([Some("a\"\0"), None])
            .bools([true, false])
            .bytes([Some(vec![0, 255]), None]);
        assert_eq!(
            columns.to_json().expect("JSON"),
            "[[1,\"a\\\"\u{fffd}\",true,\"00ff\"],[9223372036854775807,null,false,null]]"
        );
        assert_eq!(Columns::default().ints([0_i64; 0]).to_json().expect("JSON"), "[]");
    }
}
