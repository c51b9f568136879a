//! How much work one rendering may do.
//!
//! Work is paid for before it is done, so that no single step (repeating a text, joining a list,
//! copying a value) can take long. A unit is about ten nanoseconds on a common machine.

use super::value::Value;
use crate::format::Json;
use std::borrow::Cow;

/// The units of one rendering: some tens of milliseconds.
pub(super) const UNITS: u64 = 4_000_000;

/// What one step costs: a statement, an operator, a filter.
const STEP: u64 = 12;

/// What an item, a member or a single value costs when it is read.
const READ: u64 = 2;

/// What it costs when it is made or copied.
const COPY: u64 = 12;

/// Bytes of text that one unit reads or writes.
const BYTES_PER_UNIT: u64 = 4;

/// Why a step failed, in one sentence.
pub(super) type Failure = String;

/// The units that are left.
pub(super) struct Fuel(u64);

impl Fuel {
    pub(super) const fn full() -> Self {
        Self(UNITS)
    }

    /// Pays for one step.
    pub(super) fn step(&mut self) -> Result<(), Failure> {
        self.burn(STEP)
    }

    /// Pays for making so many items.
    pub(super) fn items(&mut self, count: usize) -> Result<(), Failure> {
        self.burn(COPY.saturating_mul(count as u64))
    }

    /// Pays for looking for a name among `count` names, which may all be as long.
    pub(super) fn search(&mut self, name: &str, count: usize) -> Result<(), Failure> {
        let count = count as u64;
        self.burn(4 + count / 4 + count.saturating_mul(name.len() as u64) / 64)
    }

    /// Pays for comparing two values, without what is inside them.
    pub(super) fn compare(&mut self) -> Result<(), Failure> {
        self.burn(4 * READ)
    }

    fn burn(&mut self, units: u64) -> Result<(), Failure> {
        match self.0.checked_sub(units) {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => {
                self.0 = 0;
                Err("The template does too much work here: shorten its loops or texts.".to_owned())
            }
        }
    }

    /// Pays for a text of `bytes`.
    pub(super) fn bytes(&mut self, bytes: usize) -> Result<(), Failure> {
        self.burn(bytes as u64 / BYTES_PER_UNIT)
    }

    /// Pays for reading all of `value`.
    pub(super) fn value(&mut self, value: &Json) -> Result<(), Failure> {
        self.weigh(value, READ)
    }

    /// Pays for copying all of `value`.
    pub(super) fn copy(&mut self, value: &Json) -> Result<(), Failure> {
        self.weigh(value, COPY)
    }

    fn weigh(&mut self, value: &Json, each: u64) -> Result<(), Failure> {
        self.burn(each)?;
        match value {
            Json::Null | Json::Bool(_) => Ok(()),
            Json::Number(text) | Json::String(text) => self.bytes(text.len()),
            Json::Array(items) => items.iter().try_for_each(|item| self.weigh(item, each)),
            Json::Object(members) => members.iter().try_for_each(|(name, item)| {
                self.burn(each)?;
                self.bytes(name.len())?;
                self.weigh(item, each)
            }),
        }
    }

    /// The plain text of a value, paid for.
    pub(super) fn text<'v>(&mut self, value: &'v Value<'_>) -> Result<Cow<'v, str>, Failure> {
        self.value(value.json())?;
        let text = value.json().to_plain_text();
        // Escaping in lists and objects makes texts longer.
        self.bytes(text.len())?;
        Ok(text)
    }
}
