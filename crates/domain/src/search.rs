//! Search.

use crate::format::Json;

/// Terms.
#[must_use]
pub fn terms(payload: &Json) -> Vec<i64> {
    todo!("{payload}")
}

/// The terms that an event must have, all of them, to be found by `q`; empty when nothing can match.
#[must_use]
pub fn query_terms(q: &str) -> Vec<i64> {
    todo!("{q}")
}
