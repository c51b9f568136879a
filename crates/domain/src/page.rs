//! Lists in pages: a limit and a cursor, newest first.

use serde::{Deserialize, Serialize};

/// Which page of a list. Cursors are opaque outside: the key of the last row seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// 1–200 rows.
    pub limit: u32,
    /// Rows with smaller keys than this only (older ones).
    pub before: Option<i64>,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { limit: 50, before: None }
    }
}

impl PageRequest {
    /// The most rows that one page holds.
    pub const MAX: u32 = 200;

    /// Reads `?limit=&cursor=`.
    ///
    /// # Errors
    /// The field that is not a limit of 1–200 or not a cursor that a page gave.
    pub fn parse(limit: Option<&str>, cursor: Option<&str>) -> Result<Self, crate::invalid::Invalid> {
        use crate::invalid::Invalid;
        let limit = match limit.filter(|l| !l.is_empty()) {
            None => Self::default().limit,
            Some(l) => l
                .parse()
                .ok()
                .filter(|l| (1..=Self::MAX).contains(l))
                .ok_or_else(|| Invalid::one("limit", "The limit is a number from 1 to 200."))?,
        };
        let before = cursor
            .filter(|c| !c.is_empty())
            .map(|c| {
                i64::from_str_radix(c, 36)
                    .map_err(|_| Invalid::one("cursor", "This cursor did not come from a list."))
            })
            .transpose()?;
        Ok(Self { limit, before })
    }
}

/// One page of a list, as the REST API answers it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows, newest first.
    pub data: Vec<T>,
    /// Where the next page starts; null on the last.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Cuts `rows`, which were asked for with one more than the limit, to a page.
    pub fn cut(mut rows: Vec<T>, request: PageRequest, key: impl Fn(&T) -> i64) -> Self {
        let more = rows.len() > request.limit as usize;
        rows.truncate(request.limit as usize);
        let next_cursor = rows.last().filter(|_| more).map(|row| base36(key(row)));
        Self { data: rows, next_cursor }
    }
    /// The same page with other rows.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { data: self.data.into_iter().map(f).collect(), next_cursor: self.next_cursor }
    }
}

fn base36(key: i64) -> String {
    let mut digits = Vec::new();
    let mut rest = key.unsigned_abs();
    loop {
        digits.push(char::from_digit((rest % 36) as u32, 36).unwrap_or('0'));
        rest /= 36;
        if rest == 0 {
            break digits.iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_reads_back(key in 0..i64::MAX) {
            let page = Page::cut(vec![key, 0], PageRequest { limit: 1, before: None }, |k| *k);
            let read = PageRequest::parse(None, page.next_cursor.as_deref());
            prop_assert_eq!(read.map(|r| r.before), Ok(Some(key)));
        }
    }

    #[test]
    fn limits_are_checked() {
        assert!(PageRequest::parse(Some("0"), None).is_err());
        assert!(PageRequest::parse(Some("201"), None).is_err());
        assert!(PageRequest::parse(None, Some("!")).is_err());
        assert_eq!(PageRequest::parse(Some(""), Some("")), Ok(PageRequest::default()));
    }
}
