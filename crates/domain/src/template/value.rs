//! Values while a template runs: parts of the event, or computed ones.

use super::fuel::{Failure, Fuel};
use crate::format::Json;
use std::{cell::RefCell, rc::Rc};

/// What an expression gives.
#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    /// Nothing has this name.
    Missing,
    /// A part of the event, as it was written.
    Part(&'a Json),
    /// Computed.
    Made(Rc<Json>),
    /// A text that goes out unescaped (`|safe`).
    Raw(Rc<Json>),
    /// A text that is JSON already (`|tojson`): outside of quotes it goes out as it is.
    Encoded(Rc<Json>),
    /// What `namespace()` gives: members that may be set from inside a loop.
    Space(Rc<RefCell<Vec<(String, Value<'a>)>>>),
}

static NULL: Json = Json::Null;

impl<'a> Value<'a> {
    pub(super) fn made(value: impl Into<Json>) -> Self {
        Self::Made(Rc::new(value.into()))
    }

    pub(super) fn json(&self) -> &Json {
        match self {
            Self::Missing | Self::Space(_) => &NULL,
            Self::Part(value) => value,
            Self::Made(value) | Self::Raw(value) | Self::Encoded(value) => value,
        }
    }

    /// Whether it is missing or null.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self.json(), Json::Null) && !matches!(self, Self::Space(_))
    }

    /// Empty texts, lists and objects, zero, null and missing values count as false.
    pub(super) fn is_true(&self) -> bool {
        match self.json() {
            Json::Null => matches!(self, Self::Space(_)),
            Json::Bool(value) => *value,
            // A float would be zero, too, after that many zeros.
            Json::Number(text) => {
                let mut mantissa =
                    text.bytes().take(400).take_while(|byte| !byte.eq_ignore_ascii_case(&b'e'));
                mantissa.any(|byte| matches!(byte, b'1'..=b'9'))
            }
            Json::String(text) => !text.is_empty(),
            Json::Array(items) => !items.is_empty(),
            Json::Object(members) => !members.is_empty(),
        }
    }

    /// In words, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self.json() {
            Json::Null => "nothing",
            Json::Bool(_) => "true or false",
            Json::Number(_) => "a number",
            Json::String(_) => "a text",
            Json::Array(_) => "a list",
            Json::Object(_) => "an object",
        }
    }

    /// The member or item with this name.
    pub(super) fn child(&self, name: &str, fuel: &mut Fuel) -> Result<Self, Failure> {
        let names = match (self, self.json()) {
            (Self::Space(space), _) => space.borrow().len(),
            (_, Json::Object(members)) => members.len(),
            _ => 0,
        };
        fuel.search(name, names)?;
        match self {
            Self::Space(space) => {
                let members = space.borrow();
                let found = members.iter().find(|(key, _)| key == name);
                Ok(found.map_or(Self::Missing, |(_, value)| value.clone()))
            }
            Self::Part(value) => Ok(value.child(name).map_or(Self::Missing, Self::Part)),
            _ => match self.json().child(name) {
                Some(value) => {
                    fuel.copy(value)?;
                    Ok(Self::made(value.clone()))
                }
                None => Ok(Self::Missing),
            },
        }
    }

    /// The value at a dotted path, as filters name it: `attribute="user.name"`.
    pub(super) fn path(&self, path: &str, fuel: &mut Fuel) -> Result<Self, Failure> {
        path.split('.').try_fold(self.clone(), |value, name| value.child(name, fuel))
    }

    /// The items of a list, the names of an object, the characters of a text; none of nothing.
    pub(super) fn items(&self, fuel: &mut Fuel) -> Result<Vec<Self>, Failure> {
        match (self, self.json()) {
            (Self::Part(Json::Array(items)), _) => {
                fuel.items(items.len())?;
                Ok(items.iter().map(Self::Part).collect())
            }
            (_, Json::Null) if self.is_nothing() => Ok(Vec::new()),
            (_, Json::Array(items)) => {
                fuel.copy(self.json())?;
                Ok(items.iter().map(|item| Self::made(item.clone())).collect())
            }
            (_, Json::Object(members)) => {
                fuel.items(members.len())?;
                members.iter().try_for_each(|(name, _)| fuel.bytes(name.len()))?;
                Ok(members.iter().map(|(name, _)| Self::made(name.as_str())).collect())
            }
            (_, Json::String(text)) => {
                fuel.items(text.len())?;
                Ok(text.chars().map(|c| Self::made(Json::String(c.to_string()))).collect())
            }
            _ => Err(format!("There is nothing to go through in {}.", self.kind())),
        }
    }

    /// An own copy.
    pub(super) fn copy(&self, fuel: &mut Fuel) -> Result<Json, Failure> {
        fuel.copy(self.json())?;
        Ok(self.json().clone())
    }
}

/// A list of copies.
pub(super) fn list<'a>(items: &[Value<'a>], fuel: &mut Fuel) -> Result<Value<'a>, Failure> {
    let copies = items.iter().map(|item| item.copy(fuel)).collect::<Result<Vec<_>, _>>()?;
    nested(Json::Array(copies))
}

/// A computed value, unless it is nested deeper than JSON may be.
pub(super) fn nested<'a>(value: Json) -> Result<Value<'a>, Failure> {
    if fits(&value, crate::format::json::MAX_DEPTH) {
        return Ok(Value::made(value));
    }
    Err("This list or object is nested too deep.".to_owned())
}

fn fits(value: &Json, levels: usize) -> bool {
    match value {
        Json::Array(items) => levels > 0 && items.iter().all(|item| fits(item, levels - 1)),
        Json::Object(members) => levels > 0 && members.iter().all(|(_, item)| fits(item, levels - 1)),
        _ => true,
    }
}
